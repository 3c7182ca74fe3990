"""Where an item is not as it was asked for, and what is right to do about it."""

from dataclasses import replace
from typing import Any

import pytest

from asr.choices.options import OPTIONS
from asr.choices.profiles import Profile
from asr.model.drift import Drift, DriftDecision
from asr.model.item_around import NOTHING_READ, ItemAround
from asr.model.request import SeenVm
from asr.model.vault_facts import PolicyValues
from asr.model.vm_facts import ItemAddress, ItemDisk, ItemInterface
from asr.planning.completion import completion
from asr.planning.drift import drift_reason, drifts
from asr.planning.drift_table import COMPARED
from asr.planning.fleet_state import machine_of
from tests.unit.planning.contoso import GROUP, ITEM_ID, SUBSCRIPTION, TEST_NETWORK_ID, disk, facts, item, request, vm
from tests.words import sentence

FIX, PROPOSE, REPORT = DriftDecision.FIX, DriftDecision.PROPOSE, DriftDecision.REPORT
RECOVERY = f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr/providers"
DAY = ItemAround(PolicyValues(1440, 5, 60, multi_vm_sync=True))
NIC = ItemInterface("n", "nic", None, "web", None, None, "ipconfig1")
NSG = f"{RECOVERY}/Microsoft.Network/networkSecurityGroups/nsg"
IP = f"{RECOVERY}/Microsoft.Network/publicIPAddresses/ip"
FACED = replace(NIC, addresses=(ItemAddress("ipconfig1", primary=True, public_address_id="/other"),))
KEY_VAULT = f"{RECOVERY}/Microsoft.KeyVault/vaults/keys"
SECRET, KEY = "https://keys.vault.azure.net/secrets/s", "https://keys.vault.azure.net/keys/k"
DISKS = (
    ItemDisk(disk("os", None).id.lower(), "Premium_LRS", "Premium_LRS", "/set", "/keys", f"{SECRET}2", f"{KEY}2"),
    ItemDisk(disk("data0", 0).id.lower(), "StandardSSD_LRS", "StandardSSD_LRS"),
    ItemDisk(disk("data1", 1).id.lower(), "Standard_LRS", "Standard_LRS"),
)


def found(tags: dict[str, str], /, around: ItemAround = DAY, **changes: Any) -> list[Drift]:
    """What differs where these tags are set."""
    about = item(**{"disks": DISKS, "high_churn": False, **changes})
    return list(drifts(machine_of(vm()), request(**tags), about, around))


