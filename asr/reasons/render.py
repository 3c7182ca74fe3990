"""The edge: reasons and outcomes in words. Nothing that is recorded holds what is made here."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict

from asr.model.outcome import Outcome, Reason, State
from asr.reasons import FACTS, REASONS, blocks, severity
from asr.reasons.templates import facts_in, filled

ANY_FIX = "See Azure's message; mend what it names, then start the run again."
"""What to do about an error of Azure that names no action itself."""


class Rendered(TypedDict):
    """A reason in words. `severity` is `error`, `warning` or `info`; `azure` is what Azure said, if it did.

    `command` mends it in a shell, if one command can; `$VM` is the VM's id there, and `$NAME` its name.
    """

    code: str
    severity: str
    sentence: str
    fix: str
    command: NotRequired[str]
    azure: NotRequired[dict[str, str]]


def render(reason: Reason, tag_prefix: str) -> Rendered:
    """The reason in words, tags called as they are under this prefix.

    A code of Azure's own speaks in Azure's words, and so does one of ours whose facts Azure's message did not tell.
    """
    said = dict(reason.azure or {})
    known = REASONS.get(reason.code)
    if known is None or FACTS[reason.code] - reason.facts.keys():
        sentence = said.get("message") or f"Azure answered {reason.code} and no more."
        fix = said.get("recommendedAction") or ANY_FIX
    else:
        sentence, fix = (filled(text, reason.facts, tag_prefix) for text in (known.sentence, known.fix))
    words = Rendered(code=reason.code, severity=severity(reason).value, sentence=sentence, fix=fix)
    if command := _command(reason, tag_prefix):
        words["command"] = command
    if said:
        words["azure"] = said
    return words


def _command(reason: Reason, tag_prefix: str) -> str:
    """The command that mends it; none where a fact that it takes is not known, as in what was recorded earlier."""
    known = REASONS.get(reason.code)
    if known is None or any(reason.facts.get(fact) is None for fact in facts_in(known.command)):
        return ""
    return filled(known.command, reason.facts, tag_prefix)


_ALWAYS: Mapping[State, str] = {
    State.GONE: "The VM does not exist.",
    State.SUPERSEDED: "The run was found ended before it began; it has done nothing.",
    State.UNPROTECTED: "The protection has ended.",
}
"""What is said of an outcome whatever its reasons are."""


def outcome_sentence(outcome: Outcome, tag_prefix: str) -> str:
    """What happened, in a sentence: by the state, the protected item, or the reasons that stand against the VM."""
    if "failover" in outcome.facts:
        return failover_sentence(outcome.facts["failover"])
    return _sentence(outcome, tag_prefix)


def _sentence(outcome: Outcome, tag_prefix: str) -> str:
    against = " ".join(render(one, tag_prefix)["sentence"] for one in outcome.reasons if blocks(one))
    item = progress(outcome.facts["item"]) if "item" in outcome.facts else ""
    match outcome.state:
        case State.GONE | State.SUPERSEDED:
            return _ALWAYS[outcome.state]
        case State.NOT_REQUESTED:
            return f"No tag asks for protection{'; the VM is left as it is: ' + item if item else '.'}"
        case State.UNPROTECTED | State.GRACE | State.WAITING:
            begin = _ALWAYS.get(outcome.state, "")
            return " ".join((begin, *(render(one, tag_prefix)["sentence"] for one in outcome.reasons))).strip()
        case State.FAILED if "step" in outcome.facts:
            return f"{outcome.facts['step']} failed: {against}"
        case State.ENABLING if not item:
            return "Replication is enabled; initial replication is under way."
        case _:
            return item or against


_DONE: Mapping[str, str] = {
    "test_failover": "A test VM runs beside the protected one",
    "clean_up_test": "The test VM is taken down",
    "planned_failover": "The VM was failed over, its source shut down first; the failover is not committed yet",
    "unplanned_failover": "The VM was failed over; the failover is not committed yet",
    "change_recovery_point": "The VM that was failed over was started from another recovery point",
    "cancel_failover": "The failover was taken back",
    "commit_failover": "The failover is committed; the VM is not protected until it is reprotected",
    "reprotect": "The VM replicates the other way; it can be failed over when initial replication has ended",
    "remove_left_vm": "What the fail-back left on the recovery side is deleted",
    "fail_back": "The VM was failed over to where it came from; the failover is not committed yet",
}
"""What an action of a failover has left, by its kind."""


def failover_sentence(done: Mapping[str, Any]) -> str:
    """What was done in a failover: which VM came up, from which recovery point, and what that lost."""
    parts = [_DONE.get(str(done.get("action")), "The failover's step was carried out")]
    if "vm" in done:
        parts.append(f"VM {done['vm']}")
    if "point" in done:
        lost = f", {done['lost_seconds']} s before the step began" if "lost_seconds" in done else ""
        parts.append(f"from the recovery point of {done['point']}{lost}")
    if "source_power" in done:
        stopped = "has stopped" if done.get("source_stopped") else "has not stopped"
        parts.append(f"the source {stopped}: it is {done['source_power']}")
    return f"{'; '.join(parts)}."


def progress(item: Mapping[str, Any]) -> str:
    """How a protected item stands (see `asr.planning.states.item_facts`): Azure's figures, and none of our own."""
    words, rpo = item["description"] or item["state"], item.get("rpo_seconds")
    if "health" in item:
        point = "no recovery point measured yet" if rpo is None else f"RPO {rpo} s"
        return f"{words}; replication health {item['health']}, {point}."
    share = "" if item.get("percent") is None else f", {item['percent']} %"
    return f"{words} ({item['state']}{share})."
