"""What is asked for a VM: by a request, by its tags and by the profile that they name, in this order of strength.

`<prefix>protect` is a profile's name, `true` (the default profile) or `false`; one more tag for each choice of
`options`. Tag names compare without case, as in Azure, and so do the values that are words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from asr.choices import BY_NAME, OPTIONS
from asr.choices.contradictions import contradictions
from asr.choices.option import Option
from asr.choices.profiles import Profile, camel
from asr.choices.request import ProtectionOptions, ProtectionRequest
from asr.model.choices import Origin
from asr.model.outcome import Reason
from asr.reasons import reason

PROTECT = "protect"

_BY_JSON_NAME = {camel(name).lower(): name for option in OPTIONS for name in (option.name, *option.also)}

_LONGEST_SHOWN = 256
"""Characters of a value that a reason repeats: as many as a tag can have."""


class Laid(dict[str, str]):
    """Tags with a request laid over them. `asked` are the names, in lower case, that the request gives; `problems` is
    what cannot be followed of it.
    """

    def __init__(self, tags: Mapping[str, str], asked: Mapping[str, str], problems: tuple[Reason, ...] = ()) -> None:
        super().__init__({**tags, **asked})
        self.asked = frozenset(asked)
        self.problems = problems


def read_request(
    tags: Mapping[str, str], prefix: str, profiles: Mapping[str, Profile], default_profile: str
) -> ProtectionRequest:
    """What these tags ask for, or the request that `with_request` laid over them. Never raises: what cannot be
    followed is among the request's problems.

    `profiles` are keyed by lower-case name. Tags whose names do not begin with the prefix are none of ours.
    """
    by_request, problems = (tags.asked, list(tags.problems)) if isinstance(tags, Laid) else (frozenset[str](), [])
    ours = {name.lower()[len(prefix) :]: value.strip() for name, value in tags.items() if _has(name, prefix)}
    choice = ours.pop(PROTECT, "").lower()
    if choice in ("", "false"):
        return ProtectionRequest(prefix=prefix)
    name = default_profile if choice == "true" else choice
    profile = profiles.get(name.lower())
    if profile is None:
        known = ", ".join(sorted(profiles)) or "none"
        what = "The request" if f"{prefix}{PROTECT}" in by_request else f"Tag {prefix}{PROTECT}"
        problems.append(reason("ProfileUnknown", what=what, value=_shown(choice), known=known))
    values: dict[str, object] = {}
    origins: dict[str, Origin] = {}
    for option, origin, written in _given(ours, prefix, by_request, profile):
        value = option.read(written)
        if value is None:
            problems.append(_malformed(option, origin, written, prefix, profile))
        else:
            values[option.field], origins[option.field] = value, origin
    known = ", ".join(f"{prefix}{tag}" for tag in (PROTECT, *(option.name for option in OPTIONS)))
    unknown = sorted(tag for tag in ours if tag not in BY_NAME)
    chosen = _fitted(ProtectionOptions(**values), origins)  # type: ignore[arg-type]  # each row has a reader of its field's type
    return ProtectionRequest(
        requested=True,
        profile=profile,
        options=chosen,
        origins=origins,
        problems=(*problems, *contradictions(chosen, origins, prefix)),
        warnings=tuple(reason("TagUnknown", tag=f"{prefix}{tag}", known=known) for tag in unknown),
        prefix=prefix,
    )


def with_request(tags: Mapping[str, str], prefix: str, profile: str | None, overrides: Mapping[str, str]) -> Laid:
    """The tags with an explicit request laid over them: the request's profile and choices win.

    Choices are named as their tags are, with or without the prefix, or in camelCase as in a profile. Asking at all
    means `true` where the VM's own tag names no profile.
    """
    laid = {name.lower(): value for name, value in tags.items()}
    names = {name: _choice_name(name, prefix) for name in overrides}
    asked = {prefix + choice: overrides[name] for name, choice in names.items() if choice in BY_NAME}
    protect = f"{prefix}{PROTECT}"
    own = laid.get(protect, "").strip()
    if profile is not None:
        own = profile
    elif own.lower() in ("", "false"):
        own = "true"
    if profile is not None:
        asked[protect] = profile
    return Laid({**laid, protect: own}, asked, tuple(_misnamed(names, overrides)))


def _misnamed(names: Mapping[str, str], overrides: Mapping[str, str]) -> Iterator[Reason]:
    """Names of a request that mean nothing, and choices that it makes under several names: a tag that is misspelt may
    be somebody else's, but a request is meant for this product.
    """
    known = ", ".join(option.json_name for option in OPTIONS)
    yield from (reason("ChoiceUnknown", name=name, known=known) for name in names if names[name] not in BY_NAME)
    for option in OPTIONS:
        given = {name: overrides[name] for name in names if names[name] in (option.name, *option.also)}
        if len({value.strip() for value in given.values()}) > 1:
            told = ", ".join(f"{name}={_shown(value)}" for name, value in given.items())
            yield reason("ChoiceGivenTwice", names=told)


def _given(
    ours: Mapping[str, str], prefix: str, by_request: frozenset[str], profile: Profile | None
) -> Iterator[tuple[Option, Origin, str]]:
    """Each choice that somebody made, by whom, and as written. An empty tag is no choice left out: it is malformed."""
    for option in OPTIONS:
        names = (option.name, *option.also)
        tagged = sorted((name for name in names if name in ours), key=lambda name: f"{prefix}{name}" not in by_request)
        if tagged:
            yield option, Origin.BODY if f"{prefix}{tagged[0]}" in by_request else Origin.TAG, ours[tagged[0]]
        elif profile is not None and option.name in profile.choices:
            yield option, Origin.PROFILE, profile.choices[option.name]


def _fitted(chosen: ProtectionOptions, origins: Mapping[str, Origin]) -> ProtectionOptions:
    """Where recovery points are kept for less than an hour, none can be app-consistent, so that default gives way."""
    if chosen.recovery_point_minutes < 60 and "app_consistent_minutes" not in origins:
        return replace(chosen, app_consistent_minutes=0)
    return chosen


def _has(name: str, prefix: str) -> bool:
    return name.lower().startswith(prefix)


def _choice_name(name: str, prefix: str) -> str:
    lowered = name.lower()
    return lowered[len(prefix) :] if _has(name, prefix) else _BY_JSON_NAME.get(lowered, lowered)


def _malformed(option: Option, origin: Origin, written: str, prefix: str, profile: Profile | None) -> Reason:
    value, expected = _shown(written), option.expected
    if origin is Origin.PROFILE and profile is not None:
        return reason("ProfileMalformed", profile=profile.name, choice=option.json_name, value=value, expected=expected)
    what = f"The request's {option.json_name}" if origin is Origin.BODY else f"Tag {prefix}{option.name}"
    return reason("OverrideMalformed", what=what, value=value, expected=expected)


def _shown(value: str) -> str:
    return value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}..."
