"""An outcome as HTTP shows it. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from asr.codec import decode
from asr.model.outcome import Outcome, Reason
from asr.reasons.render import Rendered, outcome_sentence, render


def outcome_of(recorded: object, tag_prefix: str) -> dict[str, Any] | None:
    """The outcome that was recorded, in words and by the names that the API uses.

    None when none was recorded: of a run that was terminated the task hub keeps the reason for it in the same place.
    """
    if not isinstance(recorded, Mapping):
        return None
    try:
        return outcome_shown(decode(Outcome, recorded), tag_prefix)
    except ValidationError:
        return None


def outcome_shown(outcome: Outcome, tag_prefix: str) -> dict[str, Any]:
    """An outcome in words, tags called as they are under the prefix."""
    return {
        "state": outcome.state.value,
        "sentence": outcome_sentence(outcome, tag_prefix),
        "reasons": reasons_shown(outcome.reasons, tag_prefix),
        "itemId": outcome.item_id,
    }


def reasons_shown(reasons: Iterable[Reason], tag_prefix: str) -> list[Rendered]:
    """Reasons in words, in their order."""
    return [render(reason, tag_prefix) for reason in reasons]
