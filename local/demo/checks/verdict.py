"""The result of a check."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it is as it should be, and what was found."""

    ok: bool
    found: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict under the claim it is about."""

    claim: str
    ok: bool
    found: str

    def __str__(self) -> str:
        return f"{self.claim}: {self.found}"


def equal(found: object, wanted: object) -> Verdict:
    """The verdict on a value that must be another one."""
    return Verdict(found == wanted, str(found) if found == wanted else f"{found}, not {wanted}")


def equal_sets(found: Iterable[str], wanted: Iterable[str]) -> Verdict:
    """The verdict on names or ids in any order and casing; each must be there exactly once."""
    have, want = sorted(found, key=str.lower), sorted(wanted, key=str.lower)
    ok = [text.lower() for text in have] == [text.lower() for text in want]
    return Verdict(ok, _listed(have) if ok else f"{_listed(have)}, not {_listed(want)}")


def all_of[Thing](things: Iterable[Thing], check: Callable[[Thing], Verdict]) -> Verdict:
    """The verdict on things of which each must pass, and there must be some; what is said of several is told once."""
    verdicts = [check(thing) for thing in things]
    told = dict.fromkeys(verdict.found for verdict in verdicts if not verdict.ok) or dict.fromkeys(
        verdict.found for verdict in verdicts
    )
    return Verdict(bool(verdicts) and all(verdict.ok for verdict in verdicts), _listed(told))


def _listed(texts: Iterable[str]) -> str:
    return "; ".join(texts) or "nothing"
