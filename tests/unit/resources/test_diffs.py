"""The judgement of every kind of requirement, on both sides of each rule."""

from dataclasses import replace

import pytest

from asr.model.change import ChangeType
from asr.model.specs import (
    AvailabilitySetSpec,
    ContainerMappingSpec,
    EnableSpec,
    FabricSpec,
    GroupSpec,
    NetworkMappingSpec,
    NetworkSpec,
    PlacementGroupSpec,
    StorageSpec,
    VaultSpec,
)
from asr.model.vault_facts import Account, ContainerMapping, Fabric, NetworkMapping
from asr.model.vm_facts import AvailabilitySet, PlacementGroup, Subnet, VirtualNetwork
from asr.resources import (
    availability_sets,
    container_mappings,
    fabrics,
    network_mappings,
    placement_groups,
    protected_items,
    resource_groups,
    storage_accounts,
    vaults,
    virtual_networks,
)
from asr.resources.protected_items import ItemFound
from asr.resources.second_names import At
from asr.resources.virtual_networks import NetworkFound

GROUP = "/subscriptions/s/resourceGroups/app-asr"
VAULT = f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/v"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/net-asr"
SOURCE_NETWORK = "/subscriptions/s/resourceGroups/app/providers/Microsoft.Network/virtualNetworks/net"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/asrcache"
SET = f"{GROUP}/providers/Microsoft.Compute/availabilitySets/set-asr"
IDS = {
    "fabric:eastasia": f"{VAULT}/replicationFabrics/a",
    "fabric:southeastasia": f"{VAULT}/replicationFabrics/b",
    "network": NETWORK,
}

VAULT_PLAN = VaultSpec(VAULT, "southeastasia", GroupSpec(GROUP, "southeastasia"), exists=False)
CACHE = StorageSpec(ACCOUNT, "eastasia", "StorageV2", "Standard_LRS", "cache", GroupSpec(GROUP, "eastasia"))
SAFE_ACCOUNT = Account(
    ACCOUNT, "eastasia", "StorageV2", "Standard_LRS", minimum_tls="TLS1_2", public_blobs=False, https_only=True
)
SET_PLAN = AvailabilitySetSpec(SET, "southeastasia", 3, 5, "Aligned")
NETWORK_SPEC = NetworkSpec(
    SOURCE_NETWORK, NETWORK, "southeastasia", ("10.1.0.0/16",), (Subnet("web", ("10.1.1.0/24",)),)
)
THERE = VirtualNetwork(NETWORK, "southeastasia", ("10.1.0.0/16",), (Subnet("web", ("10.1.1.0/24",)),))


@pytest.mark.parametrize(
    ("location", "change_type"),
    [
        (None, ChangeType.CREATE),
        ("southeastasia", ChangeType.REUSE),
        ("japaneast", ChangeType.REUSE),
        ("eastasia", ChangeType.REFUSE),
    ],
)
def test_a_group_serves_anywhere_but_in_the_barred_region(location: str | None, change_type: ChangeType) -> None:
    """It must outlive the source region; elsewhere it stays where it is."""
    change = resource_groups.diff(location, GroupSpec(GROUP, "southeastasia", "eastasia"), {})

    assert change.change_type is change_type
    assert change.values.get("location") == {ChangeType.CREATE: "southeastasia", ChangeType.REUSE: location}.get(
        change_type
    )


@pytest.mark.parametrize(
    ("state", "exists", "change_type"),
    [
        (None, False, ChangeType.CREATE),
        (None, True, ChangeType.REFUSE),
        ("Succeeded", True, ChangeType.REUSE),
        ("Creating", False, ChangeType.WAIT),
        ("Failed", False, ChangeType.CREATE),
        ("Canceled", False, ChangeType.CREATE),
    ],
)
def test_a_vault_is_made_unless_it_was_chosen(state: str | None, exists: bool, change_type: ChangeType) -> None:
    """One that was chosen among others and is gone is not made in their stead; a broken one is put again."""
    assert vaults.diff(state, replace(VAULT_PLAN, exists=exists), {}).change_type is change_type


def test_an_account_is_made_closed_and_a_drifted_one_is_put_right() -> None:
    """What a plan announces includes what closes the account; drift of one's own is an update of just that."""
    made = storage_accounts.diff(None, CACHE, {})
    assert (made.change_type, made.values["minimumTlsVersion"], made.values["allowBlobPublicAccess"]) == (
        ChangeType.CREATE,
        "TLS1_2",
        False,
    )
    assert storage_accounts.diff(SAFE_ACCOUNT, CACHE, {}).change_type is ChangeType.REUSE
    drifted = storage_accounts.diff(replace(SAFE_ACCOUNT, public_blobs=True), CACHE, {})
    assert (drifted.change_type, dict(drifted.values)) == (ChangeType.UPDATE, {"allowBlobPublicAccess": False})


