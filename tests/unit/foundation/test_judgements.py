"""The judgement of every kind of requirement, on both sides of each rule."""

from dataclasses import replace

import pytest

from asr.foundation import (
    accounts,
    container_mappings,
    enabling,
    fabrics,
    groups,
    network_mappings,
    networks,
    placements,
    sets,
    vaults,
)
from asr.foundation.container_mappings import ContainerMappingSpec
from asr.foundation.enabling import EnableSpec, ItemFound
from asr.foundation.fabrics import FabricSpec
from asr.foundation.groups import GroupSpec
from asr.foundation.network_mappings import NetworkMappingSpec
from asr.foundation.networks import NetworkSpec, Surroundings
from asr.foundation.verdict import Course
from asr.model.decision import AvailabilitySetPlan, GroupPlan, PlacementGroupPlan, StoragePlan, VaultPlan
from asr.model.facts import AvailabilitySet, PlacementGroup, Subnet, VirtualNetwork
from asr.model.inventory import Account, ContainerMapping, Fabric, NetworkMapping

GROUP = "/subscriptions/s/resourceGroups/app-asr"
VAULT = f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/v"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/net-asr"
SOURCE_NETWORK = "/subscriptions/s/resourceGroups/app/providers/Microsoft.Network/virtualNetworks/net"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/asrcache"
SET = f"{GROUP}/providers/Microsoft.Compute/availabilitySets/set-asr"
IDS = {"fabric:a": f"{VAULT}/replicationFabrics/a", "fabric:b": f"{VAULT}/replicationFabrics/b", "network": NETWORK}

VAULT_PLAN = VaultPlan(VAULT, "southeastasia", GroupPlan(GROUP, "southeastasia"), exists=False)
CACHE = StoragePlan(ACCOUNT, "eastasia", "StorageV2", "Standard_LRS", "cache", GroupPlan(GROUP, "eastasia"))
SAFE_ACCOUNT = Account(
    ACCOUNT, "eastasia", "StorageV2", "Standard_LRS", minimum_tls="TLS1_2", public_blobs=False, https_only=True
)
SET_PLAN = AvailabilitySetPlan(SET, "southeastasia", 3, 5, "Aligned")
NETWORK_SPEC = NetworkSpec(
    SOURCE_NETWORK, NETWORK, "southeastasia", ("10.1.0.0/16",), (Subnet("web", ("10.1.1.0/24",)),), VAULT, "fabric:b"
)
THERE = VirtualNetwork(NETWORK, "southeastasia", ("10.1.0.0/16",), (Subnet("web", ("10.1.1.0/24",)),))


@pytest.mark.parametrize(
    ("location", "course"),
    [(None, Course.CREATE), ("southeastasia", Course.REUSE), ("japaneast", Course.REUSE), ("eastasia", Course.REFUSE)],
)
def test_a_group_serves_anywhere_but_in_the_barred_region(location: str | None, course: Course) -> None:
    """It must outlive the source region; elsewhere it stays where it is."""
    verdict = groups.judge(location, GroupSpec(GROUP, "southeastasia", "eastasia"), {})

    assert verdict.course is course
    assert verdict.values.get("location") == {Course.CREATE: "southeastasia", Course.REUSE: location}.get(course)


@pytest.mark.parametrize(
    ("state", "exists", "course"),
    [
        (None, False, Course.CREATE),
        (None, True, Course.REFUSE),
        ("Succeeded", True, Course.REUSE),
        ("Creating", False, Course.WAIT),
        ("Failed", False, Course.CREATE),
        ("Canceled", False, Course.CREATE),
    ],
)
def test_a_vault_is_made_unless_it_was_chosen(state: str | None, exists: bool, course: Course) -> None:
    """One that was chosen among others and is gone is not made in their stead; a broken one is put again."""
    assert vaults.judge(state, replace(VAULT_PLAN, exists=exists), {}).course is course


