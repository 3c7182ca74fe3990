"""What is asked for a VM, after the request, the tags and the profile were read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from asr.choices.options import ProtectionOptions
from asr.choices.profiles import Profile
from asr.model.choices import DEFAULT_PREFIX, Origin
from asr.model.outcome import Reason


@dataclass(frozen=True, slots=True)
class ProtectionRequest:
    """What is asked for one VM. `problems` make it impossible to follow, `warnings` do not.

    `requested` is also true for a request with problems: somebody asked for protection, so somebody has to be told.
    `profile` is None if it is unknown. `origins` tell, by field of `options`, who made the choice; what is missing
    there is a default. `prefix` is that of the tags, to be used in words.
    """

    requested: bool = False
    profile: Profile | None = None
    options: ProtectionOptions = field(default_factory=ProtectionOptions)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    problems: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    prefix: str = DEFAULT_PREFIX