@pytest.mark.parametrize(
    ("tags", "changes", "field", "wished", "present", "decision"),
    [
        ({"recovery_region": "japaneast"}, {}, "recoveryRegion", "japaneast", "southeastasia", PROPOSE),
        ({"vault": "v2"}, {}, "vault", "v2", ITEM_ID.partition("/replicationFabrics")[0], PROPOSE),
        (
            {"recovery_resource_group": "nonesuch"},
            {},
            "recoveryResourceGroup",
            f"{SUBSCRIPTION}/resourceGroups/nonesuch",
            f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr",
            FIX,
        ),
        (
            {"recovery_vnet": "mine"},
            {"recovery_network_id": "/theirs"},
            "recoveryVnet",
            f"{RECOVERY}/Microsoft.Network/virtualNetworks/mine",
            "/theirs",
            FIX,
        ),
        ({"recovery_subnet": "db"}, {"interfaces": (NIC,)}, "recoverySubnet", "db", "web", FIX),
        (
            {"recovery_availability_set": "mine"},
            {},
            "recoveryAvailabilitySet",
            f"{RECOVERY}/Microsoft.Compute/availabilitySets/mine",
            f"{RECOVERY}/Microsoft.Compute/availabilitySets/web-set-asr",
            FIX,
        ),
        (
            {"recovery_availability_set": "mine"},
            {"recovery_availability_set_id": None},
            "recoveryAvailabilitySet",
            f"{RECOVERY}/Microsoft.Compute/availabilitySets/mine",
            "none",
            PROPOSE,
        ),
        ({"recovery_zone": "2"}, {"recovery_zone": "1"}, "recoveryZone", "2", "1", PROPOSE),
        ({"recovery_zone": "2"}, {}, "recoveryZone", "2", "none", PROPOSE),
        (
            {"recovery_proximity_placement_group": "near"},
            {"recovery_placement_group_id": "/far"},
            "recoveryProximityPlacementGroup",
            f"{RECOVERY}/Microsoft.Compute/proximityPlacementGroups/near",
            "/far",
            FIX,
        ),
        (
            {"recovery_capacity_reservation_group": "big"},
            {},
            "recoveryCapacityReservationGroup",
            f"{RECOVERY}/Microsoft.Compute/capacityReservationGroups/big",
            "none",
            FIX,
        ),
        (
            {"recovery_scale_set": "flex"},
            {"recovery_scale_set_id": "/other"},
            "recoveryScaleSet",
            f"{RECOVERY}/Microsoft.Compute/virtualMachineScaleSets/flex",
            "/other",
            FIX,
        ),
        (
            {"boot_diagnostics_account": "diag0"},
            {"boot_diagnostics_account_id": "/other"},
            "bootDiagnosticsAccount",
            f"{RECOVERY}/Microsoft.Storage/storageAccounts/diag0",
            "/other",
            FIX,
        ),
        ({"exclude_disks": "0,5"}, {}, "excludeDisks", "0, 5", "LUN 0 is replicated", PROPOSE),
        (
            {"recovery_disk_sku": "Standard_LRS"},
            {},
            "recoveryDiskSku",
            "Standard_LRS",
            "os=Premium_LRS, 0=StandardSSD_LRS",
            FIX,
        ),
        ({"replica_disk_sku": "0=Premium_LRS"}, {}, "replicaDiskSku", "0=Premium_LRS", "0=StandardSSD_LRS", FIX),
        (
            {"recovery_disk_encryption_set": "mine"},
            {},
            "recoveryDiskEncryptionSet",
            f"{RECOVERY}/Microsoft.Compute/diskEncryptionSets/mine",
            "/set",
            PROPOSE,
        ),
        ({"recovery_key_vault": KEY_VAULT}, {}, "recoveryKeyVault", KEY_VAULT, "/keys", FIX),
        ({"recovery_encryption_secret": SECRET}, {}, "recoveryEncryptionSecret", SECRET, f"os={SECRET}2", PROPOSE),
        ({"recovery_encryption_key": KEY}, {}, "recoveryEncryptionKey", KEY, f"os={KEY}2", PROPOSE),
        (
            {"recovery_storage_account": "mine0"},
            {"recovery_account_ids": ("/a", "/b")},
            "recoveryStorageAccount",
            f"{RECOVERY}/Microsoft.Storage/storageAccounts/mine0",
            "/a, /b",
            PROPOSE,
        ),
        (
            {"cache_storage_account": "mine0"},
            {"cache_account_ids": ("/a",)},
            "cacheStorageAccount",
            f"{GROUP}/providers/Microsoft.Storage/storageAccounts/mine0",
            "/a",
            PROPOSE,
        ),
        ({"high_churn": "true"}, {}, "highChurn", "true", "false", PROPOSE),
        ({"recovery_point_minutes": "4320"}, {}, "recoveryPointMinutes", "4320", "1440", PROPOSE),
        ({"app_consistent_minutes": "0"}, {}, "appConsistentMinutes", "0", "60", PROPOSE),
        ({"multi_vm_sync": "false"}, {}, "multiVmSync", "false", "true", PROPOSE),
        ({"consistency_group": "tier"}, {}, "consistencyGroup", "tier", "none", PROPOSE),
        ({"test_network_id": TEST_NETWORK_ID}, {}, "testNetworkId", TEST_NETWORK_ID, "none", FIX),
        ({}, {"recovery_vm_name": "by-hand"}, "recoveryName", "web-0", "by-hand", FIX),
        ({"recovery_name": "dr-0"}, {"recovery_vm_name": "web-0"}, "recoveryName", "dr-0", "web-0", FIX),
        ({}, {"recovery_vm_size": "Standard_D4s_v5"}, "recoverySize", "Standard_D2s_v5", "Standard_D4s_v5", FIX),
        ({"recovery_security_group": "nsg"}, {}, "recoverySecurityGroup", NSG, "none", FIX),
        ({"recovery_public_address": "ip"}, {"interfaces": (FACED,)}, "recoveryPublicAddress", IP, "/other", FIX),
        ({"on_drift": "propose"}, {"recovery_vm_name": "x"}, "recoveryName", "web-0", "x", PROPOSE),
        ({"on_drift": "report"}, {"recovery_vm_name": "x"}, "recoveryName", "web-0", "x", REPORT),
        ({"on_drift": "report", "high_churn": "true"}, {}, "highChurn", "true", "false", REPORT),
    ],
)
def test_a_choice_that_the_item_does_not_follow(
    tags: dict[str, str], changes: dict[str, Any], field: str, wished: str, present: str, decision: DriftDecision
) -> None:
    """What was asked for, what is there, and what is right to do; as a warning, too."""
    (drift,) = found(tags, **changes)

    assert drift == Drift(field, wished, present, decision)
    assert f"is {present}; the tags and the profile ask for {wished}." in sentence(drift_reason(drift))


