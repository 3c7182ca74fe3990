"""What is wrong with the choices of a request, before anything is started because of it. Pure.

What depends on the VM, its tags, the profile or Azure is not checked here: the run does, and refuses with its reasons.
"""

from collections.abc import Iterator, Mapping

from asr.choices.profiles import Profile
from asr.choices.tags import Asked, read_request, unknown_overrides
from asr.model.outcome import Reason

_OF_ONE = frozenset({"OverrideMalformed", "TargetNotAllowed"})
"""What is wrong with a value whatever else is chosen."""

_EMPTY = Profile("request")


def choice_problems(
    asked: Asked, prefix: str, profiles: Mapping[str, Profile], targets: tuple[str, ...]
) -> Iterator[tuple[str, Reason]]:
    """Field and reason of each mistake: a profile or choice that is unknown, given twice or malformed.

    `profiles` are keyed by lower-case name, `targets` the scopes that a request may lead to.
    """
    if asked.profile is not None:
        name = asked.profile.strip().lower()
        known = {**dict.fromkeys(profiles, _EMPTY), "true": _EMPTY, "false": _EMPTY}
        unknown = read_request({}, prefix, known, "true", Asked(name), targets).problems
        yield from (("profile", problem) for problem in unknown)
    unknown_names = False
    for name, value in asked.overrides.items():
        wrong = tuple(unknown_overrides({name: value}, prefix))
        unknown_names = unknown_names or bool(wrong)
        read = read_request({}, prefix, {"true": _EMPTY}, "true", Asked(None, {name: value}), targets)
        yield from (
            (f"overrides.{name}", one) for one in (*wrong, *(one for one in read.problems if one.code in _OF_ONE))
        )
    if not unknown_names:
        yield from (("overrides", problem) for problem in unknown_overrides(asked.overrides, prefix))
