"""The page with a fleet in every state: what it shows, for whom, and what is never markup."""

import pytest
from playwright.sync_api import Page, expect

from asr.planning.fleet_state import FleetState
from tests.browser.chromium import picture, violations
from tests.browser.conftest import Open
from tests.browser.sample import HOSTILE, Sample, every_state, vm_id
from tests.browser.served import KEY, Served, said


@pytest.fixture
def fleet(served: Served) -> Served:
    """The page with the sample's fleet."""
    served.api = Sample(every_state())
    served.asked.clear()
    served.seen.clear()
    return served


def tile(page: Page, name: str) -> str:
    """The text of a tile."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name)).first.inner_text()


def test_the_overview_tells_what_needs_somebody(fleet: Served, opened: Open) -> None:
    """Each tile has its number and leads to what it counts; the key is out of the address, and was in no request."""
    page = opened()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.get_by_role("heading", name="Worst RPO")).to_be_visible()

    assert page.url == f"{fleet.address}#/"
    assert not any("key" in target.lower() for target in fleet.seen)
    assert "1 × AzureVmIsNotInDesiredPowerState" in tile(page, "Refused")
    assert "4 min" in tile(page, "Worst RPO")
    assert "vm-grace ends in" in tile(page, "Ending")
    assert "1 enabling, 1 pending, 1 disabling" in tile(page, "In progress")
    assert "1 thing could not be read" in page.locator("main").inner_text()

    picture(page, "overview")

    page.get_by_role("link", name="Refused", exact=True).click()
    expect(page.get_by_role("rowheader", name="vm-refused")).to_be_visible()
    assert page.url == f"{fleet.address}#/fleet?state=refused"
    page.go_back()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_the_fleet_shows_every_state_and_its_filters_stand_in_the_address(fleet: Served, opened: Open) -> None:
    """A view can be sent to somebody; back leads to the filters of before; names are text whatever they hold."""
    page = opened("#/fleet")
    expect(page.get_by_role("rowheader", name=HOSTILE)).to_be_visible()
    shown = page.get_by_role("table", name="The fleet").inner_text()

    belonging = set(FleetState) - {FleetState.NOT_REQUESTED, FleetState.UNPROTECTED}
    assert {state.value for state in belonging if state.value.replace("_", " ") not in shown} == set()
    assert page.locator("main img").count() == 0

    page.get_by_label("Name contains").fill("DRIFT")
    expect(page.get_by_text("1 machine found")).to_be_visible()
    expect(page.get_by_label("Name contains")).to_be_focused()
    assert page.url == f"{fleet.address}#/fleet?search=DRIFT"
    page.get_by_label("State").select_option("refused")
    expect(page.get_by_text("No machine is like that.")).to_be_visible()
    page.go_back()
    expect(page.get_by_text("1 machine found")).to_be_visible()
    expect(page.get_by_label("State")).to_have_value("")


def test_the_fleet_is_ordered_by_its_columns(fleet: Served, opened: Open) -> None:
    """By keyboard; the order stands in the address, and the filters stay. On a phone it is a field."""
    page = opened("#/fleet?region=eastasia")
    page.get_by_role("columnheader", name="State").get_by_role("link").focus()
    page.keyboard.press("Enter")
    rows = page.get_by_role("table", name="The fleet").get_by_role("rowheader")
    expect(rows.first).to_have_text("vm-failed")
    assert page.url == f"{fleet.address}#/fleet?region=eastasia&sort=state"
    expect(page.get_by_role("columnheader", name="State")).to_have_attribute("aria-sort", "ascending")
    page.keyboard.press("Tab")
    expect(page.get_by_role("columnheader", name="Health").get_by_role("link")).to_be_focused()
    page.get_by_role("columnheader", name="State").get_by_role("link").click()
    expect(rows.last).to_have_text("vm-failed")
    expect(page.get_by_label("Order")).to_have_value("-state")
    page.get_by_label("Order").select_option("-name")
    expect(rows.first).to_have_text("vm-waiting")
    assert violations(page) == []


def test_a_refresh_keeps_focus_and_what_was_opened(fleet: Served, opened: Open) -> None:
    """What changed is changed in place; what has not changed is answered without a body."""
    page = opened()
    twin = page.get_by_text("Machines by state as a table")
    twin.click()
    page.get_by_role("link", name="Orphaned").focus()
    before = len(fleet.asked)
    fleet.api = Sample([one for one in every_state() if "orphaned" not in one.place])
    page.evaluate("document.getElementById('again').click()")
    expect(page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Orphaned"))).to_contain_text("0")

    expect(page.get_by_role("link", name="Orphaned")).to_be_focused()
    expect(page.get_by_role("table", name="Machines by state")).to_be_visible()
    assert all(asked.headers.get("if-none-match", "").startswith('W/"') for asked in fleet.asked[before:])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_keeps_people_out(fleet: Served, opened: Open, dark: bool) -> None:
    """By the rules of WCAG 2.2 AA, in each view, for a desk, a zoom of 200 %, and a phone; nothing scrolls sideways."""
    page = opened(dark=dark, key="")
    page.get_by_label("Function key").fill(KEY)
    assert violations(page) == []
    page.get_by_role("button", name="Open").click()
    for view, sign in (
        ("#/", "Worst RPO"),
        ("#/fleet", "vm-refused"),
        ("#/drift", "vm-drifted"),
        ("#/unprotected", "vm-open"),
        ("#/drills", "no drill yet"),
    ):
        page.evaluate("view => { location.hash = view }", view)
        expect(page.get_by_text(sign).first).to_be_visible()
        assert violations(page, contrast_alone=dark) == [], view
        for width in (390, 720, 1024):
            page.set_viewport_size({"width": width, "height": 844})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (view, width)
        page.set_viewport_size({"width": 390, "height": 844})
        assert dark or violations(page) == [], view
        if dark and view == "#/":
            picture(page, "phone")
        page.set_viewport_size({"width": 1440, "height": 900})


def test_a_wrong_key_is_told_and_the_right_one_opens_the_view_that_was_asked_for(fleet: Served, opened: Open) -> None:
    """By keyboard alone. The key lies in this tab: another tab asks for it."""
    page = opened("#/fleet?state=refused", key="wrong")
    expect(page.get_by_role("alert")).to_contain_text("The key was not accepted.")
    page.get_by_label("Function key").focus()
    page.keyboard.type(KEY)
    page.keyboard.press("Enter")
    expect(page.get_by_role("rowheader", name="vm-refused")).to_be_visible()
    assert page.url == f"{fleet.address}#/fleet?state=refused"
    assert not any(KEY in target or "key" in target for target in fleet.seen)

    other = page.context.new_page()
    other.goto(f"{fleet.address}#/fleet")
    expect(other.get_by_label("Function key")).to_be_visible()
    page.get_by_role("button", name="Forget the key").click()
    expect(page.get_by_label("Function key")).to_be_visible()
    assert page.evaluate("Object.values(sessionStorage).some(value => value.includes('right'))") is False


def test_a_key_in_the_query_is_not_used(fleet: Served, opened: Open) -> None:
    """It stands in the server's log by then: the page says so, and removes it."""
    page = opened(key="")
    page.goto(f"{fleet.address}?code={KEY}")
    expect(page.get_by_role("alert").first).to_contain_text("Make a new one")
    expect(page.get_by_label("Function key")).to_have_value("")
    assert "code" not in page.url


