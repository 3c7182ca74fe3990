"""The documents as a site: complete, without broken links, and without anything that is loaded from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.tree import ROOT

LOADED = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*\bsrc=\"?(https?:[^\" >]+)"
    r"|<link\b[^>]*rel=\"?stylesheet[^>]*href=\"?(https?:[^\" >]+)"
)
"""What a browser fetches by itself when it opens a page; links that a person follows are none of it."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. Building is strict: a broken link or a document in no menu is an error."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--site-dir", str(folder)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    built = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


def test_every_document_has_its_page(site: Path) -> None:
    """Those of the folder, the records, and the changelog."""
    wanted = {path.relative_to(ROOT / "docs").with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")}

    assert {path.relative_to(site) for path in site.rglob("*.html")} >= {*wanted, Path("changelog.html")}


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """It works without a network, and tells nobody who reads it."""
    pages = {path.name: LOADED.findall(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    styles = {path.name: re.findall(r"url\((https?:[^)]+)\)", path.read_text()) for path in site.rglob("*.css")}

    assert {name: found for name, found in {**pages, **styles}.items() if found} == {}


def test_what_is_loaded_from_elsewhere_would_be_seen() -> None:
    """The look for it sees scripts, pictures and styles, and not links."""
    page = (
        '<script src="https://a/b.js"></script><link rel="stylesheet" href="https://a/c.css"><a href="https://a">a</a>'
    )

    assert [one or other for one, other in LOADED.findall(page)] == ["https://a/b.js", "https://a/c.css"]
