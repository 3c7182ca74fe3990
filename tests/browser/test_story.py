"""The page over the whole app in a local Azure: a machine's own view, its plan, its recovery points, its failover."""

import json
from collections.abc import Iterator
from urllib.parse import quote, unquote_plus

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chromium import PATIENCE, picture, violations
from tests.e2e.stack import Stack, stack
from tests.forked import fork_server, forked

__all__ = ["fork_server", "forked"]


@pytest.fixture(scope="module")
def up(forked: None) -> Iterator[Stack]:
    """A stack with one machine that is protected and one that is refused."""
    with stack() as running:
        for name in ("web-0", "batch-0"):
            running.tag(running.vm(name), asr_protect="true")
        running.outcome(running.vm("web-0"), "protected")
        running.outcome(running.vm("batch-0"), "refused")
        yield running


def test_a_person_sees_why_and_what_mends_it_and_what_a_failover_would_do(up: Stack, browser: Browser) -> None:
    """With the app's real answers; the plan is the one that the command line shows."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page.set_default_timeout(PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def show(view: str) -> None:
        page.evaluate("view => { location.hash = view }", view)

    page.goto(f"{up.host}/api/dashboard#key={quote(up.key, safe='')}")
    expect(page.get_by_role("heading", name="Asked and protected")).to_be_visible()
    page.get_by_role("link", name="Fleet").click()
    page.get_by_role("link", name="batch-0").click()
    expect(page.get_by_role("heading", name="Why, and what mends it")).to_be_visible()
    expect(page.get_by_text(f"az vm start --ids {up.vm('batch-0')}", exact=True)).to_be_visible()
    page.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_label("The plan")).to_contain_text("! AzureVmIsNotInDesiredPowerState")
    assert violations(page) == []

    show(f"#/vm?id={quote(up.vm('web-0'), safe='')}")
    expect(page.get_by_role("heading", name="Runs", exact=True)).to_be_visible()
    picture(page, "machine")
    page.get_by_role("button", name="Read the recovery points").click()
    known = up.api("GET", "failovers/points", name="web-0").json()
    table = page.get_by_role("table", name="Recovery points")
    expect(table.get_by_role("row")).to_have_count(known["total"] + 1)
    link = table.get_by_role("link", name="Fail over to it").last
    assert known["points"][-1]["id"] in unquote_plus(link.get_attribute("href") or "")
    page.locator("summary", has_text="step").last.click()
    assert violations(page) == []
    page.get_by_role("link", name="Failover and drills").click()
    page.get_by_label("What", exact=True).select_option("unplanned")
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    assert violations(page) == []
    page.context.close()
    assert errors == []

    shown = up.http.get(f"{up.host}/api/summary", headers={"x-functions-key": up.key})
    same = {"x-functions-key": up.key, "if-none-match": shown.headers["etag"]}
    up.until(lambda: up.http.get(f"{up.host}/api/summary", headers=same).status_code == 304 or _anew(up, same))
    assert json.loads(shown.text)["refusals"] == {"AzureVmIsNotInDesiredPowerState": 1}


def _anew(up: Stack, same: dict[str, str]) -> bool:
    """A sweep every second changes what the summary tells; between two of them nothing changes."""
    same["if-none-match"] = up.http.get(f"{up.host}/api/summary", headers=same).headers["etag"]
    return False
