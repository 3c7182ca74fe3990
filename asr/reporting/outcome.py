"""Outcomes and reasons as HTTP shows them. Pure."""

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from asr.codec import decode
from asr.model.outcome import Outcome, Reason
from asr.reasons.render import outcome_sentence, render
from asr.reporting.answers import reasons as answers


def outcome_of(recorded: object, tag_prefix: str) -> answers.Outcome | None:
    """The outcome that was recorded, in words.

    None when none was recorded: of a run that was terminated the task hub keeps the reason for it in the same place.
    """
    if not isinstance(recorded, Mapping):
        return None
    try:
        return outcome_shown(decode(Outcome, recorded), tag_prefix)
    except ValidationError:
        return None


def outcome_shown(outcome: Outcome, tag_prefix: str) -> answers.Outcome:
    """An outcome in words, tags called as they are under the prefix."""
    return answers.Outcome(
        state=outcome.state,
        sentence=outcome_sentence(outcome, tag_prefix),
        reasons=reasons_shown(outcome.reasons, tag_prefix),
        item_id=outcome.item_id,
    )


def reasons_shown(reasons: Iterable[Reason], tag_prefix: str) -> list[answers.Reason]:
    """Reasons in words, in their order."""
    return [answers.Reason.model_validate(render(reason, tag_prefix)) for reason in reasons]
