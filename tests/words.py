"""Reasons in words, for tests that read what people read."""

from asr.model.choices import DEFAULT_PREFIX
from asr.model.outcome import Outcome, Reason
from asr.reasons.render import outcome_sentence, render


def sentence(reason: Reason, prefix: str = DEFAULT_PREFIX) -> str:
    """What is the case."""
    return render(reason, prefix)["sentence"]


def fix(reason: Reason, prefix: str = DEFAULT_PREFIX) -> str:
    """What to do."""
    return render(reason, prefix)["fix"]


def told(outcome: Outcome, prefix: str = DEFAULT_PREFIX) -> str:
    """What happened."""
    return outcome_sentence(outcome, prefix)
