"""What is asked for a VM, after the tags were read."""

from dataclasses import dataclass, field

from asr.model.outcome import Reason
from asr.profiles import Profile


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the tags of one VM choose; None leaves the choice to the profile and the rules.

    Targets are names or full ids, as written. `recovery_region` is lower case without spaces; `excluded_luns` are the
    data disks not to replicate.
    """

    recovery_region: str | None = None
    recovery_group: str | None = None
    recovery_network: str | None = None
    recovery_availability_set: str | None = None
    recovery_zone: str | None = None
    recovery_account: str | None = None
    cache_account: str | None = None
    vault: str | None = None
    excluded_luns: tuple[int, ...] = ()
    consistency_group: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """One VM's wish. `problems` make it impossible to follow, `warnings` do not. `profile` is None if unknown.

    `requested` is also true for a wish with problems: somebody asked for protection, so somebody has to be told.
    """

    requested: bool = False
    profile: Profile | None = None
    overrides: Overrides = field(default_factory=Overrides)
    problems: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
