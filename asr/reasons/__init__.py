"""Reasons by code: `reason` makes one of its facts, `asr.reasons.render` words it at the edge."""

from collections.abc import Mapping, Sequence
from typing import Any

from asr.model.outcome import Reason
from asr.reasons.catalogue import SECTIONS
from asr.reasons.known import Known, Severity
from asr.reasons.templates import facts_in

REASONS: Mapping[str, Known] = {known.code: known for table in SECTIONS.values() for known in table}
"""Every code of ours."""

FACTS: Mapping[str, frozenset[str]] = {
    code: facts_in(known.sentence) | facts_in(known.fix) for code, known in REASONS.items()
}
"""The facts that the words of each code tell."""

type Fact = str | int | float | bool | Sequence[Fact] | Mapping[str, Fact] | None
"""What a reason may tell: plain JSON values."""


def reason(code: str, /, *, azure: Mapping[str, str] | None = None, **facts: Fact) -> Reason:
    """The reason of this code with its facts; `azure` is what Azure said, verbatim.

    Raises:
        KeyError: there is no such code, or a fact that its words tell is missing.
    """
    missing = FACTS[code] - facts.keys()
    if missing:
        raise KeyError(code, *sorted(missing))
    return Reason(code, {name: _plain(value) for name, value in facts.items()}, azure)


def of_azure(code: str, said: Mapping[str, str]) -> Reason:
    """A reason under a code of Azure's own, with what it said by the names of `Reason.azure`, if not empty."""
    return Reason(code, azure={"code": code, **{name: words for name, words in said.items() if words}})


def severity(reason_: Reason) -> Severity:
    """How bad it is. Codes of Azure's own are errors, unless Azure itself calls them less."""
    known = REASONS.get(reason_.code)
    if known is not None:
        return known.kind.severity
    level = (reason_.azure or {}).get("level", "").lower()
    return {"warning": Severity.WARNING, "information": Severity.INFO}.get(level, Severity.ERROR)


def blocks(reason_: Reason) -> bool:
    """Whether a VM with this reason cannot be protected now."""
    return severity(reason_) is Severity.ERROR


def same_reason(one: Reason, other: Reason) -> bool:
    """Whether both say the same; what Azure said beside it does not count."""
    return one.code == other.code and one.facts == other.facts and (bool(one.facts) or one.azure == other.azure)


def _plain(value: Fact) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)
        case Mapping():
            return {name: _plain(entry) for name, entry in value.items()}
        case _:
            return [_plain(entry) for entry in value]
