"""Outcomes and reasons as HTTP shows them. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from asr.codec import decode
from asr.model.outcome import Outcome, Reason, State
from asr.planning.fleet_state import FleetState
from asr.reasons.render import outcome_sentence, render
from asr.reporting.answers import reasons as answers

_STANDS: Mapping[State, FleetState] = {
    State.PROTECTED: FleetState.PROTECTED,
    State.ALREADY_PROTECTED: FleetState.PROTECTED,
    State.ENABLING: FleetState.ENABLING,
    State.FAILED_OVER: FleetState.FAILED_OVER,
    State.REFUSED: FleetState.REFUSED,
    State.FAILED: FleetState.FAILED,
    State.GRACE: FleetState.GRACE,
    State.WAITING: FleetState.WAITING,
    State.UNPROTECTED: FleetState.UNPROTECTED,
}


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


def stands(outcome: Outcome | answers.Outcome) -> FleetState:
    """How a VM stands whose run ended so, as far as the run alone tells."""
    return _STANDS.get(outcome.state, FleetState.NOT_REQUESTED)


def output_shown(recorded: Any, tag_prefix: str) -> Any:
    """What a run answered: an outcome or reasons in words, whatever else as it is, by the names that the API uses."""
    match recorded:
        case {"state": _, "reasons": _} if outcome := outcome_of(recorded, tag_prefix):
            return outcome.model_dump(mode="json", by_alias=True)
        case {"code": str(), "facts": _}:
            [reason] = reasons_shown([decode(Reason, recorded)], tag_prefix)
            return reason.model_dump(mode="json", by_alias=True)
        case dict():
            return {to_camel(str(name)): output_shown(value, tag_prefix) for name, value in recorded.items()}
        case list():
            return [output_shown(value, tag_prefix) for value in recorded]
    return recorded


def reasons_shown(reasons: Iterable[Reason], tag_prefix: str) -> list[answers.Reason]:
    """Reasons in words, in their order."""
    return [answers.Reason.model_validate(render(reason, tag_prefix)) for reason in reasons]
