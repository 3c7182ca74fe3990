"""Disks and the accounts they need."""

import pytest

from asr.choices.profiles import Profile
from asr.choices.request import ProtectionRequest
from asr.model.preflight_facts import PreflightFacts, VaultItem
from asr.model.specs import GroupSpec, StorageSpec
from asr.model.vm_facts import StorageAccount, VirtualMachine, VmFacts
from asr.planning.disks import disk_plans, disk_problems, disk_warnings
from asr.planning.protection import decide
from asr.planning.storage import cache_plan, target_plan
from tests.unit.planning.contoso import (
    ACCOUNTS,
    GROUP,
    MATRIX,
    PROFILE,
    SUBSCRIPTION,
    VM_ID,
    account,
    blob,
    disk,
    facts,
    request,
    vm,
)

TWIN = GroupSpec(f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr", "southeastasia")
CHURN = Profile("churn", {"high-churn": "true"})


def cache(known: VmFacts | None = None, asked: ProtectionRequest | None = None) -> StorageSpec:
    """The cache account."""
    return cache_plan(known or facts(), asked or request(), "eastasia", "vault|eastasia|southeastasia")


def target(
    *disks: tuple[str, int | None, str], accounts: tuple[StorageAccount, ...], asked: ProtectionRequest | None = None
) -> object:
    """The target account of a VM with these unmanaged disks."""
    machine = vm(managed_disks=(), unmanaged_disks=tuple(blob(*one) for one in disks))
    return target_plan(facts(machine, storage_accounts=accounts), asked or request(), TWIN, "southeastasia")


@pytest.mark.parametrize(
    ("sku", "replica"),
    [
        ("Standard_LRS", "Standard_LRS"),
        ("StandardSSD_LRS", "StandardSSD_LRS"),
        ("Premium_LRS", "Premium_LRS"),
        ("Premium_ZRS", "Premium_ZRS"),
        ("PremiumV2_LRS", "Premium_LRS"),
        ("UltraSSD_LRS", "Premium_LRS"),
        (None, None),
    ],
)
def test_a_managed_disk_keeps_its_sku(sku: str | None, replica: str | None) -> None:
    """Save for the replica of Premium SSD v2 and Ultra, which is kept on Premium SSD."""
    (plan,) = disk_plans(facts(vm(managed_disks=(disk("os", None, sku),))), request(), "southeastasia")

    assert (plan.replica_sku, plan.target_sku) == (replica, sku)


def test_every_disk_is_replicated_os_first_but_the_excluded() -> None:
    """Excluded by LUN; an unmanaged disk is named by its URI."""
    managed = vm(managed_disks=(disk("b", 5), disk("a", 2), disk("os", None)))
    unmanaged = vm(managed_disks=(), unmanaged_disks=(blob("data", 0, "acc"), blob("os", None, "acc")))

    def names(machine: VirtualMachine, asked: ProtectionRequest) -> list[str]:
        plans = disk_plans(facts(machine), asked, "southeastasia")
        return [(plan.id or plan.uri or "").split("/")[-1] for plan in plans]

    assert names(managed, request()) == ["os", "a", "b"]
    assert names(managed, request(exclude_disks="2")) == ["os", "b"]
    assert names(unmanaged, request()) == ["os.vhd", "data.vhd"]


def test_a_zone_redundant_disk_becomes_local_where_there_are_no_zones() -> None:
    """North Europe has none here; what somebody chose is left as it is."""
    zonal = facts(vm(managed_disks=(disk("os", None, "Premium_ZRS"),)))

    def skus(asked: ProtectionRequest, region: str) -> list[tuple[str | None, str | None]]:
        return [(plan.replica_sku, plan.target_sku) for plan in disk_plans(zonal, asked, region)]

    assert skus(request(), "southeastasia") == [("Premium_ZRS", "Premium_ZRS")]
    assert skus(request(), "northeurope") == [("Premium_LRS", "Premium_LRS")]
    assert skus(request(recovery_disk_sku="StandardSSD_ZRS"), "northeurope") == [("StandardSSD_ZRS", "StandardSSD_ZRS")]
    assert [one.code for one in disk_warnings(zonal, request(), "northeurope")] == ["ZoneRedundancyNotCarried"]
    assert [one.code for one in disk_warnings(zonal, request(), "southeastasia")] == []


def test_skus_are_chosen_for_all_disks_or_for_some() -> None:
    """By LUN or `os`; the replica follows the recovered disk unless it is chosen, too."""
    known = facts(vm(managed_disks=(disk("os", None), disk("data", 3))))
    asked = request(recovery_disk_sku="StandardSSD_LRS,3=PremiumV2_LRS", replica_disk_sku="os=Standard_LRS")
    plans = disk_plans(known, asked, "southeastasia")

    assert [(plan.target_sku, plan.replica_sku) for plan in plans] == [
        ("StandardSSD_LRS", "Standard_LRS"),
        ("PremiumV2_LRS", "Premium_LRS"),
    ]


def test_choices_for_disks_have_to_fit_the_disks() -> None:
    """A disk that is not there, and a replica where none can be kept."""
    asked = request(recovery_disk_sku="7=Premium_LRS", replica_disk_sku="UltraSSD_LRS")
    one = facts(vm(managed_disks=(disk("os", None),)))

    assert [found.code for found in disk_problems(one, asked)] == ["ChosenDiskNotFound", "ReplicaSkuUnsupported"]
    assert list(disk_problems(one, request(recovery_disk_sku="os=Premium_LRS"))) == []


@pytest.mark.parametrize(
    ("skus", "codes"),
    [
        ("PremiumV2_LRS", ["OsDiskSkuUnsupported"]),
        ("os=UltraSSD_LRS", ["OsDiskSkuUnsupported"]),
        ("0=PremiumV2_LRS", []),
        ("PremiumV2_LRS,os=Premium_LRS", []),
    ],
)
def test_an_os_disk_is_recovered_on_what_can_hold_a_system(skus: str, codes: list[str]) -> None:
    """Premium SSD v2 and ultra disks are data disks."""
    both = facts(vm(managed_disks=(disk("os", None), disk("data", 0))))

    assert [found.code for found in disk_problems(both, request(recovery_disk_sku=skus))] == codes


def test_the_cache_is_general_purpose_in_the_source_region() -> None:
    """In the VM's subscription, in a group of its own."""
    plan = cache()

    assert (plan.kind, plan.sku, plan.location, plan.purpose) == ("StorageV2", "Standard_LRS", "eastasia", "cache")
    assert plan.group == GroupSpec(f"{SUBSCRIPTION}/resourceGroups/asr-cache-eastasia", "eastasia")
    assert plan.id.startswith(f"{plan.group.id}/{ACCOUNTS}/asrcache")
    assert not plan.exists


def test_high_churn_takes_premium_block_blobs() -> None:
    """By profile, or because a disk needs it; not for a disk that is excluded."""
    ultra = facts(vm(managed_disks=(disk("os", None), disk("fast", 1, "UltraSSD_LRS"))))

    assert (cache(asked=request(CHURN)).kind, cache(asked=request(CHURN)).sku) == ("BlockBlobStorage", "Premium_LRS")
    assert cache(ultra).kind == "BlockBlobStorage"
    assert cache(ultra, request(exclude_disks="1")).kind == "StorageV2"
    assert cache(asked=request(CHURN)).id != cache().id


@pytest.mark.parametrize(
    ("sku", "profile", "codes"),
    [
        ("Premium_LRS", PROFILE, []),
        ("PremiumV2_LRS", PROFILE, ["HighChurnForced"]),
        ("PremiumV2_LRS", CHURN, []),
        ("UltraSSD_LRS", PROFILE, ["HighChurnForced", "UltraDiskUncertain"]),
    ],
)
def test_what_is_special_about_a_disk_is_told(sku: str, profile: Profile, codes: list[str]) -> None:
    """It costs more, or may not work; it blocks nothing."""
    machine = vm(managed_disks=(disk("os", None, sku),))

    assert [warning.code for warning in disk_warnings(facts(machine), request(profile), "southeastasia")] == codes


def test_a_full_cache_is_followed_by_another() -> None:
    """Sharded by the number of disks that are protected already."""
    first = cache().id

    def holding(disks: int) -> VmFacts:
        return facts(preflight_facts=PreflightFacts(items=(VaultItem(VM_ID, disks, (first.upper(),)),)))

    assert cache(holding(MATRIX.limits.disks_per_cache_account - 3)).id == first
    assert cache(holding(MATRIX.limits.disks_per_cache_account - 2)).id != first
    assert cache(facts(preflight_facts=PreflightFacts(items=(VaultItem(VM_ID, 999, ("/another",)),)))).id == first


def test_a_named_cache_is_only_checked() -> None:
    """Never made, never changed."""
    plan = cache(asked=request(cache_storage_account="mycache"))

    assert (plan.id, plan.exists) == (f"{GROUP}/{ACCOUNTS}/mycache", True)


STANDARD, GEO = account("std"), account("geo", sku="Standard_GRS")
OLD, PREMIUM = account("old", kind="Storage"), account("fast", kind="Storage", sku="Premium_LRS")


@pytest.mark.parametrize(
    ("disks", "kind", "sku"),
    [
        ([("os", None, "geo")], "StorageV2", "Standard_GRS"),
        ([("os", None, "std"), ("d", 0, "geo")], "StorageV2", "Standard_LRS"),
        ([("d", 0, "geo"), ("os", None, "old")], "Storage", "Standard_LRS"),
        ([("os", None, "std"), ("d", 0, "fast")], "Storage", "Premium_LRS"),
    ],
)
def test_unmanaged_disks_get_one_account_that_mimics_the_source(
    disks: list[tuple[str, int | None, str]], kind: str, sku: str
) -> None:
    """That of the OS disk, or a premium one if any disk is on premium."""
    plan = target(*disks, accounts=(STANDARD, GEO, OLD, PREMIUM))

    assert isinstance(plan, StorageSpec)
    assert (plan.kind, plan.sku, plan.location, plan.group) == (kind, sku, "southeastasia", TWIN)
    assert plan.id.startswith(f"{TWIN.id}/{ACCOUNTS}/")


def test_a_vm_with_managed_disks_needs_no_target_account() -> None:
    """Managed disks are made in the recovery group."""
    assert target_plan(facts(), request(), TWIN, "southeastasia") is None


def test_an_account_that_was_not_found_is_a_reason() -> None:
    """What is to be mimicked must be known."""
    answer = target(("os", None, "gone"), accounts=(STANDARD,))

    assert getattr(answer, "code", None) == "SourceStorageAccountNotFound"


def test_a_named_target_account_is_used() -> None:
    """By name in the recovery group."""
    plan = target(("os", None, "std"), accounts=(STANDARD,), asked=request(recovery_storage_account="mine"))

    assert isinstance(plan, StorageSpec)
    assert (plan.id, plan.exists) == (f"{TWIN.id}/{ACCOUNTS}/mine", True)


@pytest.mark.parametrize(
    ("region", "sku", "chosen", "code"),
    [
        ("chinanorth", "PremiumV2_LRS", "false", "HighChurnUnavailable"),
        ("chinanorth", "Premium_LRS", "true", "HighChurnUnavailable"),
        ("chinanorth", "Premium_LRS", "false", None),
        ("chinanorth2", "PremiumV2_LRS", "false", None),
    ],
)
def test_a_premium_cache_needs_a_region_that_has_its_accounts(
    region: str, sku: str, chosen: str, code: str | None
) -> None:
    """The oldest regions of China have none."""
    asked = request(high_churn=chosen, recovery_region="chinaeast2")
    known = facts(vm(location=region, managed_disks=(disk("os", None, sku),)), regions=())
    decision = decide(VM_ID, known, asked)

    assert [one.code for one in (decision.outcome.reasons if decision.outcome else ())] == ([code] if code else [])
