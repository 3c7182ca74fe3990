"""Which events name a VM to look at."""

import pytest

from asr.model.resource_id import same
from asr.planning.events import (
    EVENT_FILTER,
    item_of_event,
    principal_of_event,
    vault_of_event,
    vm_of_event,
)
from tests.unit.planning.contoso import NETWORK_ID, VM_ID

OURS = frozenset({"6f2bd0f8-0000-4000-8000-000000000001"})
WRITE = "Microsoft.Compute/virtualMachines/write"
TAGS = "Microsoft.Resources/tags/write"


@pytest.mark.parametrize(
    ("subject", "operation"),
    [
        (VM_ID, WRITE),
        (VM_ID, WRITE.upper()),
        (VM_ID, "Microsoft.Compute/virtualMachines/delete"),
        (VM_ID, TAGS),
        (f"{VM_ID}/providers/Microsoft.Resources/tags/default", TAGS),
        (f"{VM_ID}/PROVIDERS/microsoft.resources/TAGS/default", "Microsoft.Resources/tags/delete"),
    ],
)
def test_an_event_about_a_vm_names_it(subject: str, operation: str) -> None:
    """Writes, deletes, and tags by either way."""
    assert vm_of_event(subject, {"operationName": operation}, OURS) == VM_ID


@pytest.mark.parametrize(
    ("subject", "operation"),
    [
        (VM_ID, "Microsoft.Compute/virtualMachines/start/action"),
        (f"{VM_ID}/extensions/agent", WRITE),
        (NETWORK_ID, TAGS),
        (VM_ID.replace("6f2bd0f8", "00000000"), WRITE),
        ("", WRITE),
        ("/subscriptions/s", TAGS),
        (VM_ID, ""),
    ],
)
def test_any_other_event_names_none(subject: str, operation: str) -> None:
    """Other operations, other resources, other subscriptions, and what no one can read."""
    assert vm_of_event(subject, {"operationName": operation}, OURS) is None
    assert vm_of_event(VM_ID, {}, OURS) is None


def test_a_classic_machine_is_read_to_be_refused() -> None:
    """Its platform is retired; whoever still has one is told so."""
    classic = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ClassicCompute/virtualMachines/v"

    assert vm_of_event(classic, {"operationName": "Microsoft.ClassicCompute/virtualMachines/write"}, ("s",)) == classic


SUBSCRIPTION = min(OURS)
SITE = "Microsoft.RecoveryServices/vaults"
VAULT_ID = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/{SITE}/v"
ITEM_ID = (
    f"{VAULT_ID}/replicationFabrics/f/replicationProtectionContainers/c/replicationProtectedItems/"
    "00000000-0000-0000-0000-00000000000a"
)
ITEM = f"{SITE}/replicationFabrics/replicationProtectionContainers/replicationProtectedItems"


@pytest.mark.parametrize(
    ("subject", "operation", "item", "vault"),
    [
        (ITEM_ID, f"{ITEM}/write", ITEM_ID, None),
        (f"{ITEM_ID}/remove", f"{ITEM}/remove/action", ITEM_ID, None),
        (ITEM_ID.upper(), f"{ITEM}/unplannedFailover/action".upper(), ITEM_ID.upper(), None),
        (VAULT_ID, f"{SITE}/write", None, VAULT_ID),
        (f"{VAULT_ID}/replicationPolicies/p", f"{SITE}/replicationPolicies/write", None, VAULT_ID),
        (f"{VAULT_ID}/backupPolicies/p", f"{SITE}/backupPolicies/write", None, None),
        (VAULT_ID, "Microsoft.Compute/virtualMachines/write", None, None),
        (VAULT_ID, f"{ITEM}/write", None, None),
        ("", f"{ITEM}/write", None, None),
        ("/" * 50, f"{SITE}/write", None, None),
        (VAULT_ID.replace(SUBSCRIPTION, SUBSCRIPTION.replace("0", "9")), f"{SITE}/write", None, None),
    ],
)
def test_what_is_about_an_item_or_a_vault(subject: str, operation: str, item: str | None, vault: str | None) -> None:
    """Whatever the casing; another subscription's and a backup's are nobody's here."""
    data: dict[str, object] = {"operationName": operation}

    assert same(item_of_event(subject, data, (SUBSCRIPTION,)) or "none", item or "none")
    assert same(vault_of_event(subject, data, (SUBSCRIPTION,)) or "none", vault or "none")
    assert vm_of_event(subject, data, (SUBSCRIPTION,)) is None


def test_the_filter_is_one_that_event_grid_takes() -> None:
    """At most 25 filters with 25 values in all, each of at most 512 characters."""
    filters = EVENT_FILTER["advancedFilters"]

    assert sum(len(one["values"]) for one in filters) <= 25
    assert all(len(value) <= 512 for one in filters for value in one["values"])


OBJECT_ID = "http://schemas.microsoft.com/identity/claims/objectidentifier"


@pytest.mark.parametrize("claims", [None, [], "x", {}, {OBJECT_ID: 5}])
def test_who_did_it_may_not_be_told(claims: object) -> None:
    """Then it is somebody else."""
    assert principal_of_event({"claims": claims}) is None
