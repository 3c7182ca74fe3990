"""The tables at the end, and the counts behind them."""

import pytest

from local.demo import report
from local.demo.arm import api_version
from local.demo.traffic import Traffic, count

WEB = "/subscriptions/s/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/web-0"
ITEM = "/Subscriptions/s/resourceGroups/r/providers/Microsoft.RecoveryServices/vaults/v/replicationFabrics/f/items/i"
APP = "asr-autoprotect/0.1.0 azsdk-python"


def request(method: str, path: str, client: str = APP) -> dict[str, object]:
    """One entry of the emulator's request log."""
    return {"method": method, "path": path, "client": client, "status": 200}


def test_only_the_apps_requests_count() -> None:
    """The operator's own and the host's are not the app's."""
    traffic = count([request("GET", WEB), request("GET", WEB, "contoso-operator/1.0")], {"web-0": (WEB,)})

    assert traffic == Traffic({("microsoft.compute", "GET"): 1}, {"web-0": 1}, 0)


def test_requests_are_counted_by_provider_machine_and_kind() -> None:
    """The provider is the last in the path; a machine's name that begins like another's is another's."""
    log = [
        request("GET", f"{WEB.upper()}/providers/Microsoft.RecoveryServices/replicationEligibilityResults/default"),
        request("PUT", ITEM),
        request("GET", f"{WEB}0"),
        request("PUT", "/subscriptions/s/resourcegroups/contoso-app-asr"),
    ]

    traffic = count(log, {"web-0": (WEB, ITEM), "db-0": ("/subscriptions/s/db-0",)})

    assert traffic.by_machine == {"web-0": 2, "db-0": 0}
    assert traffic.shared == 2
    assert traffic.by_provider == {
        ("microsoft.recoveryservices", "GET"): 1,
        ("microsoft.recoveryservices", "PUT"): 1,
        ("microsoft.compute", "GET"): 1,
        ("microsoft.resources", "PUT"): 1,
    }
    assert (traffic.total, traffic.writes) == (4, 2)


def test_the_table_of_requests_adds_up() -> None:
    """Rows and columns have their sums."""
    traffic = Traffic({("microsoft.compute", "GET"): 3, ("microsoft.storage", "PUT"): 2}, {"web-0": 1}, 4)

    assert report.requests(traffic).columns == ("provider", "GET", "PUT", "all")
    assert report.requests(traffic).rows == (
        ("microsoft.compute", "3", "0", "3"),
        ("microsoft.storage", "0", "2", "2"),
        ("all", "3", "2", "5"),
    )
    assert report.requests_by_machine(traffic).rows == (("web-0", "1"), ("shared", "4"))


def test_a_step_shows_what_it_took_and_what_went_wrong() -> None:
    """Ids are shortened to names, faults follow the detail, a running step has no seconds."""
    ready = {"step": "ensure_vault v", "result": "created", "calls": 3, "seconds": 2.04, "detail": ITEM, "faults": []}
    again = {"step": "enable", "result": "running", "calls": 2, "seconds": None, "detail": None, "faults": ["429"]}
    sheet = report.steps({"run": "web-0-1", "cause": "event", "steps": [ready, again]})

    assert sheet.title == "Steps of run web-0-1 (cause: event), from durable history"
    assert sheet.rows == (
        ("ensure_vault v", "created", "3", "2.0", "i"),
        ("enable", "running", "2", "", "fault: 429"),
    )


def test_the_run_that_did_the_work_is_the_one_to_show() -> None:
    """The others only looked."""
    looked, worked = {"run": "3", "steps": [{}]}, {"run": "1", "steps": [{}, {}]}

    assert report.run_with_most_steps([looked, worked]) is worked


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/subscriptions/s/resourceGroups/g", "2025-04-01"),
        (WEB, "2024-07-01"),
        (f"{WEB}/providers/Microsoft.Resources/tags/default", "2025-04-01"),
        ("/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d", "2024-03-02"),
        ("/subscriptions/s/providers/Microsoft.RecoveryServices/vaults", "2024-04-01"),
        (ITEM, "2025-08-01"),
    ],
)
def test_each_kind_of_resource_is_asked_with_its_own_version(path: str, version: str) -> None:
    """The kind is that of the last provider in the path."""
    assert api_version(path) == version


def test_a_provider_outside_the_story_is_refused() -> None:
    """No version is guessed."""
    with pytest.raises(LookupError, match=r"microsoft\.web/sites"):
        api_version("/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/x")
