"""Disks and the accounts they need."""

import pytest

from asr.model.decision import GroupPlan, StoragePlan
from asr.model.facts import StorageAccount, VmFacts
from asr.planning.disks import disk_plans, disk_warnings
from asr.planning.storage import DISKS_PER_CACHE_ACCOUNT, cache_plan, target_plan
from asr.planning.wish import Wish
from asr.profiles import Profile
from tests.unit.planning.contoso import ACCOUNTS, GROUP, PROFILE, SUBSCRIPTION, account, blob, disk, facts, vm, wish

TWIN = GroupPlan(f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr", "southeastasia")
CHURN = Profile("churn", high_churn=True)


def cache(known: VmFacts | None = None, asked: Wish | None = None, profile: Profile = PROFILE) -> StoragePlan:
    """The cache account."""
    return cache_plan(known or facts(), asked or wish(), profile, "eastasia", "vault|eastasia|southeastasia")


def target(
    *disks: tuple[str, int | None, str], accounts: tuple[StorageAccount, ...], asked: Wish | None = None
) -> object:
    """The target account of a VM with these unmanaged disks."""
    machine = vm(managed_disks=(), unmanaged_disks=tuple(blob(*one) for one in disks))
    return target_plan(facts(machine, storage_accounts=accounts), asked or wish(), TWIN, "southeastasia")


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
    (plan,) = disk_plans(vm(managed_disks=(disk("os", None, sku),)), wish())

    assert (plan.replica_sku, plan.target_sku) == (replica, sku)


def test_every_disk_is_replicated_os_first_but_the_excluded() -> None:
    """Excluded by LUN; an unmanaged disk is named by its URI."""
    managed = vm(managed_disks=(disk("b", 5), disk("a", 2), disk("os", None)))
    unmanaged = vm(managed_disks=(), unmanaged_disks=(blob("data", 0, "acc"), blob("os", None, "acc")))

    assert [plan.id and plan.id.split("/")[-1] for plan in disk_plans(managed, wish())] == ["os", "a", "b"]
    assert [plan.id and plan.id.split("/")[-1] for plan in disk_plans(managed, wish(exclude_disks="2"))] == ["os", "b"]
    assert [plan.uri and plan.uri.split("/")[-1] for plan in disk_plans(unmanaged, wish())] == ["os.vhd", "data.vhd"]


def test_the_cache_is_general_purpose_in_the_source_region() -> None:
    """In the VM's subscription, in a group of its own."""
    plan = cache()

    assert (plan.kind, plan.sku, plan.location, plan.purpose) == ("StorageV2", "Standard_LRS", "eastasia", "cache")
    assert plan.group == GroupPlan(f"{SUBSCRIPTION}/resourceGroups/asr-cache-eastasia", "eastasia")
    assert plan.id.startswith(f"{plan.group.id}/{ACCOUNTS}/asrcache")
    assert not plan.exists


def test_high_churn_takes_premium_block_blobs() -> None:
    """By profile, or because a disk needs it; not for a disk that is excluded."""
    ultra = facts(vm(managed_disks=(disk("os", None), disk("fast", 1, "UltraSSD_LRS"))))

    assert (cache(profile=CHURN).kind, cache(profile=CHURN).sku) == ("BlockBlobStorage", "Premium_LRS")
    assert cache(ultra).kind == "BlockBlobStorage"
    assert cache(ultra, wish(exclude_disks="1")).kind == "StorageV2"
    assert cache(profile=CHURN).id != cache().id


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

    assert [warning.code for warning in disk_warnings(machine, wish(profile))] == codes


def test_a_full_cache_is_followed_by_another() -> None:
    """Sharded by the number of disks that are protected already."""
    full = facts(cached_disks=DISKS_PER_CACHE_ACCOUNT)
    nearly = facts(cached_disks=DISKS_PER_CACHE_ACCOUNT - 1)

    assert cache(nearly).id == cache().id
    assert cache(full).id != cache().id


def test_a_named_cache_is_only_checked() -> None:
    """Never made, never changed."""
    plan = cache(asked=wish(cache_storage_account="mycache"))

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

    assert isinstance(plan, StoragePlan)
    assert (plan.kind, plan.sku, plan.location, plan.group) == (kind, sku, "southeastasia", TWIN)
    assert plan.id.startswith(f"{TWIN.id}/{ACCOUNTS}/")


def test_a_vm_with_managed_disks_needs_no_target_account() -> None:
    """Managed disks are made in the recovery group."""
    assert target_plan(facts(), wish(), TWIN, "southeastasia") is None


def test_an_account_that_was_not_found_is_a_reason() -> None:
    """What is to be mimicked must be known."""
    answer = target(("os", None, "gone"), accounts=(STANDARD,))

    assert getattr(answer, "code", None) == "SourceStorageAccountNotFound"


def test_a_named_target_account_is_used() -> None:
    """By name in the recovery group."""
    plan = target(("os", None, "std"), accounts=(STANDARD,), asked=wish(recovery_storage_account="mine"))

    assert isinstance(plan, StoragePlan)
    assert (plan.id, plan.exists) == (f"{TWIN.id}/{ACCOUNTS}/mine", True)