def test_a_named_account_is_only_checked() -> None:
    """It is neither made nor changed; every problem is told."""
    named = replace(CACHE, exists=True)
    assert storage_accounts.diff(None, named, {}).change_type is ChangeType.REFUSE
    assert storage_accounts.diff(replace(SAFE_ACCOUNT, public_blobs=True), named, {}).change_type is ChangeType.REUSE
    wrong = storage_accounts.diff(replace(SAFE_ACCOUNT, location="japaneast", soft_delete=True), named, {})
    assert [one.code for one in wrong.problems] == ["StorageAccountInWrongRegion", "CacheAccountSoftDelete"]


@pytest.mark.parametrize(
    ("found", "exists", "change_type"),
    [
        (None, False, ChangeType.CREATE),
        (None, True, ChangeType.REFUSE),
        (AvailabilitySet(SET, "southeastasia", 2, 2, "Aligned"), False, ChangeType.REUSE),
        (AvailabilitySet(SET, "japaneast", 3, 5, "Aligned"), False, ChangeType.REFUSE),
    ],
)
def test_a_set_that_exists_keeps_its_domains(
    found: AvailabilitySet | None, exists: bool, change_type: ChangeType
) -> None:
    """Only its region matters."""
    change = availability_sets.diff(At(SET, found), replace(SET_PLAN, exists=exists), {})

    assert change.change_type is change_type
    if change_type is ChangeType.REUSE:
        assert change.values["faultDomains"] == 2


@pytest.mark.parametrize(
    ("location", "exists", "change_type"),
    [
        (None, False, ChangeType.CREATE),
        (None, True, ChangeType.REFUSE),
        ("southeastasia", False, ChangeType.REUSE),
        ("southeastasia", True, ChangeType.REUSE),
        ("japaneast", False, ChangeType.REFUSE),
    ],
)
def test_a_placement_group_is_made_unless_it_was_named(
    location: str | None, exists: bool, change_type: ChangeType
) -> None:
    """One of the wanted name elsewhere cannot hold the VM."""
    id_ = SET.replace("availabilitySets/set", "proximityPlacementGroups/near")
    found = PlacementGroup(id_, location) if location else None

    spec = PlacementGroupSpec(id_, "southeastasia", exists)
    assert placement_groups.diff(At(id_, found), spec, {}).change_type is change_type


def test_a_mapping_of_the_vault_wins_over_the_planned_network() -> None:
    """Azure maps a network once, so where it leads is where the machine goes."""
    other = NETWORK.replace("net-asr", "theirs")
    mapping = NetworkMapping("m", "theirs", SOURCE_NETWORK, other, IDS["fabric:southeastasia"], "Paired")
    change = virtual_networks.diff(NetworkFound((mapping,), At(NETWORK, None)), NETWORK_SPEC, IDS)

    assert (change.change_type, change.id) == (ChangeType.ADOPT, other)


@pytest.mark.parametrize(
    ("state", "network", "exists", "change_type"),
    [
        (None, None, False, ChangeType.CREATE),
        (None, None, True, ChangeType.REFUSE),
        ("Succeeded", THERE, False, ChangeType.REUSE),
        ("Updating", THERE, False, ChangeType.WAIT),
        ("Failed", THERE, False, ChangeType.CREATE),
        ("Succeeded", replace(THERE, location="japaneast"), False, ChangeType.REFUSE),
    ],
)
def test_a_network_is_reused_where_it_is_wanted(
    state: str | None,
    network: VirtualNetwork | None,
    exists: bool,
    change_type: ChangeType,
) -> None:
    """Made when missing or broken, awaited while it changes, refused elsewhere."""
    found = replace(network, state=state or "") if network else None
    change = virtual_networks.diff(NetworkFound((), At(NETWORK, found)), replace(NETWORK_SPEC, exists=exists), IDS)

    assert change.change_type is change_type


