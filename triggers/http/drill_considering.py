"""What a request for a drill means and what stands against it: the drill itself and its plan say the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from asr.choices.profiles import Profile
from asr.errors import BadRequest
from asr.gateway.clock import now
from asr.gateway.drill_turns import take_machines
from asr.gateway.session import Azure
from asr.model.drill import Drill, DrillRequest
from asr.model.outcome import Reason
from asr.model.resource_id import key, parse
from asr.model.run import RequestedBy
from asr.planning.drill_gates import ExplainedDrill, standing_at_once, together
from asr.planning.plan_members import PlannedVm
from asr.planning.waves import Waves, waves_of
from asr.reasons import reason
from asr.services.drill_machines import in_one, of_profile, waves_by_tags
from asr.services.drill_requests import explain_drills
from asr.services.failover import home_id
from asr.services.giving_way import drills_under_way
from asr.services.recovery_plans import find_plans, with_items
from triggers.http.drill_models import DrillBody
from triggers.http.failover_machines import Explained, Refused, named_machines, plan_of, refused_among, require_network
from triggers.http.models import MOST_VMS
from triggers.http.route import Call
from triggers.http.vm_ids import require_subscription


@dataclass(frozen=True, slots=True)
class Considered:
    """A request for a drill as it was understood: `homes` are its VMs by their ids at home, `explained` what each would
    do, `members` the same VMs where a recovery plan names them.
    """

    request: DrillRequest
    profile: Profile | None
    homes: Sequence[str]
    explained: Sequence[ExplainedDrill]
    members: Sequence[PlannedVm]


async def consider(call: Call, azure: Azure, body: DrillBody, drill: str) -> Considered:
    """Read which VMs are meant, and the gates of each; it writes nothing. `drill` is the id that it would have.

    Raises:
        BadRequest: the body means no VMs, too many, or what is not there.
        Throttled: not even which items there are can be told soon.
    """
    if body.test_network_id is not None:
        require_network("testNetworkId", body.test_network_id)
    profile = _profile(call, body.profile)
    members = () if body.plan is None else await _planned(azure, body)
    named = [vm.vm_id for vm in members] or await _named(call, azure, body)
    asked = body.fields()
    choice = profile.drill if profile else None
    request = DrillRequest(
        drill,
        (await now(azure.settings)).isoformat(),
        body.test_network_id or (choice.network if choice else None),
        body.recovery_point,
        tuple(one.probe() for one in (body.probes if "probes" in asked or choice is None else choice.probes)),
        (body.target if "target" in asked or choice is None else choice.target).target(),
    )
    explained = await explain_drills(azure, named, request, known=[vm.item for vm in members if vm.item])
    homes = [
        await home_id(azure, one.item, vm_id) if one.item else vm_id
        for vm_id, one in zip(named, explained, strict=True)
    ]
    for home in homes:  # a VM that a failover made may lie here, and its home be another app's
        require_subscription(call.settings, parse(home).subscription, "vmIds")
    unclear = {key(vm.vm_id): vm.said.problems for vm in members if vm.said.problems}
    explained = [
        replace(one, plan=None, reasons=unclear[key(vm_id)]) if key(vm_id) in unclear else one
        for vm_id, one in zip(named, explained, strict=True)
    ]
    return Considered(request, profile, homes, explained, members)


async def in_waves(azure: Azure, considered: Considered) -> Waves:
    """The VMs in the waves in which they would be drilled."""
    if considered.members:
        return waves_of(vm.member for vm in considered.members)
    choice = considered.profile.drill if considered.profile else None
    if choice is not None and choice.waves:
        return await waves_by_tags(azure, considered.homes)
    return in_one(dict.fromkeys(considered.homes))


async def refused_of(call: Call, azure: Azure, considered: Considered, waves: Waves) -> list[Refused]:
    """The VMs that cannot be drilled, those of another drill first; or all, if there is no room for those that stand at
    once.

    One is enough, and nothing is begun.
    """
    under_way = await drills_under_way(azure, considered.homes)
    pairs = list(zip(considered.homes, considered.explained, strict=True))
    busy: list[Refused] = [
        (home, one.item, _busy(under_way[key(home)])) for home, one in pairs if key(home) in under_way
    ]
    others = [(home, one) for home, one in pairs if key(home) not in under_way]
    against: list[Explained] = [(one.item, None if one.plan or not one.is_told else one.reasons) for _, one in others]
    if not busy and all(reasons is None for _, reasons in against):
        at_once = standing_at_once(len(waves.waves), call.settings.failovers_at_once)
        crowded = tuple(together((one.facts for _, one in others if one.facts), at_once))
        against = [(item, crowded or None) for item, _ in against]
    return [*busy, *await refused_among(call, [home for home, _ in others], against)]


async def taken_of(azure: Azure, considered: Considered, by: RequestedBy) -> list[Refused]:
    """Take the VMs for this drill. Those that another one has, asked for in the same instant; none is taken then."""
    asked = considered.request
    taken = await take_machines(azure, asked.drill, considered.homes, asked.asked_at, by.name)
    pairs = zip(considered.homes, considered.explained, strict=True)
    return [
        (home, one.item, [reason("DrillUnderWay", drill=turn.drill, who=turn.by, at=turn.at)])
        for home, one in pairs
        if (turn := taken.get(home))
    ]


def _busy(drill: Drill) -> list[Reason]:
    return [reason("DrillUnderWay", drill=drill.id, who=drill.requested_by, at=drill.asked_at)]


async def _named(call: Call, azure: Azure, body: DrillBody) -> list[str]:
    """The VMs that the body means: by name, or those of a profile.

    Raises:
        BadRequest: none is meant, or too many are.
    """
    if _means_machines(body) or body.profile is None:
        return await named_machines(call, body)
    found = await of_profile(azure, body.profile)
    if not found:
        what = "no protected VM of the last snapshot is in it. A sweep (POST /api/sweeps) makes a new one."
        raise BadRequest("profile", what, status=404, code="VmNotFound")
    if len(found) > MOST_VMS:
        raise BadRequest("profile", f"{len(found)} VMs are in it; a drill takes {MOST_VMS} at most")
    return found


async def _planned(azure: Azure, body: DrillBody) -> tuple[PlannedVm, ...]:
    """The VMs of the recovery plan that the body means, as a failover of it would find them.

    Raises:
        BadRequest: no tags make this plan, too many VMs are in it, or VMs are named, too.
    """
    if _means_machines(body):
        raise BadRequest("plan", "VMs are named, too; give one of the two")
    found = await with_items(azure, plan_of(await find_plans(azure), (body.plan or "").strip().lower()))
    if len(found) > MOST_VMS:
        raise BadRequest("plan", f"{len(found)} VMs are in it; a drill takes {MOST_VMS} at most")
    return found


def _means_machines(body: DrillBody) -> bool:
    return any((body.vm_ids, body.names, body.scope))


def _profile(call: Call, name: str | None) -> Profile | None:
    if name is None:
        return None
    found = call.settings.profiles.get(name.lower())
    if found is None:
        known = ", ".join(sorted(call.settings.profiles)) or "none"
        raise BadRequest("profile", f"there is no profile {name[:100]!r}; there is {known}", code="ProfileUnknown")
    return found
