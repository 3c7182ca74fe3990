"""What is asked for a VM: by a request, by its tags and by the profile that they name, in this order of strength.

`<prefix>protect` is a profile's name, `true` (the default profile) or `false`; one more tag for each choice of
`asr.choices.options`. Tag names compare without case, as in Azure, and so do the values that are words.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticCustomError

from asr.choices.allowed_targets import is_allowed
from asr.choices.contradictions import contradictions
from asr.choices.option import Option
from asr.choices.options import BY_JSON_NAME, BY_NAME, OPTIONS, ProtectionOptions
from asr.choices.profiles import Profile
from asr.choices.request import ProtectionRequest
from asr.choices.values import written
from asr.model.choices import Origin
from asr.model.outcome import Reason
from asr.reasons import reason

PROTECT = "protect"

_LONGEST_SHOWN = 256
"""Characters of a value that a reason repeats: as many as a tag can have."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request by name says: a profile, and choices by any of their names. It wins over the tags."""

    profile: str | None = None
    overrides: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Given:
    """One choice that somebody made, by whom, and as written."""

    option: Option
    origin: Origin
    raw: Any


def read_request(
    tags: Mapping[str, str],
    prefix: str,
    profiles: Mapping[str, Profile],
    default_profile: str,
    asked: Asked | None = None,
    targets: Sequence[str] | None = None,
) -> ProtectionRequest:
    """What these tags ask for, or whoever asked by name: asking means `true` where the VM's tag names no profile.

    Never raises: what cannot be followed is among the request's problems. `profiles` are keyed by lower-case name. Tags
    whose names do not begin with the prefix are none of ours. `targets` are the scopes that tags and requests may lead
    to; None: any.
    """
    ours = {name.lower()[len(prefix) :]: value.strip() for name, value in tags.items() if _has(name, prefix)}
    choice = ours.pop(PROTECT, "").lower()
    if asked is not None:
        own = choice if choice not in ("", "false") else "true"
        choice = own if asked.profile is None else asked.profile.strip().lower()
    if choice in ("", "false"):
        return ProtectionRequest(prefix=prefix)
    name = default_profile if choice == "true" else choice
    profile = profiles.get(name.lower())
    problems = list(unknown_overrides(asked.overrides, prefix)) if asked else []
    if profile is None:
        by_body = asked is not None and asked.profile is not None
        by = {"by": Origin.BODY.value, "name": ""} if by_body else {"by": Origin.TAG.value, "name": PROTECT}
        problems.append(reason("ProfileUnknown", by=by, value=_shown(choice), known=sorted(profiles)))
    chosen: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for given in _given(ours, prefix, asked, profile):
        value = _read(given.option, given.raw)
        if value is None:
            problems.append(_malformed(given, profile))
        elif targets is not None and _is_abroad(given, value, targets):
            problems.append(reason("TargetNotAllowed", by=given.option.place(given.origin), id=value))
        else:
            chosen[given.option.field], origins[given.option.field] = value, given.origin
    options = _fitted(ProtectionOptions.model_construct(**chosen), origins)
    known = [PROTECT, *(option.name for option in OPTIONS)]
    unknown = sorted(tag for tag in ours if tag not in BY_NAME)
    return ProtectionRequest(
        requested=True,
        profile=profile,
        options=options,
        origins=origins,
        problems=(*problems, *contradictions(options, origins)),
        warnings=tuple(reason("TagUnknown", name=tag, known=known) for tag in unknown),
        prefix=prefix,
    )


def unknown_overrides(overrides: Mapping[str, Any], prefix: str) -> Iterator[Reason]:
    """Names of a request that mean nothing, and choices that it makes under several names: a tag that is misspelt may
    be somebody else's, but a request is meant for this product.
    """
    found = {name: _option(name, prefix) for name in overrides}
    known = [option.json_name for option in OPTIONS]
    for name, option in found.items():
        if option is None:
            yield reason("ChoiceUnknown", name=_shown(name), known=known)
    for option in OPTIONS:
        given = {name: written(overrides[name]) for name, one in found.items() if one is option}
        if len({value.strip() for value in given.values()}) > 1:
            told = [f"{name}={_shown(value)}" for name, value in given.items()]
            yield reason("ChoiceGivenTwice", names=told)


def _given(ours: Mapping[str, str], prefix: str, asked: Asked | None, profile: Profile | None) -> Iterator[_Given]:
    """Each choice once, by the strongest who made it. An empty tag is no choice left out: it is malformed."""
    body = (
        {option.name: raw for name, raw in asked.overrides.items() if (option := _option(name, prefix))}
        if asked
        else {}
    )
    for option in OPTIONS:
        tagged = next((name for name in option.names if name in ours), None)
        if option.name in body:
            yield _Given(option, Origin.BODY, body[option.name])
        elif tagged is not None:
            yield _Given(option, Origin.TAG, ours[tagged])
        elif profile is not None and option.name in profile.choices:
            yield _Given(option, Origin.PROFILE, profile.choices[option.name])


def _read(option: Option, raw: Any) -> Any | None:
    try:
        return option.read(raw.strip() if isinstance(raw, str) else raw)
    except PydanticCustomError:
        return None


def _option(name: str, prefix: str) -> Option | None:
    """Choices are named as their tags are, with or without the prefix, or in camelCase as in a profile."""
    lowered = name.lower()
    return BY_NAME.get(lowered[len(prefix) :] if _has(name, prefix) else lowered) or BY_JSON_NAME.get(lowered)


def _fitted(options: ProtectionOptions, origins: Mapping[str, Origin]) -> ProtectionOptions:
    """Where recovery points are kept for less than an hour, none can be app-consistent, so that default gives way."""
    if options.recovery_point_minutes < 60 and "app_consistent_minutes" not in origins:
        return options.model_copy(update={"app_consistent_minutes": 0})
    return options


def _has(name: str, prefix: str) -> bool:
    return name.lower().startswith(prefix)


def _malformed(given: _Given, profile: Profile | None) -> Reason:
    option, value = given.option, _shown(written(given.raw))
    if given.origin is Origin.PROFILE and profile is not None:
        return reason(
            "ProfileMalformed", profile=profile.name, choice=option.json_name, value=value, expected=option.expected
        )
    return reason("OverrideMalformed", by=option.place(given.origin), value=value, expected=option.expected)


def _is_abroad(given: _Given, value: object, targets: Sequence[str]) -> bool:
    """An id that a tag or a request names, outside of what the operator allows; a profile is the operator's own."""
    named = isinstance(value, str) and value.startswith("/") and given.origin is not Origin.PROFILE
    return named and not is_allowed(str(value), targets)


def _shown(value: str) -> str:
    return value if len(value) <= _LONGEST_SHOWN else f"{value[:_LONGEST_SHOWN]}..."
