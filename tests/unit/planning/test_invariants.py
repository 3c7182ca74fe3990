"""What holds for every decision, whatever the facts and the tags."""

from hypothesis import given
from hypothesis import strategies as st

from asr.choices.options import OPTIONS
from asr.choices.profiles import Profile
from asr.choices.request import ProtectionRequest
from asr.model.decision import Action, ProtectionPlan
from asr.model.outcome import State
from asr.model.resource_id import parse
from asr.model.specs import AvailabilitySetSpec, GroupSpec, PlacementGroupSpec, StorageSpec, VaultSpec
from asr.model.vm_facts import ManagedDisk, NamedTarget, Vault, VirtualMachine, VmFacts
from asr.planning.foundation import enable_spec, requirements
from asr.planning.protection import decide
from asr.planning.targets import named_targets
from tests.unit.planning.contoso import REGIONS, SET_ID, TEST_NETWORK_ID, disk, facts, item, request, vault, vm

REGION = st.sampled_from([region.name for region in REGIONS])
STATES = ["Protected", "InitialReplicationInProgress", "EnablingFailed", "UnplannedFailoverCommitted", "?"]
TAGS = {
    "recovery_region": REGION,
    "recovery_resource_group": st.sampled_from(["dr", "Größe", "bad."]),
    "recovery_vnet": st.sampled_from(["dr-vnet", TEST_NETWORK_ID]),
    "recovery_availability_set": st.just("dr-set"),
    "recovery_zone": st.sampled_from(["1", "9"]),
    "recovery_storage_account": st.just("draccount"),
    "cache_storage_account": st.just("cacheaccount"),
    "vault": st.sampled_from(["a", "b", "none"]),
    "exclude_disks": st.sampled_from(["0", "1,7", "x"]),
    "consistency_group": st.just("app"),
}


def seldom[T](odd: st.SearchStrategy[T], usual: st.SearchStrategy[T]) -> st.SearchStrategy[T]:
    """The odd one once in a while: else nearly every situation would be refused."""
    return st.integers(0, 7).flatmap(lambda dice: odd if dice == 7 else usual)


@st.composite
def vaults(draw: st.DrawFn) -> Vault:
    """A vault anywhere, its group anywhere."""
    return vault(draw(st.sampled_from("ab")), draw(REGION), draw(REGION), group_location=draw(REGION))


@st.composite
def machines(draw: st.DrawFn) -> VirtualMachine:
    """A VM that may have anything wrong with it."""
    skus = st.sampled_from(["Standard_LRS", "Premium_LRS", "PremiumV2_LRS", "UltraSSD_LRS", None])
    disks: list[ManagedDisk] = [disk("os", None, draw(skus))]
    disks += [
        disk(f"d{lun}", lun, draw(skus), size_gib=draw(seldom(st.sampled_from([0, 32768]), st.just(8))))
        for lun in range(2)
    ]
    return vm(
        location=draw(seldom(REGION, st.just("eastasia"))),
        power_state=draw(seldom(st.sampled_from(["deallocated", None]), st.just("running"))),
        provisioning_state=draw(seldom(st.just("Updating"), st.just("Succeeded"))),
        managed_disks=tuple(disks[: draw(st.integers(1, 3))]),
        availability_set_id=draw(st.sampled_from([SET_ID, None])),
        zones=draw(st.sampled_from([(), ("2",)])),
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[VmFacts, ProtectionRequest]:
    """Facts and a request; what is named exists somewhere, or does not."""
    tags = {name: draw(value) for name, value in TAGS.items() if draw(st.integers(0, 5)) == 0}
    profile = Profile("p", draw(st.sampled_from([{}, {"test-network-id": TEST_NETWORK_ID}])))
    asked, machine = request(profile, **tags), draw(machines())
    places = seldom(st.one_of(st.none(), REGION), st.just("southeastasia"))
    known = facts(
        machine,
        vaults=tuple(draw(st.lists(vaults(), max_size=3))),
        item=draw(st.one_of(st.none(), st.none(), st.sampled_from([item(state) for state in STATES]))),
        named=tuple(NamedTarget(role, id_, draw(places)) for role, id_ in named_targets(machine, asked)),
    )
    return known, asked


@given(situations())
def test_every_situation_has_one_answer(situation: tuple[VmFacts, ProtectionRequest]) -> None:
    """A plan, a settling, or an outcome; a refusal has reasons; an item forbids refusal and protection."""
    known, asked = situation
    decision = decide(known.vm.id, known, asked)
    answers = (decision.plan, decision.completion, decision.outcome)

    assert sum(answer is not None for answer in answers) == 1
    assert (decision.action is Action.PROTECT) == (decision.plan is not None)
    if decision.action is Action.REFUSE:
        assert decision.outcome is not None
        assert decision.outcome.state is State.REFUSED
        assert decision.outcome.reasons
    if known.item is not None:
        assert decision.action in (Action.LEAVE, Action.COMPLETE)
    if decision.plan is not None:
        check(decision.plan, known, asked)


def check(plan: ProtectionPlan, known: VmFacts, asked: ProtectionRequest) -> None:
    """Nothing of the recovery side is in the source region, and the foundation holds all that enabling needs."""
    source = known.vm.location
    assert not asked.problems
    if plan.zone_to_zone:
        assert plan.recovery_zone not in (None, *known.vm.zones)
        assert plan.group.id != parse(plan.vm_id).group_id
    else:
        assert source not in {plan.vault.location, plan.vault.group.location, plan.group.location}
    assert [choice.name for choice in plan.choices] == [option.name for option in OPTIONS]
    assert plan.cache.location == source
    assert plan.network.location == plan.recovery_region
    assert plan.availability_set is None or plan.recovery_zone is None
    assert plan.availability_set is None or known.vm.availability_set_id is not None
    assert plan.target_storage is None
    assert enable_spec(plan).vm_id == known.vm.id
    assert set(enable_spec(plan).needs) <= {requirement.key for requirement in requirements(plan)}
    for requirement in requirements(plan):
        spec = requirement.spec
        if isinstance(spec, GroupSpec):
            assert len(spec.id.rsplit("/", 1)[-1]) <= 90
        elif isinstance(spec, VaultSpec | StorageSpec | PlacementGroupSpec | AvailabilitySetSpec):
            assert parse(spec.id).names
