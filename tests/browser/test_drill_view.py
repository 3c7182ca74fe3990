"""A drill's evidence on the page: gates, probes, times, and what shows that nothing is left."""

from playwright.sync_api import expect

from asr.reporting.answers.drills import Drill
from tests.browser.chromium import violations
from tests.browser.conftest import Open
from tests.browser.sample import AT, HOSTILE, vm_id
from tests.browser.served import Asked, Said, Served, said

MACHINE = {
    "vmId": vm_id("db-0"),
    "run": "db-0-run",
    "status": "failed",
    "rtoSeconds": 311.4,
    "rpoSeconds": 118.0,
    "target": {"rtoMinutes": 5.0, "rpoMinutes": None},
    "recoveryPoint": AT,
    "testVmId": vm_id("db-0-test"),
    "networkId": "/subscriptions/s/resourceGroups/drills/providers/Microsoft.Network/virtualNetworks/drill-vnet",
    "gates": [{"name": "no peering", "holds": True, "read": "GET /network", "found": {}}],
    "probes": [
        {"kind": "tcp", "where": "10.0.0.4:1433", "attempts": 3, "passedAt": AT, "problem": None, "output": None},
        {"kind": "runCommand", "where": "in it", "attempts": 10, "passedAt": None, "problem": HOSTILE, "output": None},
    ],
    "cleanUp": {"done": True, "at": AT, "reads": {vm_id("db-0-test"): False, vm_id("left"): True}},
    "timeline": [{"at": AT, "what": "asked", "source": "request"}],
    "reasons": [{"code": "ProbeFailed", "severity": "error", "sentence": HOSTILE, "fix": "Look."}],
}
DRILL = {
    "id": "drill-3c1f0a9be2d47706",
    "status": "failed",
    "askedAt": AT,
    "requestedBy": {"name": HOSTILE, "verified": False},
    "total": 2,
    "passed": 1,
    "machines": [MACHINE, {**MACHINE, "vmId": vm_id("web-0"), "run": "web-0-run", "status": "passed"}],
    "evidence": {"number": 7, "hash": "5f0c2a0e5fb3c5b6"},
}


def test_a_drill_is_shown_with_its_evidence(served: Served, opened: Open) -> None:
    """What held, what was asked, how long it took, and what is left; the page to print can be saved."""
    assert Drill.model_validate(DRILL, by_alias=True).id == DRILL["id"]

    def api(asked: Asked) -> Said:
        if "html" in asked.headers.get("accept", ""):
            return Said(200, "<h1>evidence</h1>", "text/html")
        return said(DRILL)

    served.api = api
    page = opened("#/drills/drill-3c1f0a9be2d47706")
    part = page.get_by_role("region", name="Part of").first
    expect(part).to_contain_text("5 min 11 s (target 5 min)")
    expect(part).to_contain_text(HOSTILE)
    part.locator("summary").first.click()
    expect(page.get_by_role("table", name="Reads after the clean-up").first).to_contain_text("still there")
    assert violations(page) == []
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as a page to print").click()
    assert saved.value.suggested_filename == "drill-3c1f0a9be2d47706.html"
