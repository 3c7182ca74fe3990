"""Recovery plans of tags: which VMs go together, and in which order. Pure.

A plan is made by tagging: VMs of one `recovery-plan` fail over by their `recovery-wave`. A wave begins when the one
before it is over; inside it VMs go side by side, the VMs of a consistency group together.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from asr.choices.profiles import Profile
from asr.choices.tags import Asked, read_request
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.reasons import reason

MOST_VMS = 500
"""VMs of a plan: all are decided before one of them is begun, while the caller waits."""

_NO_CHOICES = Profile("true")
_OURS = ("recovery-plan", "recovery-wave", "wave-failure", "recoveryPlan", "recoveryWave", "waveFailure")
"""The names of the choices that a plan is made of, as problems tell them."""


@dataclass(frozen=True, slots=True)
class PlanTags:
    """What a VM's tags, and the profile that they name, say of plans.

    `goes_on`: the waves after the VM's own are begun although it failed. `problems` are values that cannot be
    understood: then `plan` may be missing, and nothing is to be begun by it.
    """

    plan: str | None = None
    wave: int = 0
    goes_on: bool = False
    problems: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanMember:
    """A VM of a plan. `group` names its consistency group, uniquely among all vaults; None: it is in none."""

    vm_id: str
    wave: int = 0
    goes_on: bool = False
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave by its number. `parts` begin side by side; each is one VM, or the VMs of a consistency group."""

    number: int
    parts: tuple[tuple[PlanMember, ...], ...]

    @property
    def members(self) -> tuple[PlanMember, ...]:
        """Every VM of the wave, in the order in which they are begun."""
        return tuple(member for part in self.parts for member in part)


@dataclass(frozen=True, slots=True)
class Waves:
    """A plan's waves, the earliest first, and what is worth knowing of them."""

    waves: tuple[Wave, ...]
    notes: tuple[Reason, ...] = ()

    @property
    def members(self) -> tuple[PlanMember, ...]:
        """Every VM of the plan, in the order in which they are begun."""
        return tuple(member for wave in self.waves for member in wave.members)


def plan_tags(tags: Mapping[str, str], prefix: str, profiles: Mapping[str, Profile], default_profile: str) -> PlanTags:
    """What the tags say of plans. Where they ask for no protection the VM may be protected by name: then they count
    all the same, but no profile does.
    """
    request = read_request(tags, prefix, profiles, default_profile)
    if not request.requested:
        request = read_request(tags, prefix, {"true": _NO_CHOICES}, "true", Asked("true"))
    options = request.options
    problems = tuple(one for one in request.problems if _is_ours(one))
    return PlanTags(options.recovery_plan, options.recovery_wave, options.wave_failure == "continue", problems)


def waves_of(members: Iterable[PlanMember]) -> Waves:
    """The waves of these VMs. Those of a consistency group share recovery points and go together, in the earliest wave
    that one of them is in.
    """
    parts: dict[str, list[PlanMember]] = {}
    for member in sorted(members, key=lambda one: (one.wave, key(one.vm_id))):
        place = key(member.vm_id) if member.group is None else f"group {member.group.lower()}"
        parts.setdefault(place, []).append(member)
    by_number: dict[int, list[tuple[PlanMember, ...]]] = {}
    notes = []
    for part in parts.values():
        number = part[0].wave
        by_number.setdefault(number, []).append(tuple(part))
        later = [one for one in part if one.wave != number]
        if later and part[0].group is not None:
            moved = sorted(one.vm_id.rpartition("/")[2] for one in later)
            group = part[0].group.rpartition("/")[2]
            notes.append(reason("WaveOfConsistencyGroup", group=group, wave=number, vms=moved))
    return Waves(tuple(Wave(number, tuple(by_number[number])) for number in sorted(by_number)), tuple(notes))


def in_one_wave(members: Iterable[PlanMember]) -> Waves:
    """All of them in one wave: for what no order matters to, such as a commit."""
    waves = waves_of(members)
    parts = tuple(part for wave in waves.waves for part in wave.parts)
    return Waves((Wave(0, parts),) if parts else ())


def begin_next(parts: Sequence[Sequence[str]], running: int, at_once: int) -> int:
    """How many of the parts can be begun while so many VMs are under way. A part larger than `at_once` begins alone."""
    begun = 0
    for part in parts:
        if running and running + len(part) > at_once:
            break
        running += len(part)
        begun += 1
    return begun


def _is_ours(problem: Reason) -> bool:
    """Whether the problem is about a plan; what else is wrong with a VM's tags does not change how it fails over."""
    by = problem.facts.get("by")
    name = by.get("name") if isinstance(by, Mapping) else problem.facts.get("choice")
    return name in _OURS
