"""Profiles: named sets of choices that a VM's tag refers to. What a profile leaves out is as the portal does it.

A profile may make every choice that a tag may make, under the same name in camelCase. Kinds and ranges of values are
checked here, when the settings are read; names and ids where a profile is used, so that one wrong name does not stop
the VMs of other profiles.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import PydanticCustomError

from asr.choices.drills import DrillChoice, drill_problems, drill_schema, read_drill
from asr.choices.option import WRONG_KIND, camel
from asr.choices.options import BY_JSON_NAME, OPTIONS, ProtectionOptions

DRILL = "drill"
"""What a profile says of drills; no tag says so."""

MOST_NAME = 256
"""The longest value of a tag, and so the longest name of a profile."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The choices of one profile, each as it was written, by the name of its tag (docs/choices.md).

    What is not among them is decided by default or by rule. `drill` is no choice of a VM's; None: only by request.
    """

    name: str
    choices: Mapping[str, Any] = field(default_factory=dict)
    drill: DrillChoice | None = None


def read_profiles(text: str) -> Mapping[str, Profile]:
    """The profiles written as a JSON object of name to choices. Names are compared in lower case.

    Raises:
        ValueError: the text is not JSON or a choice is out of range; every problem is named with its field. No value is
            shown: health does not repeat what settings hold.
    """
    bodies = _object(text)
    problems = [*_misnamed(bodies), *(problem for name, body in bodies.items() for problem in _wrong(name, body))]
    if problems:
        raise ValueError("; ".join(problems))
    return {name.lower(): _profile(name.lower(), body) for name, body in bodies.items()}


def _profile(name: str, body: Mapping[str, Any]) -> Profile:
    drill = body.get(DRILL)
    return Profile(name, _choices(body), read_drill(drill) if drill is not None else None)


def _object(text: str) -> dict[str, Any]:
    try:
        bodies = json.loads(text, object_pairs_hook=_once)
    except (json.JSONDecodeError, RecursionError) as error:
        message = f"Invalid JSON: {error}"
        raise ValueError(message) from None
    if not isinstance(bodies, dict):
        message = "profiles: is no JSON object of name to choices"
        raise ValueError(message)
    return bodies


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        message = f"{twice!r} is given twice"
        raise ValueError(message)
    return dict(pairs)


def _wrong(name: str, body: object) -> Iterator[str]:
    if not isinstance(body, dict):
        yield f"{name}: is no JSON object of choices"
        return
    seen: set[str] = set()
    for written, value in body.items():
        if written == DRILL:
            yield from drill_problems(name, value) if value is not None else ()
            continue
        option = BY_JSON_NAME.get(written.lower())
        known = option is not None and written in map(camel, option.names)
        if option is None or not known or option.name in seen:
            yield f"{name}.{written}: is no choice, or is given twice; docs/choices.md lists them"
            continue
        seen.add(option.name)
        try:
            option.read(value)
        except PydanticCustomError as error:
            if error.type == WRONG_KIND:
                yield f"{name}.{written}: {error.message()}; use {option.expected}"
    yield from _frequency(name, _choices(body))


def _frequency(name: str, choices: Mapping[str, Any]) -> Iterator[str]:
    minutes = choices.get("app-consistent-minutes")
    kept = choices.get("recovery-point-minutes", ProtectionOptions().recovery_point_minutes)
    if isinstance(minutes, int) and isinstance(kept, int) and minutes and not 60 <= minutes <= kept:
        yield f"{name}: appConsistentMinutes is {minutes}; use 0 (none) or 60 to recoveryPointMinutes"


def _choices(body: Mapping[str, Any]) -> dict[str, Any]:
    """What is null is not chosen."""
    given = ((BY_JSON_NAME.get(name.lower()), value) for name, value in body.items())
    return {option.name: value for option, value in given if option is not None and value is not None}


def _misnamed(names: Iterable[str]) -> Iterator[str]:
    """A profile is named by a tag's value, which has words of its own and is compared without case."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in ("true", "false"):
            yield f"{name!r} names no profile: the tag's value true means the default profile, false none; rename it"
        elif name != name.strip() or not 1 <= len(name) <= MOST_NAME:
            yield f"{name!r} cannot be a profile's name: use 1 to {MOST_NAME} characters without outer spaces"
        elif name.lower() in seen:
            yield f"{name!r}: several profiles have this name, which is compared without case; rename one"
        seen.add(name.lower())


def profile_schema() -> dict[str, Any]:
    """The JSON schema of the setting ASR_PROFILES: an object of profile name to choices."""
    properties = {
        camel(name): {**option.schema, "description": f"{option.expected[0].upper()}{option.expected[1:]}."}
        for option in OPTIONS
        for name in option.names
    }
    drill, defs = drill_schema()
    properties[DRILL] = drill
    profile = {
        "title": "A profile of asr-autoprotect",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }
    return {
        "$defs": {"Profile": profile, **defs},
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/Profile"},
    }