def test_every_choice_that_an_item_tells_is_compared() -> None:
    """A new choice is compared, or is known to be one that no item tells."""
    untold = {"geography", "vault_group", "on_untag", "grace_days"}
    untold |= {"rpo_minutes", "on_drift", "new_disks", "recovery_plan", "recovery_wave", "wave_failure"}
    assert {option.field for option in OPTIONS} == COMPARED.keys() | untold


@pytest.mark.parametrize(
    "tags",
    [
        {},
        {"recovery_region": "japaneast,southeastasia"},
        {"vault": "V1"},
        {"recovery_resource_group": "Contoso-App-ASR"},
        {"recovery_subnet": "WEB"},
        {"recovery_availability_set": "web-set-asr"},
        {"exclude_disks": "5"},
        {"recovery_disk_sku": "os=Premium_LRS"},
        {"recovery_point_minutes": "1440"},
        {"high_churn": "false"},
        {"geography": "group"},
    ],
)
def test_what_is_as_it_was_asked_for(tags: dict[str, str]) -> None:
    """In any casing; and what no item tells is never told to differ."""
    assert found(tags) == []


def test_what_was_not_read_is_not_compared() -> None:
    """A policy that could not be read says nothing; nor does an item that does not tell its churn."""
    assert found({"recovery_point_minutes": "4320"}, NOTHING_READ) == []
    assert found({"high_churn": "true"}, high_churn=None) == []


def test_a_profiles_choice_counts_and_a_default_does_not() -> None:
    """What is left to the rules may come out otherwise another day."""
    week = ItemAround(PolicyValues(10080, 5, 60, multi_vm_sync=True))
    gold = request(Profile("gold", {"recovery-point-minutes": 4320}))

    assert found({}, week) == []
    assert [one.field for one in drifts(machine_of(vm()), gold, item(), week)] == ["recoveryPointMinutes"]


def test_disks() -> None:
    """A new disk can be added; one that is gone is told; a swapped OS disk takes a new beginning."""
    changed = machine_of(vm(managed_disks=(disk("restored", None), disk("data0", 0), disk("new", 3))))
    seen = SeenVm(None, {disk.id.strip("/"): 1 for disk in DISKS[2:]})

    assert list(drifts(changed, request(), item(disks=DISKS), DAY, seen)) == [
        Drift("osDisk", "restored", "another disk is replicated", PROPOSE),
        Drift("dataDisks", "new at LUN 3", "not replicated", FIX),
        Drift("dataDisks", "detached", "data1 at LUN 1", REPORT),
    ]
    assert drifts(changed, request(), item("InitialReplicationInProgress", disks=DISKS), DAY, seen) == ()


