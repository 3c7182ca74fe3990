"""A protected item's document that lies or leaves out: it is read as far as it can be, and never breaks anything."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.gateway.site_recovery.item_documents import item_of
from asr.model.failover import FailoverAction, FailoverFacts, FailoverRequest
from asr.planning.failover import decide_failover
from asr.planning.fleet_state import FleetState, Standing, standing
from asr.planning.homes import made_by_failover, seen_with
from asr.planning.left_vm import decide_removal

VAULT = (
    "/subscriptions/6f2bd0f8-0000-4000-8000-000000000001/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v"
)
CONTAINER = f"{VAULT}/replicationFabrics/f/replicationProtectionContainers/c"
GROUP = "/subscriptions/6f2bd0f8-0000-4000-8000-000000000001/resourceGroups/contoso-app-asr"
VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web-0"
PLACES = {
    "properties": ("protectionState", "activeLocation", "allowedOperations", "currentScenario", "recoveryContainerId"),
    "details": (
        "fabricObjectId",
        "primaryFabricLocation",
        "initialPrimaryFabricLocation",
        "recoveryAzureVMName",
        "recoveryAzureResourceGroupId",
        "protectedManagedDisks",
        "recoveryFabricObjectId",
        "vmNics",
        "lifecycleId",
        "lastRpoCalculatedTime",
    ),
}


def document(**details: Any) -> dict[str, Any]:
    """An item that replicates from the recovery side."""
    about = {
        "instanceType": "A2A",
        "fabricObjectId": VM,
        "primaryFabricLocation": "southeastasia",
        "recoveryFabricLocation": "eastasia",
        "initialPrimaryFabricLocation": "eastasia",
        "recoveryAzureVMName": "web-0",
        "recoveryAzureResourceGroupId": GROUP.removesuffix("-asr"),
        "protectedManagedDisks": [{"diskId": f"{GROUP}/disks/os", "diskName": "os"}],
    }
    return {
        "id": f"{CONTAINER}/replicationProtectedItems/web-0",
        "name": "web-0",
        "properties": {
            "protectionState": "Protected",
            "replicationHealth": "Normal",
            "activeLocation": "Primary",
            "allowedOperations": ["UnplannedFailover"],
            "recoveryContainerId": CONTAINER.replace("/f/", "/f2/"),
            "currentScenario": {"scenarioName": "None", "jobId": f"{VAULT}/replicationJobs/None"},
            "providerSpecificDetails": {**about, **details},
        },
    }


def changed(place: str, name: str, value: object) -> dict[str, Any]:
    """The document with something else there."""
    found = document()
    about = found["properties"]
    (about if place == "properties" else about["providerSpecificDetails"])[name] = value
    return found


@given(
    st.sampled_from([(place, name) for place, names in PLACES.items() for name in names]),
    st.one_of(st.none(), st.text(max_size=30), st.integers(), st.booleans(), st.lists(st.none(), max_size=2)),
)
def test_whatever_stands_there_nothing_breaks(where: tuple[str, str], value: object) -> None:
    """Status, fleet and failover answer something, whatever Azure tells."""
    item = item_of(changed(*where, value))
    assert item is not None

    standing(Standing(VM, None, item, asks=True))
    made_by_failover(item, VM)
    seen_with(item, None)
    decide_removal(item, None)
    assert item.turned_id is None or item.turned_id.endswith("/replicationProtectedItems/web-0")
    assert isinstance(item.home_vm_id, str)
    assert isinstance(item.running_vm_id, str)
    assert item.vault_id == VAULT
    for action in FailoverAction:
        if action is not FailoverAction.REMOVE_LEFT:
            decide_failover(action, FailoverRequest(), FailoverFacts(item), "2026-11-22T10:00:00+00:00", resumes=True)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("UnplannedFailoverSomethingNew", FleetState.FAILED_OVER),
        ("CommitFailoverFailedOnRecovery", FleetState.FAILED_OVER),
        ("SomethingElse", FleetState.ENABLING),
        ("", FleetState.ENABLING),
    ],
)
def test_a_word_that_nobody_knows_is_of_its_family(word: str, state: FleetState) -> None:
    """And what the item allows decides what can be done: nothing is begun by a word."""
    item = item_of(changed("properties", "protectionState", word))
    assert item is not None

    assert standing(Standing(VM, None, item, asks=True, asked_before=True)).state is state
    nothing = item_of(changed("properties", "allowedOperations", None))
    assert nothing is not None
    decision = decide_failover(FailoverAction.UNPLANNED, FailoverRequest(), FailoverFacts(nothing), "2026-11-22T10:00Z")
    assert decision.plan is None
    assert decision.reasons[0].code == "FailoverNotAllowed"