def test_an_account_is_made_closed_and_a_drifted_one_is_put_right() -> None:
    """What a plan announces includes what closes the account; drift of one's own is an update of just that."""
    made = accounts.judge(None, CACHE, {})
    assert (made.course, made.values["minimumTlsVersion"], made.values["allowBlobPublicAccess"]) == (
        Course.CREATE,
        "TLS1_2",
        False,
    )
    assert accounts.judge(SAFE_ACCOUNT, CACHE, {}).course is Course.REUSE
    drifted = accounts.judge(replace(SAFE_ACCOUNT, public_blobs=True), CACHE, {})
    assert (drifted.course, dict(drifted.values)) == (Course.UPDATE, {"allowBlobPublicAccess": False})


def test_a_named_account_is_only_checked() -> None:
    """It is neither made nor changed; every problem is told in one reason."""
    named = replace(CACHE, exists=True)
    assert accounts.judge(None, named, {}).course is Course.REFUSE
    assert accounts.judge(replace(SAFE_ACCOUNT, public_blobs=True), named, {}).course is Course.REUSE
    wrong = accounts.judge(replace(SAFE_ACCOUNT, location="japaneast", soft_delete=True), named, {})
    assert wrong.problem is not None
    assert wrong.problem.code == "StorageAccountInWrongRegion"
    assert "soft delete" in wrong.problem.sentence


@pytest.mark.parametrize(
    ("found", "exists", "course"),
    [
        (None, False, Course.CREATE),
        (None, True, Course.REFUSE),
        (AvailabilitySet(SET, "southeastasia", 2, 2, "Aligned"), False, Course.REUSE),
        (AvailabilitySet(SET, "japaneast", 3, 5, "Aligned"), False, Course.REFUSE),
    ],
)
def test_a_set_that_exists_keeps_its_domains(found: AvailabilitySet | None, exists: bool, course: Course) -> None:
    """Only its region matters."""
    verdict = sets.judge(found, replace(SET_PLAN, exists=exists), {})

    assert verdict.course is course
    if course is Course.REUSE:
        assert verdict.values["faultDomains"] == 2


@pytest.mark.parametrize(
    ("location", "exists", "course"),
    [
        (None, False, Course.CREATE),
        (None, True, Course.REFUSE),
        ("southeastasia", False, Course.REUSE),
        ("southeastasia", True, Course.REUSE),
        ("japaneast", False, Course.REFUSE),
    ],
)
def test_a_placement_group_is_made_unless_it_was_named(location: str | None, exists: bool, course: Course) -> None:
    """One of the wanted name elsewhere cannot hold the VM."""
    id_ = SET.replace("availabilitySets/set", "proximityPlacementGroups/near")
    found = PlacementGroup(id_, location) if location else None

    assert placements.judge(found, PlacementGroupPlan(id_, "southeastasia", exists), {}).course is course


def test_a_mapping_of_the_vault_wins_over_the_planned_network() -> None:
    """Azure maps a network once, so where it leads is where the machine goes."""
    other = NETWORK.replace("net-asr", "theirs")
    mapping = NetworkMapping("m", "theirs", SOURCE_NETWORK, other, IDS["fabric:b"], "Paired")
    verdict = networks.judge(Surroundings((mapping,), None, None), NETWORK_SPEC, IDS)

    assert (verdict.course, verdict.id) == (Course.ADOPT, other)


@pytest.mark.parametrize(
    ("state", "network", "exists", "course"),
    [
        (None, None, False, Course.CREATE),
        (None, None, True, Course.REFUSE),
        ("Succeeded", THERE, False, Course.REUSE),
        ("Updating", THERE, False, Course.WAIT),
        ("Failed", THERE, False, Course.CREATE),
        ("Succeeded", replace(THERE, location="japaneast"), False, Course.REFUSE),
    ],
)
def test_a_network_is_reused_where_it_is_wanted(
    state: str | None,
    network: VirtualNetwork | None,
    exists: bool,
    course: Course,
) -> None:
    """Made when missing or broken, awaited while it changes, refused elsewhere."""
    verdict = networks.judge(Surroundings((), state, network), replace(NETWORK_SPEC, exists=exists), IDS)

    assert verdict.course is course


