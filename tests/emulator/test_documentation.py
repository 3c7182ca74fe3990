"""The page about the emulator says what is there."""

import re

from local.emulator.control import ControlPlane
from local.emulator.coverage import PAGE, page_with_tables
from local.emulator.server import Emulator


def test_the_coverage_tables_are_up_to_date() -> None:
    """The generated tables are the ones on the page; `python -m local.emulator.coverage` writes them."""
    page = PAGE.read_text(encoding="utf-8")

    assert page == page_with_tables(page), "run: python -m local.emulator.coverage"


def test_every_control_route_is_described() -> None:
    """The table of control routes and the control plane agree."""
    page = PAGE.read_text(encoding="utf-8")
    described = set(re.findall(r"^\| `(GET|POST) /_emulator(/[\w/-]+)`", page, re.MULTILINE))
    cloud = Emulator().cloud
    served = set(ControlPlane(cloud, lambda _: None, dict).routes)

    assert described == served