def test_the_platform_signs_people_in(fleet: Served, opened: Open) -> None:
    """Where App Service does that, a 401 leads to its login, and afterwards to where one was."""
    fleet.api = lambda asked: said([]) if asked.path.startswith("/.auth") else said({}, 401)
    page = opened("#/fleet?state=refused", key="")
    link = page.get_by_role("link", name="Sign in")
    expect(link).to_be_visible()
    assert link.get_attribute("href") == "/.auth/login/aad?post_login_redirect_uri=%2Fops%2Fv1%2Fdashboard"


def test_drift_is_told_in_words(fleet: Served, opened: Open) -> None:
    """What somebody wrote into a tag stands there as he wrote it."""
    page = opened("#/drift")
    row = page.get_by_role("row").filter(has_text="vm-drifted")
    expect(row).to_contain_text(HOSTILE)
    expect(row).to_contain_text("a person decides")
    link = row.get_by_role("link", name="vm-drifted", exact=True)
    assert link.get_attribute("href") == f"#/vm?id={vm_id('vm-drifted').replace('/', '%2F')}"


def test_what_is_not_protected_is_found_with_its_way_out(fleet: Served, opened: Open) -> None:
    """What can be protected leads to its plan; what cannot has the command that mends it."""
    page = opened("#/unprotected")
    expect(page.get_by_text("2 of the 2 machines that were read are not protected.")).to_be_visible()
    expect(page.get_by_text(f"az vm start --ids {vm_id('vm-stopped')}", exact=True)).to_be_visible()
    link = page.get_by_role("link", name="Protect it vm-open")
    assert link.get_attribute("href") == f"#/protection?id={vm_id('vm-open').replace('/', '%2F')}&what=protect"