def test_a_fabric_is_found_by_its_region_and_created_under_a_free_name() -> None:
    """Whatever it is called; a name that is taken by another region gets a number."""
    spec = FabricSpec(VAULT, "asr-a2a-default-eastasia", "eastasia")
    theirs = Fabric(f"{VAULT}/replicationFabrics/site", "site", "East Asia")
    assert (fabrics.diff((theirs,), spec, {}).change_type, fabrics.diff((theirs,), spec, {}).name) == (
        ChangeType.ADOPT,
        "site",
    )
    taken = replace(theirs, name="ASR-a2a-default-eastasia", location="westeurope")
    change = fabrics.diff((taken,), spec, {})
    assert (change.change_type, change.id) == (
        ChangeType.CREATE,
        f"{VAULT}/replicationFabrics/asr-a2a-default-eastasia-2",
    )


@pytest.mark.parametrize(
    ("state", "change_type"),
    [("Paired", ChangeType.ADOPT), ("Pairing", ChangeType.WAIT), ("PairingFailed", ChangeType.REFUSE)],
)
def test_a_container_mapping_is_awaited_until_it_is_in_force(state: str, change_type: ChangeType) -> None:
    """Adopted once it is paired; one that failed never will be."""
    spec = ContainerMappingSpec(VAULT, "m", "source", "target", "policy")
    ids = {"source": "/s", "target": "/t", "policy": "/p"}
    mapping = ContainerMapping("/s/m", "m", "/s", "/t", "/p", state)

    assert container_mappings.diff((mapping,), spec, ids).change_type is change_type


def test_a_network_mapping_that_failed_is_refused() -> None:
    """It would be waited for until the step's time is over, run after run."""
    spec = NetworkMappingSpec(VAULT, "forward", SOURCE_NETWORK, "m", "source", "target", "network")
    ids = {"source": "/s", "target": "/t", "network": "/n"}
    mapping = NetworkMapping("/s/m", "m", SOURCE_NETWORK, "/n", "/t", "PairingFailed")

    change = network_mappings.diff((mapping,), spec, ids)

    assert (change.change_type, [one.code for one in change.problems]) == (ChangeType.REFUSE, ["MappingFailed"])


def test_a_container_mapping_says_who_updates_the_agents() -> None:
    """The automation account is among what is written."""
    spec = ContainerMappingSpec(VAULT, "m", "source", "target", "policy", "/automation")
    change = container_mappings.diff((), spec, {"source": "/s", "target": "/t", "policy": "/p"})

    assert change.values == {"targetContainerId": "/t", "policyId": "/p", "automationAccountId": "/automation"}


def test_network_mappings_lead_both_ways() -> None:
    """The reverse mapping swaps the networks."""
    forward = NetworkMappingSpec(
        VAULT, "forward", SOURCE_NETWORK, "there", "fabric:eastasia", "fabric:southeastasia", "network"
    )
    reverse = NetworkMappingSpec(
        VAULT, "reverse", SOURCE_NETWORK, "back", "fabric:southeastasia", "fabric:eastasia", "network"
    )

    there, back = (network_mappings.diff((), spec, IDS) for spec in (forward, reverse))
    assert (there.values["primaryNetworkId"], there.values["recoveryNetworkId"]) == (SOURCE_NETWORK, NETWORK)
    assert (back.values["primaryNetworkId"], back.values["recoveryNetworkId"]) == (NETWORK, SOURCE_NETWORK)


ENABLE = EnableSpec(VAULT, "/vm", "item", "db", "policy", "container", "there", "group", "network", "cache", ())
ENABLE_IDS = {
    **IDS,
    "policy": "/p",
    "container": f"{VAULT}/replicationFabrics/a/replicationProtectionContainers/c",
    "there": "/rc",
    "group": GROUP,
    "cache": ACCOUNT,
}


def test_enabling_takes_the_subnet_of_the_same_name_or_the_first() -> None:
    """A plan tells that it is another one. In a network without any it is refused."""
    two = replace(THERE, subnets=(*THERE.subnets, Subnet("db", ("10.1.2.0/24",))))
    assert protected_items.diff(ItemFound(None, two), ENABLE, ENABLE_IDS).change.values["recoverySubnet"] == "db"
    assert "subnet" not in protected_items.diff(ItemFound(None, two), ENABLE, ENABLE_IDS).change.because
    substituted = protected_items.diff(ItemFound(None, THERE), ENABLE, ENABLE_IDS).change
    assert substituted.values["recoverySubnet"] == "web"
    assert "has no subnet db; the VM comes up in web" in substituted.because
    for network in (None, replace(THERE, subnets=())):
        refused = protected_items.diff(ItemFound(None, network), ENABLE, ENABLE_IDS)
        assert (refused.change.change_type, refused.enable) == (ChangeType.REFUSE, None)
