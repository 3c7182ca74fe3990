"""Where the VM comes up: network, subnet, availability set, zone."""

import re
from dataclasses import replace

import pytest

from asr.choices.request import ProtectionRequest
from asr.model.outcome import Reason
from asr.model.preflight_facts import PreflightFacts, RecoveryNetwork
from asr.model.specs import AvailabilitySetSpec, GroupSpec, NetworkSpec, PlacementGroupSpec
from asr.model.vm_facts import AvailabilitySet, NamedTarget, VirtualNetwork, VmFacts
from asr.planning.network import network_plan
from asr.planning.placement import availability_set_plan, placement_group_plan, recovery_zone
from asr.planning.protection import decide
from tests.unit.planning.contoso import GROUP, NETWORK_ID, SET_ID, SUBSCRIPTION, VM_ID, facts, interface, request, vm
from tests.words import sentence

TWIN = GroupSpec(f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr", "southeastasia")
SHARED = f"{SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/shared"


def network(known: VmFacts, asked: ProtectionRequest | None = None) -> tuple[NetworkSpec, str]:
    """The network plan, which there must be."""
    answer = network_plan(known, asked or request(), "southeastasia")
    assert not isinstance(answer, Reason)
    return answer


def test_the_recovery_network_copies_the_source() -> None:
    """Address space and subnets; the name and the group are suffixed."""
    plan, subnet = network(facts())

    assert plan.recovery_id == f"{TWIN.id}/providers/Microsoft.Network/virtualNetworks/contoso-vnet-asr"
    assert plan.address_prefixes == ("10.1.0.0/16",)
    assert [one.name for one in plan.subnets] == ["web", "db"]
    assert (subnet, plan.exists) == ("web", False)


def test_two_vms_on_one_network_agree_whatever_group_they_go_to() -> None:
    """A vault maps a network once."""
    known = replace(
        facts(interfaces=(interface("apps", network=SHARED),)),
        networks=(VirtualNetwork(SHARED, "eastasia", ("10.0.0.0/8",), ()),),
    )
    ids = {network(known, asked)[0].recovery_id for asked in (request(), request(recovery_resource_group="dr"))}

    assert ids == {f"{SUBSCRIPTION}/resourceGroups/hub-asr/providers/Microsoft.Network/virtualNetworks/shared-asr"}


def test_the_primary_interface_decides() -> None:
    """Wherever it stands in the list; a single unmarked one is it."""
    other, main = interface("db", primary=False), interface("web")

    assert network(facts(interfaces=(other, main)))[1] == "web"
    assert network(facts(interfaces=(other,)))[1] == "db"


@pytest.mark.parametrize(
    ("known", "code"),
    [
        (facts(interfaces=()), "NetworkInterfaceNotFound"),
        (facts(networks=()), "VirtualNetworkNotFound"),
    ],
)
def test_what_was_not_read_is_a_reason(known: VmFacts, code: str) -> None:
    """Nothing is copied from what is not known."""
    answer = network_plan(known, request(), "southeastasia")

    assert isinstance(answer, Reason)
    assert answer.code == code


def test_a_named_network_is_only_checked() -> None:
    """It stands for the source network in this VM's plan."""
    plan, _ = network(facts(), request(recovery_vnet=SHARED))

    assert (plan.source_id, plan.recovery_id, plan.exists) == (NETWORK_ID, SHARED, True)


def test_the_recovery_set_copies_the_domains() -> None:
    """Only for a VM that is in a set."""
    plan = availability_set_plan(facts(), request(), TWIN, "southeastasia")

    assert plan == AvailabilitySetSpec(
        f"{TWIN.id}/providers/Microsoft.Compute/availabilitySets/web-set-asr", "southeastasia", 3, 5, "Aligned"
    )
    assert availability_set_plan(facts(vm(availability_set_id=None)), request(), TWIN, "southeastasia") is None
    assert availability_set_plan(facts(), request(recovery_zone="1"), TWIN, "southeastasia") is None


@pytest.mark.parametrize(
    ("known", "asked", "code"),
    [
        (facts(availability_set=None), request(), "AvailabilitySetNotFound"),
        (facts(vm(availability_set_id=None)), request(recovery_availability_set="s"), "AvailabilitySetNotApplicable"),
    ],
)
def test_a_set_that_cannot_be_planned_is_a_reason(known: VmFacts, asked: ProtectionRequest, code: str) -> None:
    """A set that was not read, and a set for a VM that is in none."""
    answer = availability_set_plan(known, asked, TWIN, "southeastasia")

    assert isinstance(answer, Reason)
    assert answer.code == code


def test_a_named_set_is_used() -> None:
    """By name in the recovery group."""
    plan = availability_set_plan(facts(), request(recovery_availability_set="mine"), TWIN, "southeastasia")

    assert isinstance(plan, AvailabilitySetSpec)
    assert (plan.id, plan.exists) == (f"{TWIN.id}/providers/Microsoft.Compute/availabilitySets/mine", True)


NEAR = f"{GROUP}/providers/Microsoft.Compute/proximityPlacementGroups/near"


@pytest.mark.parametrize(
    "known",
    [
        facts(vm(placement_group_id=NEAR)),
        facts(availability_set=AvailabilitySet(SET_ID, "eastasia", 3, 5, "Aligned", placement_group_id=NEAR)),
    ],
    ids=["of the VM", "of its set"],
)
def test_a_placement_group_gets_its_twin_and_the_new_set_is_put_into_it(known: VmFacts) -> None:
    """Azure wants a set and its VMs in one group."""
    twin = f"{TWIN.id}/providers/Microsoft.Compute/proximityPlacementGroups/near-asr"
    set_ = availability_set_plan(known, request(), TWIN, "southeastasia")

    assert placement_group_plan(known, request(), TWIN, "southeastasia") == PlacementGroupSpec(twin, "southeastasia")
    assert isinstance(set_, AvailabilitySetSpec)
    assert set_.placement_group_id == twin


def test_a_placement_group_that_is_named_is_only_checked() -> None:
    """It counts for a VM that is in none, too; nothing is made unasked for such a VM."""
    asked = request(recovery_proximity_placement_group="mine")
    mine = f"{TWIN.id}/providers/Microsoft.Compute/proximityPlacementGroups/mine"

    for known in (facts(), facts(vm(placement_group_id=NEAR))):
        plan = placement_group_plan(known, asked, TWIN, "southeastasia")
        assert plan == PlacementGroupSpec(mine, "southeastasia", exists=True)
    assert placement_group_plan(facts(), request(), TWIN, "southeastasia") is None


MINE = f"{TWIN.id}/providers/Microsoft.Compute/availabilitySets/mine"


@pytest.mark.parametrize(
    ("own", "chosen", "expected"),
    [
        (None, None, None),
        ("/of-set", None, "/of-set"),
        ("/of-set", "/OF-SET", "/OF-SET"),
        ("/of-set", "/other", "PlacementGroupsDisagree"),
        (None, "/other", "PlacementGroupsDisagree"),
    ],
)
def test_a_named_set_brings_its_placement_group(own: str | None, chosen: str | None, expected: str | None) -> None:
    """Azure wants a set and its VMs in one group, whatever the source is in."""
    type_ = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/proximityPlacementGroups"
    own, chosen, id_ = (f"{type_}{part}" if part and part[0] == "/" else None for part in (own, chosen, expected))
    asked = request(
        recovery_availability_set="mine", **({"recovery_proximity_placement_group": chosen} if chosen else {})
    )
    named_set = NamedTarget("availability_set", MINE, "southeastasia", placement_group_id=own)
    group = [NamedTarget("proximity_placement_group", chosen, "southeastasia")] if chosen else []
    decision = decide(VM_ID, facts(vm(placement_group_id=NEAR), named=(named_set, *group)), asked)

    if expected == "PlacementGroupsDisagree":
        assert decision.outcome is not None
        assert [one.code for one in decision.outcome.reasons] == [expected]
        return
    assert decision.plan is not None, decision.outcome
    near, set_ = decision.plan.placement_group, decision.plan.availability_set
    assert (near.id if near else None) == id_
    assert set_ is not None
    assert set_.placement_group_id == id_
    assert [one.code for one in decision.warnings] == ([] if id_ else ["PlacementGroupNotCarried"])


DR_NET = f"{SUBSCRIPTION}/resourceGroups/dr/providers/Microsoft.Network/virtualNetworks/dr-net"
LANDED = RecoveryNetwork(DR_NET, ("front", "Web", "back"))


@pytest.mark.parametrize(
    ("recovery_network", "chosen", "refused", "warned"),
    [
        (None, None, [], []),
        (None, "db", [], []),
        (None, "back", ["RecoverySubnetNotFound"], []),
        (LANDED, None, [], []),
        (LANDED, "back", [], []),
        (LANDED, "db", ["RecoverySubnetNotFound"], []),
        (RecoveryNetwork(DR_NET, ("front", "back")), None, [], ["SubnetSubstituted"]),
        (RecoveryNetwork(DR_NET, ()), "db", ["RecoverySubnetNotFound"], []),
        (RecoveryNetwork(DR_NET.replace("6f2b", "0000"), ("web",)), None, ["TargetInWrongSubscription"], []),
    ],
)
def test_the_subnet_is_judged_where_the_vm_lands(
    recovery_network: RecoveryNetwork | None, chosen: str | None, refused: list[str], warned: list[str]
) -> None:
    """In the network that the vault maps the source to, or that is there already; else in the copy to be made."""
    asked = request(**({"recovery_subnet": chosen} if chosen else {}))
    decision = decide(VM_ID, facts(preflight_facts=PreflightFacts(recovery_network=recovery_network)), asked)

    assert [one.code for one in (decision.outcome.reasons if decision.outcome else ())] == refused
    assert [one.code for one in decision.warnings] == warned
    if warned:
        assert "/dr-net has no subnet web; the VM comes up in back," in sentence(decision.warnings[0])


@pytest.mark.parametrize(
    ("own", "asked", "recovery", "expected"),
    [
        ((), None, "southeastasia", None),
        (("2",), None, "southeastasia", "2"),
        (("2",), None, "northeurope", None),
        (("2",), "3", "southeastasia", "3"),
        ((), "1", "southeastasia", "1"),
        ((), "1", "unread", "1"),
    ],
)
def test_a_zone_is_asked_for_or_the_same_number(
    own: tuple[str, ...], asked: str | None, recovery: str, expected: str | None
) -> None:
    """A zonal VM goes to the zone of the same number where the region has one."""
    zone = {"recovery_zone": asked} if asked else {}

    assert recovery_zone(facts(vm(zones=own)), request(**zone), recovery) == expected


def test_a_zone_that_the_region_lacks_is_a_reason() -> None:
    """Judged only where the zones were read."""
    answer = recovery_zone(facts(), request(recovery_zone="1"), "northeurope")

    assert isinstance(answer, Reason)
    assert answer.code == "RecoveryZoneNotFound"
    assert GROUP not in sentence(answer)


def test_sets_of_equal_names_do_not_meet_in_a_group_that_was_named() -> None:
    """In its own group's twin a set keeps the portal's name; elsewhere it is marked."""
    dr = GroupSpec(f"{SUBSCRIPTION}/resourceGroups/dr", "southeastasia")
    twin = GroupSpec(f"{GROUP}-asr", "southeastasia")
    one, other = (availability_set_plan(facts(), request(), group, "southeastasia") for group in (twin, dr))

    assert isinstance(one, AvailabilitySetSpec)
    assert isinstance(other, AvailabilitySetSpec)
    assert one.id.endswith("/web-set-asr")
    assert re.search(r"/web-set-[0-9a-f]{10}-asr$", other.id)


OTHER = SUBSCRIPTION.replace("6f2b", "0000")


def test_a_new_network_is_made_in_the_subscription_that_the_vm_is_recovered_into() -> None:
    """A VM cannot use the networks of another; there, equal names of two subscriptions may meet."""
    group = f"{OTHER}/resourceGroups/dr"
    plan, _ = network(facts(), request(recovery_resource_group=group))
    again, _ = network(
        facts(), request(recovery_resource_group=group.upper().replace("RESOURCEGROUPS", "resourceGroups"))
    )

    assert re.fullmatch(
        rf"{OTHER}/resourceGroups/contoso-app-asr/providers/Microsoft.Network/virtualNetworks/"
        "contoso-vnet-[0-9a-f]{10}-asr",
        plan.recovery_id,
    )
    assert again.recovery_id == plan.recovery_id
    assert network(facts(), request(recovery_resource_group="dr"))[0].recovery_id.startswith(f"{GROUP}-asr/")


@pytest.mark.parametrize(
    ("tag", "role", "type_"),
    [
        ("recovery_vnet", "virtual_network", "Microsoft.Network/virtualNetworks"),
        ("recovery_availability_set", "availability_set", "Microsoft.Compute/availabilitySets"),
        ("boot_diagnostics_account", "boot_diagnostics_account", "Microsoft.Storage/storageAccounts"),
        ("test_network_id", "test_network", "Microsoft.Network/virtualNetworks"),
    ],
)
def test_what_the_recovered_vm_uses_is_in_its_subscription(tag: str, role: str, type_: str) -> None:
    """Wherever the VM itself is: the recovery group decides."""
    target = f"{OTHER}/resourceGroups/dr/providers/{type_}/target"
    there = NamedTarget(role, target, "southeastasia", ("web",))
    group = NamedTarget("resource_group", f"{OTHER}/resourceGroups/dr", "southeastasia")
    apart = decide(VM_ID, facts(named=(there,)), request(**{tag: target}))
    beside = decide(VM_ID, facts(named=(there, group)), request(recovery_resource_group=group.id, **{tag: target}))

    assert apart.outcome is not None
    assert [one.code for one in apart.outcome.reasons] == ["TargetInWrongSubscription"]
    assert beside.plan is not None, beside.outcome


def test_a_set_in_another_group_is_a_warning() -> None:
    """Azure's description wants both in one group; Site Recovery has not been seen to refuse it."""
    there = f"{SUBSCRIPTION}/resourceGroups/dr/providers/Microsoft.Compute/availabilitySets/mine"
    for id_, codes in ((MINE, []), (there, ["AvailabilitySetInAnotherGroup"])):
        known = facts(named=(NamedTarget("availability_set", id_, "southeastasia"),))
        decision = decide(VM_ID, known, request(recovery_availability_set=id_))
        assert decision.plan is not None, decision.outcome
        assert [one.code for one in decision.warnings] == codes
