"""Debian's Chromium, driven by Playwright; axe-core looks for what keeps people with disabilities out."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
AXE = ROOT / ".node/node_modules/axe-core/axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PATIENCE = 60_000.0
"""Milliseconds that the page may take on a busy machine; no test waits for it unless something is wrong."""

PICTURES = "PICTURES"
"""The variable that names the folder, from the root, for the pictures of the documents."""

expect.set_options(timeout=PATIENCE)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def missing(sentence: str) -> None:
    """Skip the test for what the machine has not; continuous integration has to have it."""
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        missing("there is no Chromium on this machine: `apt-get update && apt-get install chromium` makes it one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()


def picture(page: Page, name: str, *, whole: bool = False) -> None:
    """What is shown now as a picture of the documents, if these are asked for: `make pictures`."""
    folder = os.environ.get(PICTURES)
    if folder:
        page.screenshot(path=ROOT / folder / f"{name}.png", full_page=whole, animations="disabled", scale="css")


def violations(page: Page, *, contrast_alone: bool = False) -> list[str]:
    """What axe-core finds wrong with the page as it is shown now: the rule, what it says, and where.

    `contrast_alone`: only the colours, where nothing else differs from what was looked at before.
    """
    if not page.evaluate("'axe' in window"):
        if not AXE.is_file():
            missing("axe-core is not in .node: `make test` installs it, and says why where it cannot")
        page.evaluate(f"(() => {{ {AXE.read_text()} }})()")
    rules: Any = {"type": "rule", "values": ["color-contrast"]} if contrast_alone else RULES
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found: dict[str, Any] = page.evaluate("options => window.axe.run(document, options)", options)
    return [f"{one['id']}: {one['help']}: {node['html'][:200]}" for one in found["violations"] for node in one["nodes"]]