def test_a_fabric_is_found_by_its_region_and_created_under_a_free_name() -> None:
    """Whatever it is called; a name that is taken by another region gets a number."""
    spec = FabricSpec(VAULT, "asr-a2a-default-eastasia", "eastasia")
    theirs = Fabric(f"{VAULT}/replicationFabrics/site", "site", "East Asia")
    assert (fabrics.judge((theirs,), spec, {}).course, fabrics.judge((theirs,), spec, {}).name) == (
        Course.ADOPT,
        "site",
    )
    taken = replace(theirs, name="ASR-a2a-default-eastasia", location="westeurope")
    verdict = fabrics.judge((taken,), spec, {})
    assert (verdict.course, verdict.id) == (Course.CREATE, f"{VAULT}/replicationFabrics/asr-a2a-default-eastasia-2")


@pytest.mark.parametrize(("state", "course"), [("Paired", Course.ADOPT), ("Pairing", Course.WAIT)])
def test_a_container_mapping_is_awaited_until_it_is_in_force(state: str, course: Course) -> None:
    """Adopted once it is paired."""
    spec = ContainerMappingSpec(VAULT, "m", "source", "target", "policy")
    ids = {"source": "/s", "target": "/t", "policy": "/p"}
    mapping = ContainerMapping("/s/m", "m", "/s", "/t", "/p", state)

    assert container_mappings.judge((mapping,), spec, ids).course is course


def test_a_container_mapping_says_who_updates_the_agents() -> None:
    """The automation account is among what is written."""
    spec = ContainerMappingSpec(VAULT, "m", "source", "target", "policy", "/automation")
    verdict = container_mappings.judge((), spec, {"source": "/s", "target": "/t", "policy": "/p"})

    assert verdict.values == {"targetContainerId": "/t", "policyId": "/p", "automationAccountId": "/automation"}


def test_network_mappings_lead_both_ways() -> None:
    """The reverse mapping swaps the networks."""
    forward = NetworkMappingSpec(VAULT, "forward", SOURCE_NETWORK, "there", "fabric:a", "fabric:b", "network")
    reverse = NetworkMappingSpec(VAULT, "reverse", SOURCE_NETWORK, "back", "fabric:b", "fabric:a", "network")

    there, back = (network_mappings.judge((), spec, IDS) for spec in (forward, reverse))
    assert (there.values["primaryNetworkId"], there.values["recoveryNetworkId"]) == (SOURCE_NETWORK, NETWORK)
    assert (back.values["primaryNetworkId"], back.values["recoveryNetworkId"]) == (NETWORK, SOURCE_NETWORK)


ENABLE = EnableSpec(
    VAULT,
    f"{VAULT}/replicationFabrics/a/replicationProtectionContainers/c",
    "item",
    "db",
    {
        "vm_id": "/vm",
        "policy_id": "/p",
        "recovery_container_id": "/rc",
        "recovery_group_id": GROUP,
        "recovery_network_id": NETWORK,
        "cache_account_id": ACCOUNT,
        "disks": [],
    },
)


def test_enabling_takes_the_subnet_of_the_same_name_or_the_first() -> None:
    """A plan tells that it is another one. In a network without any it is refused."""
    two = replace(THERE, subnets=(*THERE.subnets, Subnet("db", ("10.1.2.0/24",))))
    assert enabling.judge(ItemFound(None, two), ENABLE).verdict.values["recoverySubnet"] == "db"
    assert "subnet" not in enabling.judge(ItemFound(None, two), ENABLE).verdict.because
    substituted = enabling.judge(ItemFound(None, THERE), ENABLE).verdict
    assert substituted.values["recoverySubnet"] == "web"
    assert "has no subnet db; the VM comes up in web" in substituted.because
    for network in (None, replace(THERE, subnets=())):
        refused = enabling.judge(ItemFound(None, network), ENABLE)
        assert (refused.verdict.course, refused.enable) == (Course.REFUSE, None)
