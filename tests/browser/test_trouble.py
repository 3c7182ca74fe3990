"""The page while things go wrong: what was shown stays, its age and the fault are told, and it goes on by itself."""

import json
import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from asr.model.resource_id import key
from asr.planning.fleet_rows import Member
from asr.planning.fleet_state import FleetState
from tests.browser.conftest import Open
from tests.browser.sample import HOSTILE, Sample, every_state, member, vm_id
from tests.browser.served import KEY, Api, Asked, Said, Served, said

STALLS = """() => {
  window.stalls = [];
  new PerformanceObserver(list => window.stalls.push(...list.getEntries().map(one => one.duration)))
    .observe({ type: "longtask", buffered: true });
}"""


def answering(told: Said) -> Api:
    """An API that answers everything so."""
    return lambda _: told


def many(number: int) -> list[Member]:
    """So many machines that are protected."""
    first = member("vm-00000", FleetState.PROTECTED)
    ids = [vm_id(f"vm-{one:05}") for one in range(number)]
    return [replace(first, place=key(id_), row=replace(first.row, vm_id=id_)) for id_ in ids]


def again(page: Page) -> None:
    """Refresh, as a person does."""
    page.get_by_role("button", name="Refresh").click()


FAULTS = {
    "403": (said({}, 403), "You may not see this"),
    "429": (said({}, 429, retry_after="120"), "Too many requests"),
    "500": (said({"detail": HOSTILE, "title": "A defect"}, 500), HOSTILE),
    "HTML": (Said(200, "<h1>Please sign in</h1>", "text/html"), "something"),
    "half an answer": (Said(200, "{", "application/json"), "cannot be read"),
    "no network": (Said(0), "cannot be reached"),
}


def test_what_was_shown_stays_with_its_age(served: Served, opened: Open) -> None:
    """Each fault is told in words; when the answers come again, it goes away."""
    served.api = Sample(every_state())
    page = opened("#/fleet")
    alert = page.get_by_role("alert")
    for told, words in FAULTS.values():
        expect(page.get_by_role("rowheader", name="vm-refused")).to_be_visible()
        served.api = answering(told)
        again(page)
        expect(alert).to_contain_text(words)
        expect(alert).to_contain_text("What is shown was read")
        expect(page.get_by_role("rowheader", name="vm-refused")).to_be_visible()
        expect(page.locator("#freshness")).to_contain_text("Stale")
        served.api = Sample(every_state())
        again(page)
        expect(alert).to_have_count(0)


def test_it_waits_as_long_as_it_is_asked_to_and_asks_for_another_key(served: Served, opened: Open) -> None:
    """A throttled app is left alone for its Retry-After; a key that is revoked meanwhile leads to the form and back."""
    served.api = Sample(every_state())
    page = opened("#/fleet?state=refused")
    expect(page.get_by_role("rowheader", name="vm-refused")).to_be_visible()
    page.clock.install()
    served.api = answering(said({"title": "Azure asked to wait", "detail": "Wait."}, 503, retry_after="600"))
    again(page)
    expect(page.get_by_role("alert")).to_contain_text("Wait.")
    before = len(served.asked)
    page.clock.fast_forward(500_000)
    assert len(served.asked) == before
    served.api = Sample(every_state())
    page.clock.fast_forward(200_000)
    expect(page.get_by_role("alert")).to_have_count(0)

    served.api = answering(said({}, 401))
    again(page)
    expect(page.get_by_role("alert")).to_contain_text("The key was not accepted.")
    expect(page.get_by_role("table")).to_have_count(0)
    served.api = Sample(every_state())
    page.get_by_label("Function key").fill(KEY)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("rowheader", name="vm-refused")).to_be_visible()


