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


def test_a_drill_that_is_under_way_is_called_off_from_where_it_is_seen(served: Served, opened: Open) -> None:
    """A refusal names it and leads to it; it says who called it off, and why."""
    sent: list[Asked] = []
    called_off = {"at": AT, "by": {"name": HOSTILE, "verified": False}, "note": "the network is wrong"}
    busy = {
        "code": "DrillUnderWay",
        "severity": "error",
        "sentence": f"It is part of {DRILL['id']}, {vm_id('db-0')}'s of {AT}.",
    }

    allowed = {"allowedOperations": ["drill", "test"]}

    def api(asked: Asked) -> Said:
        if asked.method == "GET":
            running = {**DRILL, "status": "running", **({"calledOff": called_off} if sent else {})}
            return said(
                running if "drills/" in asked.path else {"vmId": vm_id("db-0"), "state": "protected", **allowed}
            )
        if asked.path == "drills":
            return said({"code": "DrillUnderWay", "refused": [{"vmId": vm_id("db-0"), "reasons": [busy]}]}, 409)
        sent.append(asked)
        return said(DRILL, 202)

    served.api = api
    page = opened(f"#/failover?what=drill&id={vm_id('db-0')}")
    expect(page.locator("#what option")).to_have_count(2)
    page.get_by_role("button", name="Begin: Drill").click()
    expect(page.get_by_role("alert")).to_contain_text(f"It is part of {DRILL['id']}, db-0's of 22 Nov 2026, 12:00.")
    page.get_by_role("alert").get_by_role("link", name=str(DRILL["id"])).click()
    page.get_by_label("Why it is called off").fill("the network is wrong")
    assert violations(page) == []
    page.get_by_role("button", name="Call it off").click()
    expect(page.get_by_text(f"Called off by {HOSTILE}")).to_contain_text("the network is wrong")
    assert (sent[0].path, sent[0].body) == (f"drills/{DRILL['id']}/cancel", {"note": "the network is wrong"})
