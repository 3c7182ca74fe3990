"""What all reads of Site Recovery have in common."""

from asr.errors import Rejected
from asr.gateway.resources import is_absence

_NEVER_USED = "SubscriptionIdNotRegisteredWithSrs"
"""What a vault that has never held anything of Site Recovery answers, with 400, about anything in it by name."""


def is_absent(error: Rejected) -> bool:
    """Whether a refused read means that there is no such thing in the vault."""
    return is_absence(error) or (error.status == 400 and error.reason.code == _NEVER_USED)
