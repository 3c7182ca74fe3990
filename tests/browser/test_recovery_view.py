"""Recovery plans: what would happen to all machines, a plan that is under way, and a pause that somebody ends."""

from typing import Any

from playwright.sync_api import expect

from asr.reporting.answers.plans_of_tags import RecoveryPlans
from tests.browser.chromium import violations
from tests.browser.conftest import Open
from tests.browser.sample import AT, HOSTILE, vm_id
from tests.browser.served import Asked, Said, Served, said

RUN = "plan-0123456789abcdef"
REASON = {"code": "ItemNotRead", "severity": "error", "sentence": HOSTILE, "fix": "Read it."}
LAST = {"id": RUN, "statusQueryGetUri": "http://h/api/runs/r", "action": "planned_failover", "askedAt": AT}
WAVES = [{"wave": 1, "vmIds": [vm_id("db-0")]}, {"wave": 5, "vmIds": [vm_id("web-0"), vm_id("web-1")]}]
PLAN = {"name": "shop", "vms": 3, "protected": 2, "unread": [vm_id("web-1")], "waves": WAVES, "reasons": [REASON]}
LISTED: dict[str, Any] = {
    "plans": [{**PLAN, "lastRequest": {**LAST, "requestedBy": {"name": HOSTILE, "verified": False}, "underWay": True}}],
    "total": 1,
    "unclear": [{"vmId": vm_id("odd"), "reasons": [REASON]}],
    "azurePlans": [{"id": "/plans/theirs", "name": "theirs"}],
    "unreadVaults": ["/vaults/locked"],
    "reasons": [],
}
FORECAST = {
    "vmId": vm_id("db-0"), "possible": True, "wave": 1, "recoveryPoint": None, "region": "southeastasia",
    "networkId": "/n", "reasons": [REASON],
    "lines": ["db-0: planned failover, wave 1", f"  note ItemNotRead: {HOSTILE}"],
}  # fmt: skip
UNDER_WAY = {
    "title": "The plan is under way",
    "code": "PlanUnderWay",
    "detail": f"{HOSTILE} asked",
    "plan": "shop",
    "runId": RUN,
}


def run(**status: object) -> dict[str, Any]:
    """A plan's run that stands so."""
    return {"instanceId": RUN, "runtimeStatus": "Running", "createdTime": AT, "customStatus": status, "output": None}


def test_a_plan_is_begun_once_and_let_on_by_a_person(served: Served, opened: Open) -> None:
    """Who is second is led to the run of who was first; the pause is seen there, and ended with a note."""
    assert RecoveryPlans.model_validate(LISTED, by_alias=True).total == 1
    sent: list[Asked] = []
    running = run(step="wave", place=1, waves=2, begun=1, underWay=1, failed=0)

    def api(asked: Asked) -> Said:
        if asked.method == "GET":
            return said(running if asked.path == f"runs/{RUN}" else LISTED)
        if asked.path == "plans":
            return said(
                {"possible": True, "hash": "0" * 32, "vms": [FORECAST], "lines": [], "summary": "Planned failover: yes"}
            )
        sent.append(asked)
        return said(UNDER_WAY, 409) if asked.path == "failovers" else said({"id": RUN}, 202)

    served.api = api
    page = opened("#/plans")
    row = page.get_by_role("row").filter(has_text="shop")
    expect(row).to_contain_text("2 of 3, 1 not told")
    expect(page.get_by_text("/vaults/locked")).to_be_visible()
    assert violations(page) == []
    row.get_by_role("link", name="shop").click()
    page.get_by_label("What", exact=True).select_option("planned")
    page.get_by_label("Pause between waves").check()
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("region", name="The plan")).to_contain_text(HOSTILE)
    expect(page.get_by_role("region", name="The plan")).to_contain_text("Planned failover: yes")
    page.get_by_label("To confirm").fill(" Shop ")
    assert violations(page) == []
    page.get_by_role("button", name="Begin: Planned").click()
    expect(page.get_by_role("alert")).to_contain_text(f"{HOSTILE} asked")
    page.get_by_role("link", name="See that run").click()
    expect(page.get_by_text("wave 1 of 2: 1 begun, 1 under way, 0 failed")).to_be_visible()

    running = run(step="paused", place=2, waves=2, until="2099-01-01T00:00:00+00:00")
    page.get_by_role("button", name="Refresh").click()
    expect(page.get_by_role("heading", name="It waits for somebody")).to_be_visible()
    assert page.get_by_role("progressbar").get_attribute("value") == "1"
    page.get_by_label("Why").fill(HOSTILE)
    assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    over = {"wave": 1, "vms": 1, "failed": 1, "failedVms": ["db-0"]}
    resumed = [{"by": HOSTILE, "at": AT, "beforePlace": 2}]
    running = {**run(step="done"), "runtimeStatus": "Completed"}
    running["output"] = {"result": "stopped", "waves": [over], "resumed": resumed}
    page.get_by_role("button", name="Let the next wave begin").click()
    expect(page.get_by_role("heading", name="It is over: stopped")).to_be_visible()
    expect(page.get_by_role("table", name="Waves that are over")).to_contain_text("1: db-0")

    begun, let_on = (asked.body for asked in sent)
    assert {name: value for name, value in begun.items() if name != "requestId"} == {
        "plan": "shop", "kind": "planned", "confirm": "Shop", "planHash": "0" * 32, "pauseBetweenWaves": True
    }  # fmt: skip
    assert let_on == {"note": HOSTILE}
