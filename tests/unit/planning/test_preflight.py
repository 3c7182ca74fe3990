"""What stands around a plan, each rule on both sides."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.decision import Action, Decision
from asr.model.preflight_facts import Lock, PreflightFacts, SecurityGroup, SecurityRule, Size, Usage, VaultItem
from asr.model.specs import PlacementGroupSpec
from asr.model.vault_facts import Account
from asr.model.vm_facts import NamedTarget, VirtualMachine
from asr.planning.outbound import SERVICE_TAGS, blocked_tags
from asr.planning.protection import decide
from tests.unit.planning.contoso import ACCOUNTS, GROUP, SUBSCRIPTION, VAULTS, VM_ID, disk, facts, request, vm
from tests.words import sentence

ONE_DISK = vm(managed_disks=(disk("os", None),))
RECOVERY = f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr"
SIZE = Size("standard_d2s_v5", "standardDSv5Family", 2, 8.0)
OTHER_SIZE = replace(SIZE, name="Standard_B2s")
OTHER_VM = VM_ID.replace("web-0", "web-1")
FOREIGN_VM = "/subscriptions/s/resourceGroups/g/providers/p/t/n"
VAULT = f"{SUBSCRIPTION}/resourceGroups/asr-vault-southeastasia/{VAULTS}/Site-Recovery-Vault"


def decided(preflight_facts: PreflightFacts | None, machine: VirtualMachine = ONE_DISK, /, **tags: str) -> Decision:
    """The decision about a VM with one disk with these around it."""
    return decide(VM_ID, facts(machine, preflight_facts=preflight_facts), request(**tags))


def lock(scope: str, level: str = "ReadOnly") -> PreflightFacts:
    """ItemAround with one lock."""
    return PreflightFacts(locks=(Lock(scope, "keep", level),))


def usage(name: str, used: int) -> PreflightFacts:
    """ItemAround with one quota of ten cores."""
    return PreflightFacts(sizes=(SIZE,), usages=(Usage(name, used, 10),))


def members(count: int, vault: str = VAULT) -> PreflightFacts:
    """ItemAround in which the group `app` of a vault has so many VMs."""
    return PreflightFacts(items=tuple(VaultItem(f"{VM_ID}{number}", 1, (), "App", vault) for number in range(count)))


def disks(count: int, vm_id: str = OTHER_VM, into: str | None = None) -> PreflightFacts:
    """ItemAround in which so many disks are protected, half of them in each of two vaults."""
    return PreflightFacts(
        items=(
            VaultItem(vm_id, count // 2, vault_id=VAULT, recovery_group_id=into),
            VaultItem(vm_id, count - count // 2, vault_id="/another", recovery_group_id=into),
        )
    )


def recovering(source: str, *recovered_vm_ids: str) -> PreflightFacts:
    """Surroundings in which an item of this VM comes up as these VMs."""
    return PreflightFacts(
        items=(VaultItem(source, 1, vault_id=VAULT, recovered_vm_ids=recovered_vm_ids, home_vm_id=source),)
    )


PROBLEMS: list[tuple[str, PreflightFacts, PreflightFacts, dict[str, str]]] = [
    ("LockedReadOnly", lock(VM_ID.upper()), lock(f"{VM_ID}2"), {}),
    ("LockedReadOnly", lock(GROUP), lock(f"{GROUP}-other"), {}),
    ("LockedReadOnly", lock(RECOVERY), lock(f"{RECOVERY}/providers/Microsoft.Compute/disks/d"), {}),
    (
        "ReplicaManagedDiskExists",
        PreflightFacts(replicas=(f"{RECOVERY}/providers/Microsoft.Compute/disks/OS-ASRReplica",)),
        PreflightFacts(replicas=(f"{RECOVERY}/providers/Microsoft.Compute/disks/data-ASRReplica",)),
        {},
    ),
    (
        "SizeNotOffered",
        PreflightFacts(sizes=(OTHER_SIZE,), home_sizes=(SIZE,)),
        PreflightFacts(sizes=(SIZE,), home_sizes=(SIZE,)),
        {},
    ),
    (
        "SizeNotOffered",
        PreflightFacts(sizes=(OTHER_SIZE,), home_sizes=(SIZE,)),
        PreflightFacts(sizes=(OTHER_SIZE,)),
        {},
    ),
    ("SizeNotOffered", PreflightFacts(sizes=(OTHER_SIZE,), home_sizes=(SIZE,)), PreflightFacts(home_sizes=(SIZE,)), {}),
    (
        "SizeRestricted",
        PreflightFacts(sizes=(replace(SIZE, restriction="NotAvailable"),)),
        PreflightFacts(sizes=(SIZE,)),
        {},
    ),
    ("QuotaTooSmall", usage("StandardDSv5Family", 9), usage("StandardDSv5Family", 8), {}),
    ("QuotaTooSmall", usage("cores", 9), usage("standardFSFamily", 10), {}),
    ("ProtectedDiskLimit", disks(3000), disks(2999), {}),
    ("ProtectedDiskLimit", disks(3000), disks(3000, FOREIGN_VM), {}),
    ("ProtectedDiskLimit", disks(3000, FOREIGN_VM, RECOVERY), disks(3000, FOREIGN_VM, GROUP.replace("6f2b", "0")), {}),
    ("ProtectedDiskLimit", disks(3000, "", RECOVERY), disks(3000, ""), {}),
    ("MadeByFailover", recovering(OTHER_VM, VM_ID.upper()), recovering(OTHER_VM, f"{VM_ID}-test"), {}),
    ("MadeByFailover", recovering(OTHER_VM, "/elsewhere", VM_ID), recovering(VM_ID, VM_ID), {}),
    ("ConsistencyGroupFull", members(16), members(15), {"consistency_group": "app"}),
    ("ConsistencyGroupFull", members(16), members(0), {"consistency_group": "app"}),
    ("ConsistencyGroupFull", members(16), members(16, "/another"), {"consistency_group": "app"}),
]


@pytest.mark.parametrize(("code", "refused", "taken", "tags"), PROBLEMS)
def test_a_problem_has_two_sides(
    code: str, refused: PreflightFacts, taken: PreflightFacts, tags: dict[str, str]
) -> None:
    """Refused for this and nothing else, or protected."""
    decision = decided(refused, **tags)

    assert decision.outcome is not None
    assert {one.code for one in decision.outcome.reasons} == {code}
    assert decided(taken, **tags).action is Action.PROTECT


def test_what_was_not_asked_is_not_judged() -> None:
    """Neither before the probes, nor what they were not told."""
    assert decided(None).action is decided(PreflightFacts()).action is Action.PROTECT


def test_a_group_without_a_name_is_never_full() -> None:
    """VMs in no group are no group."""
    none = PreflightFacts(items=tuple(VaultItem(f"{VM_ID}{number}", 1) for number in range(20)))

    assert decided(none).action is Action.PROTECT


def rule(priority: int, destination: str, *, allow: bool = False, **changes: Any) -> SecurityRule:
    """An outbound rule."""
    return replace(SecurityRule("r", priority, allow, "Tcp", ("443",), (destination,)), **changes)


INTERNET = rule(65001, "Internet", allow=True, protocol="*", ports=("*",))
NOTHING = rule(65500, "*", protocol="*", ports=("*",))
SHUT = rule(4000, "Internet", protocol="*", ports=("*",))


@pytest.mark.parametrize(
    ("rules", "blocked"),
    [
        ((INTERNET, NOTHING), ()),
        ((SHUT, INTERNET, NOTHING), SERVICE_TAGS),
        ((SHUT, rule(100, "Storage", allow=True), INTERNET), SERVICE_TAGS[1:]),
        ((SHUT, rule(100, "Storage.EastAsia", allow=True)), SERVICE_TAGS[1:]),
        ((rule(100, "Storage.EastAsia"), INTERNET), ()),
        ((rule(100, "eventhub"), INTERNET), ("EventHub",)),
        ((rule(100, "EventHub", ports=("80", "8000-9000")), INTERNET), ()),
        ((rule(100, "EventHub", ports=("400-500",)), INTERNET), ("EventHub",)),
        ((rule(100, "EventHub", protocol="Udp"), INTERNET), ()),
        ((rule(200, "*"), rule(100, "AzureCloud", allow=True, ports=("*",))), ()),
        ((rule(100, "*", destinations=("10.0.0.0/8", "VirtualNetwork")), INTERNET), ()),
        ((), SERVICE_TAGS),
    ],
)
def test_outbound_traffic(rules: tuple[SecurityRule, ...], blocked: tuple[str, ...]) -> None:
    """The first rule that matches decides, as Azure has it."""
    assert blocked_tags(SecurityGroup("nsg", rules)) == blocked


def test_some_vms_need_more_services() -> None:
    """Keys for a VM that is encrypted in the guest, updates for one whose agent an account updates."""
    account = f"{GROUP}/providers/Microsoft.Automation/automationAccounts/updates"
    vault = f"{GROUP}/providers/Microsoft.KeyVault/vaults/keys"
    machine = vm(managed_disks=(disk("os", None, guest_encrypted=True),))
    asked = {
        "automation_account": account,
        "recovery_key_vault": vault,
        "recovery_encryption_secret": "https://keys.vault.azure.net/secrets/os",
    }
    updater = NamedTarget("automation_account", account, "x", identity="SystemAssigned")
    places = (updater, NamedTarget("key_vault", vault, "southeastasia"))
    usual = SecurityGroup("nsg", tuple(rule(100, tag, allow=True) for tag in SERVICE_TAGS))
    decision = decide(
        VM_ID, facts(machine, named=places, preflight_facts=PreflightFacts(security_groups=(usual,))), request(**asked)
    )

    assert [sentence(one).partition("HTTPS out to ")[2].partition(". ")[0] for one in decision.warnings] == [
        "AzureKeyVault, GuestAndHybridManagement"
    ]
    assert decided(PreflightFacts(security_groups=(usual,))).warnings == ()


PLACE = f"{GROUP}/providers/Microsoft.Compute/proximityPlacementGroups/near"


@pytest.mark.parametrize(
    ("code", "preflight_facts", "changes", "tags"),
    [
        ("OutboundTagsBlocked", PreflightFacts(security_groups=(SecurityGroup("nsg", (SHUT,)),)), {}, {}),
        ("SizeTooSmall", PreflightFacts(sizes=(replace(SIZE, vcpus=1),)), {}, {}),
        ("SizeTooSmall", PreflightFacts(sizes=(replace(SIZE, memory_gib=0.5),)), {}, {}),
        ("LockedCanNotDelete", lock(GROUP, "CanNotDelete"), {}, {}),
        ("CapacityReservationNotCarried", None, {"capacity_group_id": PLACE}, {}),
        ("ScaleSetNotCarried", None, {"scale_set_id": PLACE}, {}),
        ("HostEncryptionNotCarried", None, {"encryption_at_host": True}, {}),
        ("ExtensionFailed", None, {"failed_extensions": ("script",)}, {}),
        ("SecurityTypeUncertain", None, {"security_type": "TrustedLaunch", "os_type": "Linux"}, {}),
    ],
)
def test_a_warning_does_not_block(
    code: str, preflight_facts: PreflightFacts | None, changes: dict[str, Any], tags: dict[str, str]
) -> None:
    """It is told with the plan."""
    decision = decided(preflight_facts, replace(ONE_DISK, **changes), **tags)

    assert decision.action is Action.PROTECT
    assert [one.code for one in decision.warnings] == [code]


def test_a_size_at_the_limit_or_unknown_is_nothing_to_speak_of() -> None:
    """Two cores and a gigabyte are enough; what Azure does not tell is not judged."""
    for size in (replace(SIZE, memory_gib=1.0), replace(SIZE, vcpus=None, memory_gib=None)):
        assert decided(PreflightFacts(sizes=(size,))).warnings == ()


def test_trusted_launch_of_windows_is_nothing_to_speak_of() -> None:
    """The documents promise it."""
    assert decided(None, replace(ONE_DISK, security_type="TrustedLaunch")).warnings == ()


@pytest.mark.parametrize(
    ("role", "type_"),
    [("scale_set", "virtualMachineScaleSets"), ("capacity_reservation_group", "capacityReservationGroups")],
)
def test_a_placement_group_is_not_joined_with_everything(role: str, type_: str) -> None:
    """Azure combines it with neither; it is told that the VM stands apart."""
    chosen = f"{GROUP}-asr/providers/Microsoft.Compute/{type_}/there"
    known = facts(replace(ONE_DISK, placement_group_id=PLACE), named=(NamedTarget(role, chosen, "southeastasia"),))
    decision = decide(VM_ID, known, request(**{f"recovery_{role}": chosen}))

    assert decision.plan is not None
    assert (decision.plan.placement_group, [one.code for one in decision.warnings]) == (
        None,
        ["PlacementGroupNotCarried"],
    )


def test_a_group_that_is_chosen_is_carried() -> None:
    """Then nothing is missing on the recovery side."""
    chosen = PLACE.replace("contoso-app", "contoso-app-asr")
    known = facts(
        replace(ONE_DISK, placement_group_id=PLACE),
        named=(NamedTarget("proximity_placement_group", chosen, "southeastasia"),),
    )
    decision = decide(VM_ID, known, request(recovery_proximity_placement_group="near"))

    assert decision.plan is not None
    assert (decision.plan.placement_group, decision.warnings) == (
        PlacementGroupSpec(chosen, "southeastasia", exists=True),
        (),
    )


GOOD_CACHE = Account(f"{GROUP}/{ACCOUNTS}/mycache", "eastasia", "StorageV2", "Standard_LRS", soft_delete=False)


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"soft_delete": None}, []),
        ({"soft_delete": True}, ["CacheAccountSoftDelete"]),
        ({"keys_allowed": False}, ["CacheAccountKeysDisallowed"]),
        ({"kind": "BlockBlobStorage", "sku": "Premium_LRS"}, ["StorageAccountUnsuitable"]),
        ({"location": "westeurope", "soft_delete": True}, ["TargetInWrongRegion", "CacheAccountSoftDelete"]),
        ({"kind": "FileStorage", "soft_delete": True}, ["StorageAccountUnsuitable", "CacheAccountSoftDelete"]),
    ],
)
def test_a_named_cache_is_judged_before_anything_is_made(changes: dict[str, Any], codes: list[str]) -> None:
    """All that is wrong with it at once."""
    account = replace(GOOD_CACHE, **changes)
    target = NamedTarget("cache_storage_account", account.id, account.location, account=account)
    decision = decide(VM_ID, facts(named=(target,)), request(cache_storage_account="mycache"))

    found = decision.outcome.reasons if decision.outcome else ()
    assert [one.code for one in found] == codes
