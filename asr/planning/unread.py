"""What could not be checked because the app may not read it: told, and never in the way of anything. Pure."""

from collections.abc import Iterable, Iterator

from asr.model.outcome import Reason
from asr.model.preflight_facts import Unread
from asr.reasons import reason


def not_checked(unread: Iterable[Unread]) -> Iterator[Reason]:
    """A warning for each right that is missing, and for each other refusal, each once."""
    told = set[tuple[str, str]]()
    for one in unread:
        action, scope = one.reason.facts.get("action"), one.reason.facts.get("scope")
        if isinstance(action, str) and isinstance(scope, str):
            if (action, scope) not in told:
                told.add((action, scope))
                yield right_missing(action, scope)
        elif (one.request, "") not in told:
            told.add((one.request, ""))
            yield reason("NotChecked", request=one.request, refusal=one.reason.code)


def right_missing(action: str, scope: str) -> Reason:
    """The warning that the app's identity lacks a right, as known before anything fails for it."""
    return reason("RightMissing", action=action, scope=scope)


def refusal_told(refusal: Reason) -> str:
    """A refusal in few words: its code, and the right that is missing if that is why."""
    action = refusal.facts.get("action")
    return f"{refusal.code}, the app's identity may not perform {action}" if action else refusal.code
