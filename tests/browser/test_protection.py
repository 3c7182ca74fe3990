"""Protect, end, put right: what would happen is shown first, and only what was shown is begun."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import violations
from tests.browser.conftest import Open
from tests.browser.sample import HOSTILE, Sample, every_state, vm_id
from tests.browser.served import Asked, Said, Served, said

VM = vm_id("vm-drifted")
HASH = "0123456789abcdef" * 2
PLAN = f"vm-drifted: {{}}\n  + vault v: {HOSTILE}\n  {{}} X: stands\n  2 writes\nplan hash: {HASH}\n"


@pytest.fixture
def sent(served: Served) -> list[Asked]:
    """What was asked for. The first request is refused, because something has moved; then all is accepted."""
    asked_for: list[Asked] = []
    sample = Sample(every_state())

    def api(asked: Asked) -> Said:
        if asked.path == "plans":
            asks = asked.body.get("operation") == "unprotect" and not asked.body.get("untag")
            return Said(200, PLAN.format(*(("refuse", "!") if asks else ("protect", "+"))), "text/plain")
        if asked.path == "targets":
            return said({"targets": [{"name": "japaneast", "suitable": True, "reason": HOSTILE}]})
        if asked.method == "GET":
            status = {"vmId": VM, "state": "protected", "protectedItem": None}
            return said(status) if asked.path == "protections" else sample(asked)
        asked_for.append(asked)
        if len(asked_for) == 1:
            moved = [{"sentence": HOSTILE}]
            return said({"title": "Moved", "detail": "Plan again.", "code": "PlanHasMoved", "diff": moved}, 409)
        return said({"protections": [{"vmId": VM, "state": "pending", "queued": 2}]}, 202)

    served.api = api
    return asked_for


def show(page: Page, what: str) -> None:
    """Lead the page to this action."""
    page.evaluate("view => { location.hash = view }", f"#/protection?id={VM}&what={what}")


def test_only_what_was_shown_is_begun(opened: Open, sent: list[Asked]) -> None:
    """By keyboard: the plan's hash goes along, what has moved since is told, and another choice needs another plan."""
    page = opened(f"#/protection?id={VM}&what=protect")
    begin = page.get_by_role("button", name="Protect", exact=True)
    look = page.get_by_role("button", name="Show what would happen")
    expect(page.get_by_role("option", name="japaneast")).to_have_text(f"japaneast: {HOSTILE}")
    expect(begin).to_be_disabled()
    look.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("The plan")).to_contain_text(HOSTILE)
    expect(begin).to_be_enabled()
    expect(look).to_be_focused()
    page.get_by_label("Recovery region").select_option("japaneast")
    expect(begin).to_be_disabled()
    look.click()
    expect(begin).to_be_enabled()
    assert violations(page) == []
    begin.click()
    expect(page.get_by_role("alert")).to_contain_text(f"Plan again.{HOSTILE}")
    begin.click()
    expect(page.get_by_role("status", name="")).to_contain_text(["behind 2 other runs"])

    assert [asked.body for asked in sent] == [sent[0].body] * 2
    assert {name: value for name, value in sent[0].body.items() if name != "requestId"} == {
        "vmIds": [VM],
        "overrides": {"recovery-region": "japaneast"},
        "planHash": HASH,
    }


def test_an_end_is_confirmed_by_the_name(opened: Open, sent: list[Asked]) -> None:
    """What is refused cannot be begun. How it is to end goes along with the plan of just that."""
    page = opened(f"#/protection?id={VM}&what=unprotect", width=390)
    begin = page.get_by_role("button", name="End the protection")
    look = page.get_by_role("button", name="Show what would happen")
    look.click()
    expect(page.locator("#need")).to_have_text(" What stands against it has to be mended first.")
    page.get_by_label("Set a tag that still asks").check()
    look.click()
    expect(page.locator("#need")).to_have_text(" Type the name to confirm.")
    page.get_by_label("After days").fill("3")
    page.get_by_label("To confirm").fill("VM-drifted")
    assert violations(page) == []
    begin.click()
    expect(page.get_by_role("alert")).to_contain_text("PlanHasMoved")

    assert sent[0].method == "DELETE"
    query = {"vmId": VM, "graceDays": "3", "untag": "true", "planHash": HASH}
    assert {name: value for name, value in sent[0].query.items() if name != "requestId"} == query


def test_differences_are_put_right_from_where_they_are_shown(opened: Open, sent: list[Asked]) -> None:
    """The list leads there; where nothing differs there is nothing to begin."""
    page = opened("#/drift")
    page.get_by_role("link", name="Put right vm-drifted").click()
    expect(page.get_by_role("table", name="Differences of vm-drifted")).to_contain_text(HOSTILE)
    page.get_by_role("button", name="Put right").click()
    expect(page.get_by_role("alert")).to_contain_text("Moved")
    assert (sent[0].path, sent[0].body["vmIds"]) == ("drift", [VM])
    assert violations(page) == []
