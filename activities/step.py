"""What every activity has in common: expected results are values, only what a retry can cure is raised."""

import functools
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from asr.codec import encode_compact
from asr.errors import Rejected, Throttled, TransientFault
from asr.gateway.answers import ids_understood
from asr.gateway.urgency import urgency_of, with_urgency
from asr.model.step import Ended, Failed, Ready, Step, Wait
from asr.planning.outcomes import internal_defect

_LOG = logging.getLogger(__name__)

type Answer = Step | Ended | dict[str, Any]

type Activity = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


def as_step(body: Callable[[dict[str, Any]], Awaitable[Answer]]) -> Activity:
    """Make an activity of a body that answers a `Step`, or a plain dict that says `status` itself.

    Throttling becomes `wait`, a refusal of Azure `failed`. A transient fault is raised on, for the retry policy. What
    nobody expected becomes `failed` too: trying a defect again does not mend it.
    """

    @functools.wraps(body)
    async def activity(request: dict) -> dict:
        try:
            with with_urgency(urgency_of(body.__name__)), ids_understood(body.__name__):
                answer = await body(request)
        except Throttled as fault:
            answer = Wait(fault.after_seconds, because=str(fault))
        except TransientFault:
            raise
        except Rejected as refusal:
            answer = Failed((refusal.reason,))
        except Exception as defect:  # noqa: BLE001 - the boundary: a defect must become an outcome, not a retry
            _LOG.exception("%s ended unexpectedly", body.__name__)
            answer = Failed((internal_defect(body.__name__, type(defect).__name__),))
        if isinstance(answer, Ready | Wait | Ended | Failed):
            return {**encode_compact(answer), "status": answer.status}
        return answer

    return activity


def as_steps(*bodies: Callable[[dict[str, Any]], Awaitable[Answer]]) -> Mapping[str, Activity]:
    """Each of the bodies as an activity of its name."""
    return {body.__name__: as_step(body) for body in bodies}