def test_a_new_disk_that_site_recovery_does_not_take_is_only_told() -> None:
    """It is not said to be put right and then is not. What else is new is added all the same."""
    fast, small = disk("fast", 3, write_accelerator=True), disk("small", 4, size_gib=0)
    grown = facts(vm=vm(managed_disks=(*vm().managed_disks, fast, small, disk("plain", 5))))
    about = item(disks=DISKS)
    differing = drifts(machine_of(grown.vm), request(), about, DAY)
    made = completion(grown, request(), about)
    alone = completion(facts(vm=vm(managed_disks=(*vm().managed_disks, small))), request(), about)

    assert [(one.wished, one.decision) for one in differing] == [
        ("fast at LUN 3", REPORT),
        ("small at LUN 4", FIX),
        ("plain at LUN 5", FIX),
    ]
    assert made.plan is not None
    assert [(one.id or "").rpartition("/")[2] for one in made.plan.new_disks] == ["plain"]
    assert [one.code for one in made.problems] == ["WriteAcceleratorUnsupported", "DataDiskTooSmall"]
    assert alone.plan is None or (alone.plan.new_disks, "dataDisks" in alone.plan.fields) == ((), False)
    assert [one.code for one in alone.problems] == ["DataDiskTooSmall"]


@pytest.mark.parametrize(
    ("tags", "decision"),
    [
        ({}, FIX),
        ({"new_disks": "propose"}, PROPOSE),
        ({"on_drift": "propose"}, PROPOSE),
        ({"on_drift": "report"}, REPORT),
        ({"new_disks": "ignore"}, None),
    ],
)
def test_a_new_disk_is_added_as_far_as_that_is_wanted(tags: dict[str, str], decision: DriftDecision | None) -> None:
    """It costs money, and somebody may have his reasons; what is ignored is not told either."""
    grown = machine_of(vm(managed_disks=(*vm().managed_disks, disk("new", 3))))
    differing = drifts(grown, request(**tags), item(disks=DISKS), DAY)

    assert [one.decision for one in differing] == ([decision] if decision else [])


def test_nobody_fights_over_a_setting_nor_changes_what_others_made() -> None:
    """It is proposed, and POST /api/drift would still do it."""
    renamed = item(recovery_vm_name="by-hand", disks=DISKS)
    theirs = replace(renamed, name="portal")
    asked = request(recovery_name="web-0")
    (contested,) = drifts(machine_of(vm()), asked, renamed, contested=frozenset({"recoveryName"}))
    (foreign,) = drifts(machine_of(vm()), asked, theirs)

    assert (contested.decision, foreign.decision) == (PROPOSE, PROPOSE)
    assert contested.in_place
    assert drifts(machine_of(vm()), request(), theirs) == ()


@pytest.mark.parametrize(
    ("mapped", "decisions"),
    [
        ((("/here", "/THERE"), ("/there", "/here")), []),
        ((("/here", "/there"),), [FIX]),
        ((), [FIX, FIX]),
        ((("/here", "/elsewhere"), ("/there", "/here")), [PROPOSE]),
        (None, []),
    ],
)
def test_mappings_of_networks(mapped: tuple[tuple[str, str], ...] | None, decisions: list[DriftDecision]) -> None:
    """What is missing is made; what leads elsewhere serves others, too; what was not read is not compared."""
    nic = replace(NIC, source_network_id="/here")
    about = item(disks=DISKS, interfaces=(nic,), recovery_network_id="/there")
    found = drifts(machine_of(vm()), request(), about, replace(DAY, mapped=mapped))

    assert [(one.field, one.decision) for one in found] == [("networkMapping", one) for one in decisions]


def test_another_vm() -> None:
    """Nothing else is compared of a VM that is not the item's."""
    machine = replace(machine_of(vm()), guid="new")

    (drift,) = drifts(machine, request(vault="v2"), item(), DAY, SeenVm("old"))
    assert drift == Drift("vm", "new", "old", PROPOSE)


@pytest.mark.parametrize("state", ["UnplannedFailoverCommitted", "EnablingFailed"])
def test_an_item_that_protects_nothing_now(state: str) -> None:
    """People are at work, or it has to be made anew anyway."""
    assert drifts(machine_of(vm()), request(vault="v2"), item(state), DAY) == ()
