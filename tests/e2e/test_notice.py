"""Between two sweeps: what others do to a protected item or a vault is noticed; what the app itself does is not."""

from collections.abc import Iterator

import pytest

from tests.e2e.stack import Stack, stack

ASR = "2025-08-01"


@pytest.fixture
def up() -> Iterator[Stack]:
    """A stack whose sweeps never come by themselves, with a protected machine that the last one has seen."""
    with stack(ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as running:
        running.tag(running.vm("web-0"), asr_protect="true")
        running.outcome(running.vm("web-0"), "enabling", "protected")
        running.until(lambda: running.site_recovery("replicationProtectedItems")[0]["properties"]["protectionState"])
        yield running


def runs(up: Stack) -> int:
    """How many runs the machine has had."""
    answer = up.api("GET", "protections/history", vmId=up.vm("web-0"), limit="100").json()
    return int(answer["total"])


def item(up: Stack) -> str:
    """The id of the only item."""
    [found] = up.site_recovery("replicationProtectedItems")
    return str(found["id"])


def quiet(up: Stack) -> bool:
    """Whether every event has been delivered."""
    return bool(up.http.get(f"{up.arm}/_emulator/events").json()["pending"] == 0)


def test_what_others_do_is_noticed_and_what_the_app_does_is_not(up: Stack) -> None:
    """First nobody else does anything; then somebody ends the item, changes the vault, and makes a storm."""
    what_the_app_does_is_no_notice(up)
    an_item_that_somebody_else_ends_is_seen_at_once(up)
    a_vault_that_somebody_else_changes_is_swept(up)
    a_storm_is_few_runs(up)


def what_the_app_does_is_no_notice(up: Stack) -> None:
    """The vault, its policy and mappings, the item: every event is delivered, and none leads to another run."""
    up.until(lambda: quiet(up))
    operations = {
        one["operation"].lower().rpartition("microsoft.recoveryservices/")[2]
        for one in up.http.get(f"{up.arm}/_emulator/events").json()["deliveries"]
        if "recoveryservices" in one["operation"].lower()
    }

    assert {"vaults/write", "vaults/replicationpolicies/write"} <= operations
    assert any(one.endswith("replicationprotecteditems/write") for one in operations)
    tagged = runs(up)
    assert tagged <= 2  # by the tag's event, and once more if that was told twice
    assert up.http.get(f"{up.host}/api/runs/sweep", headers={"x-functions-key": up.key}).status_code == 404


def an_item_that_somebody_else_ends_is_seen_at_once(up: Stack) -> None:
    """Disabled by hand while the tag still asks: the event alone has it protected again."""
    up.until(lambda: quiet(up))
    old = item(up)
    before = runs(up)
    body = {"properties": {"disableProtectionReason": "NotSpecified", "replicationProviderInput": {}}}
    assert up.call("POST", f"{old}/remove", ASR, body).is_success
    up.until(lambda: runs(up) > before, 90)
    up.until(lambda: len(up.site_recovery("replicationProtectedItems")) == 1, 90)

    assert up.call("GET", old, ASR).is_success


def a_storm_is_few_runs(up: Stack) -> None:
    """A hundred changes of an item by somebody else, in a moment, in a vault that the app may not read meanwhile."""
    up.until(lambda: quiet(up))
    id_, before, asked = item(up), runs(up), len(up.requests())
    up.fault(method="GET", path="*/replicationProtectedItems*", client="asr-autoprotect", status=403)
    at = up.http.get(f"{up.arm}/_emulator/clock").json()["now"]
    for number in range(100):
        event = {
            "id": f"00000000-0000-0000-0000-{number:012d}",
            "topic": "/".join(id_.split("/")[:3]),
            "subject": id_,
            "eventType": "Microsoft.Resources.ResourceActionSuccess",
            "eventTime": at,
            "data": {
                "operationName": "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers"
                "/replicationProtectedItems/resolveHealthErrors/action",
                "resourceUri": id_,
            },
            "dataVersion": "2",
            "metadataVersion": "1",
        }
        assert up.deliver(event).status_code < 300
    up.until(lambda: runs(up) > before and not up.status(up.vm("web-0"))["activeRun"])

    assert runs(up) - before <= 25
    assert len(up.requests()) - asked < 1000


def a_vault_that_somebody_else_changes_is_swept(up: Stack) -> None:
    """A tag on the vault, by an operator: one sweep, however many changes."""
    up.until(lambda: quiet(up))
    [vault] = up.vaults()
    for number in range(5):
        assert up.call("PATCH", vault["id"], "2024-04-01", {"tags": {"owner": str(number)}}).is_success
    state = up.until(lambda: up.http.get(f"{up.host}/api/runs/sweep", headers={"x-functions-key": up.key}).json())

    assert state["name"] == "sweep"