def test_a_hidden_page_asks_nothing(served: Served, opened: Open) -> None:
    """It asks again as soon as somebody looks."""
    served.api = Sample(every_state())
    page = opened()
    expect(page.get_by_role("heading", name="Worst RPO")).to_be_visible()
    page.clock.install()
    hide = "Object.defineProperty(document, 'visibilityState', {{ value: '{0}', configurable: true }})"
    page.evaluate(hide.format("hidden"))
    page.clock.fast_forward(30_000)
    expect(page.locator("#freshness")).to_contain_text(re.compile(r"sked [3-9]\d s ago"))
    again(page)
    expect(page.locator("#freshness")).to_contain_text("Asked 0 s ago")
    before = len(served.asked)
    page.clock.fast_forward(3_600_000)
    assert len(served.asked) == before
    with page.expect_response("**/summary"):
        page.evaluate(hide.format("visible"))
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_ten_thousand_machines_scroll_and_filter_without_a_stall(served: Served, opened: Open) -> None:
    """They come a page at a time: no task of the page keeps the browser from answering a person for long."""
    served.api = Sample(many(10_000))
    page = opened("#/fleet")
    expect(page.get_by_text("100 of 10,000 machines")).to_be_visible()
    page.evaluate(STALLS)
    for _ in range(5):
        page.mouse.wheel(0, 3000)
    page.get_by_role("link", name="Next page").click()
    expect(page.get_by_role("rowheader", name="vm-00100")).to_be_visible()
    page.get_by_role("link", name="Previous page").click()
    expect(page.get_by_role("rowheader", name="vm-00000")).to_be_visible()
    page.get_by_label("Name contains").press_sequentially("vm-0777")
    expect(page.get_by_text("10 machines found")).to_be_visible()

    assert [stall for stall in page.evaluate("window.stalls") if stall > 1000] == []


def test_a_failover_is_confirmed_by_the_name_and_bound_to_what_was_shown(served: Served, opened: Open) -> None:
    """The button stays shut until both are there; the API's refusal is told with its reasons; nothing is sent twice."""
    sent: list[Asked] = []
    vm = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/db-0"
    reason = {"code": "SourceStillRuns", "severity": "warning", "sentence": HOSTILE, "fix": "Stop it."}
    forecast = {
        "vmId": vm, "possible": True, "makes": f"{vm}-asr", "region": "southeastasia", "size": "S", "networkId": "/n",
        "recoveryPoint": None, "state": "Protected", "health": "Normal", "addresses": [], "reasons": [reason],
        "notCarried": [], "lines": ["db-0: unplanned failover", f"  note SourceStillRuns: {HOSTILE}"],
    }  # fmt: skip

    def api(asked: Asked) -> Said:
        if asked.path == "plans":
            return said({"possible": True, "hash": "0" * 32, "vms": [forecast], "lines": [], "summary": "All"})
        if asked.path == "failovers":
            sent.append(asked)
            if len(sent) == 1:
                return said({"title": "No", "detail": "Not now.", "refused": [{"vmId": vm, "reasons": [reason]}]}, 409)
            return said({"protections": [{"vmId": vm, "state": "pending", "queued": 0}]}, 202)
        return said({"vmId": vm, "state": "protected", "protectedItem": None})

    served.api = api
    page = opened(f"#/failover?what=unplanned&id={vm}")
    begin = page.get_by_role("button", name="Begin: Unplanned")
    expect(begin).to_be_disabled()
    page.get_by_label("To confirm").fill("db-0")
    expect(begin).to_be_disabled()
    page.get_by_role("button", name="Show what would happen").click()
    expect(page.get_by_role("heading", name="What would happen")).to_be_visible()
    page.get_by_label("To confirm").fill("db-1")
    expect(begin).to_be_disabled()
    page.get_by_label("To confirm").fill("db-0")
    begin.click()
    expect(page.get_by_role("alert")).to_contain_text("Not now.")
    begin.click()
    expect(page.get_by_role("heading", name="It was asked for")).to_be_visible()

    bodies = [asked.body for asked in sent]
    assert bodies[0] == bodies[1]
    assert {name: bodies[0][name] for name in ("vmIds", "kind", "confirm", "planHash")} == {
        "vmIds": [vm],
        "kind": "unplanned",
        "confirm": "db-0",
        "planHash": "0" * 32,
    }
    assert json.dumps(bodies).count("requestId") == 2
