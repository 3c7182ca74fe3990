"""What can be chosen for a VM's recovery side, best first, the unsuitable last with what is wrong with it. Pure.

Resources are checked against the same places (`asr.planning.targets`) as those that somebody names.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from asr.choices.request import ProtectionRequest
from asr.model.decision import ProtectionPlan
from asr.model.resource_id import key, parse, same, subscription_of
from asr.model.vm_facts import VmFacts
from asr.planning.regions import ranked_regions, region_name
from asr.planning.targets import ROLES, recovery_group_id
from asr.planning.vaults import made_by_others, places

CHOSEN, FITS, ELSEWHERE = 100, 60, 40
"""Scores: what the decision takes; what is in its place; what could be used, and is nobody's first choice."""


class TargetKind(StrEnum):
    """What can be listed."""

    REGION = "region"
    RESOURCE_GROUP = "resourceGroup"
    VIRTUAL_NETWORK = "virtualNetwork"
    AVAILABILITY_SET = "availabilitySet"
    STORAGE_ACCOUNT = "storageAccount"
    VAULT = "vault"


@dataclass(frozen=True, slots=True)
class Listed:
    """Something that is there."""

    id: str
    location: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """One entry of the list. `id` is None for a region; `exists` is False for what the decision would create."""

    name: str
    score: int
    because: str
    location: str
    id: str | None = None
    suits: bool = True
    exists: bool = True


def region_candidates(facts: VmFacts, request: ProtectionRequest) -> tuple[Candidate, ...]:
    """The regions, in the order in which the decision would take them."""
    options = request.options
    ranked = ranked_regions(
        region_name(facts.vm.location),
        options.recovery_regions,
        made_by_others(facts, request),
        facts.regions,
        facts.matrix.regions,
        options.geography,
    )
    return tuple(Candidate(one.name, one.score, one.because, one.name, suits=one.suits) for one in ranked)


def resource_candidates(
    kind: TargetKind,
    facts: VmFacts,
    request: ProtectionRequest,
    listed: Iterable[Listed],
    recovery: str | None,
    plan: ProtectionPlan | None,
) -> tuple[Candidate, ...]:
    """Resources of one kind. `recovery` is where the VM is recovered to, `plan` how; None where it is unknown."""
    taken = {key(id_): id_ for id_ in _taken(kind, plan)} if plan else {}
    score_of = _scores(facts, request, recovery)[kind]
    found = [_candidate(one, score_of, one_is_taken=key(one.id) in taken) for one in listed]
    present = {key(one.id or "") for one in found}
    found += [
        Candidate(_name(id_), CHOSEN, "would be created", plan.recovery_region if plan else "", id_, exists=False)
        for place, id_ in taken.items()
        if place not in present
    ]
    return tuple(sorted(found, key=lambda one: (not one.suits, -one.score, one.name.lower(), key(one.id or ""))))


type _Score = Callable[[Listed], tuple[int, str]]
"""The score of what is there and the reason; 0 for what does not suit."""


def _candidate(one: Listed, score_of: _Score, *, one_is_taken: bool) -> Candidate:
    score, because = score_of(one)
    if one_is_taken:
        score, because = CHOSEN, f"the decision takes it; {because}"
    return Candidate(_name(one.id), score, because, one.location, one.id, suits=score > 0)


def _taken(kind: TargetKind, plan: ProtectionPlan) -> tuple[str, ...]:
    match kind:
        case TargetKind.RESOURCE_GROUP:
            return (plan.group.id,)
        case TargetKind.VIRTUAL_NETWORK:
            return (plan.network.recovery_id,)
        case TargetKind.AVAILABILITY_SET:
            return (plan.availability_set.id,) if plan.availability_set else ()
        case TargetKind.STORAGE_ACCOUNT:
            return (plan.cache.id, *((plan.target_storage.id,) if plan.target_storage else ()))
        case TargetKind.VAULT:
            return (plan.vault.id,)
        case TargetKind.REGION:
            return ()


def _scores(facts: VmFacts, request: ProtectionRequest, recovery: str | None) -> dict[TargetKind, _Score]:
    source = region_name(facts.vm.location)
    beside = subscription_of(recovery_group_id(facts.vm, request))

    def placed(role: str) -> _Score:
        def score_of(one: Listed) -> tuple[int, str]:
            place = ROLES[role].place
            where = place.where.format(source=source, recovery=recovery or "which is not known yet")
            if recovery is None and "{recovery}" in place.where:
                return 0, f"it has to be {where}"
            if not place.fits(region_name(one.location), source, recovery or ""):
                return 0, f"it is in {one.location} and has to be {where}"
            if ROLES[role].beside and not same(subscription_of(one.id), beside):
                return 0, f"it has to be in the subscription of the recovered VM, {beside}"
            return (FITS if region_name(one.location) == recovery else ELSEWHERE), f"it is {where}"

        return score_of

    def availability_set(one: Listed) -> tuple[int, str]:
        if facts.vm.availability_set_id is None:
            return 0, "the VM itself is in no availability set"
        return placed("availability_set")(one)

    def account(one: Listed) -> tuple[int, str]:
        if region_name(one.location) == source:
            own = same(parse(one.id).subscription, parse(facts.vm.id).subscription)
            return (
                (FITS, "as the cache: it is in the VM's own region")
                if own
                else (
                    0,
                    "a cache account has to be in the VM's own subscription",
                )
            )
        if not facts.vm.unmanaged_disks:
            return 0, f"a cache account has to be in the VM's own region, {source}"
        score, because = placed("storage_account")(one)
        return score, f"for unmanaged disks: {because}" if score else because

    def vault(one: Listed) -> tuple[int, str]:
        known = next((vault for vault in facts.vaults if same(vault.id, one.id)), None)
        around = places(known) if known else (region_name(one.location),)
        if source != recovery and source in around:
            return 0, f"it, or its resource group, is in the VM's own region, {source}, and would be lost with the VM"
        if known and recovery and (source, recovery) in known.pairs:
            return 80, f"it protects between {source} and {recovery} already"
        if region_name(one.location) == recovery:
            return FITS, "it is in the recovery region"
        return ELSEWHERE, "it can be named; no rule takes it"

    return {
        TargetKind.RESOURCE_GROUP: placed("resource_group"),
        TargetKind.VIRTUAL_NETWORK: placed("virtual_network"),
        TargetKind.AVAILABILITY_SET: availability_set,
        TargetKind.STORAGE_ACCOUNT: account,
        TargetKind.VAULT: vault,
    }


def _name(id_: str) -> str:
    return id_.rsplit("/", 1)[-1]
