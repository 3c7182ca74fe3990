"""Held against recorded traffic: every recorded key is in our answer, with the recorded type.

The recordings are not part of the repository; without them these tests are skipped.
"""

import pytest

from local.emulator.coverage import PAGE
from tests.emulator.conftest import Arm
from tests.emulator.figures import measured, table
from tests.emulator.recorded_requests import VAULT, answered, sent
from tests.emulator.truth import RECORDED, exchange

pytestmark = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded traffic is not here")

LEAST_SHARE = 0.95


def test_recorded_keys_are_ours_too() -> None:
    """At least 95 % of every provider's recorded keys, with their types; the page has the figures."""
    figures = measured()

    for name, one in figures.items():
        assert 1 - len(one.lacking) / one.keys >= LEAST_SHARE, f"{name}: {one.lacking}"
    assert table(figures) in PAGE.read_text(encoding="utf-8"), "run: python -m tests.emulator.figures"


def test_recorded_refusals_are_word_for_word(arm: Arm) -> None:
    """The 404 of a missing vault says what the recorded one says."""
    arm.group("cli.test.rg.SRVault", "eastus")
    recorded = exchange(21)["response"]
    response = arm.request("GET", VAULT)

    assert (response.status_code, response.json()) == (recorded["status"], recorded["body"])
    assert response.headers["x-ms-failure-cause"] == recorded["headers"]["x-ms-failure-cause"]


def test_recorded_group_life(arm: Arm) -> None:
    """PUT 201 with the recorded body, DELETE 202, operation result 200."""
    path = "/resourcegroups/cli.test.rg.SRVault"
    created = arm.request("PUT", path, sent(0))
    whole = answered(0) | {"id": f"{arm.root}/resourceGroups/cli.test.rg.SRVault"}
    deleted = arm.request("DELETE", path)

    assert (created.status_code, created.json()) == (201, whole)
    assert deleted.status_code == exchange(256)["response"]["status"]
    assert arm.finish(deleted).status_code == exchange(269)["response"]["status"]
