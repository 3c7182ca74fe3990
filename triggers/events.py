"""Event Grid: an event names a VM that may need a run."""

import json
import logging
import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from opentelemetry import metrics

from asr.gateway.session import connect
from asr.model.resource_id import parse
from asr.model.run import CONVERGE, Cause, EventRef, RequestedBy
from asr.planning.events import CLASSIC_TYPE, vm_of_event
from asr.services.asked_for import asks_for_protection
from asr.services.decide import drop_machine
from asr.settings import read_settings
from triggers.asking import ask, find_ended, new_request, read_state
from triggers.event_times import note_event

_LOG = logging.getLogger(__name__)

_POISON = metrics.get_meter("asr_autoprotect").create_counter(
    "asr.events.poison", description="Events that could not be understood; they are acknowledged and do nothing."
)

_LONGEST_SHOWN = 128
"""Characters of what an event says of itself that are kept."""


class _Poison(Exception):
    """The event cannot be understood."""


async def on_vm_event(event: str, client) -> None:  # type: ignore[no-untyped-def]
    """Ask for a run about the VM that the event names; every other event ends here, without a call to Azure.

    A VM that does not ask for protection, and that nobody ever asked about, ends here too: it is read once, and leaves
    no trace. The event arrives as text, for the Functions library itself fails on one whose time is none; an event that
    cannot be understood is acknowledged, or Event Grid would deliver it again for a day.
    """
    note_event()
    settings = read_settings(os.environ)
    try:
        subject, data, about = _understood(event)
        vm_id = vm_of_event(subject, data, settings.subscriptions)
    except _Poison as poison:
        _POISON.add(1)
        _LOG.warning(json.dumps({"event": "poison", "problem": str(poison)}))
        return
    if vm_id is None:
        return
    state = await read_state(client, vm_id)
    if state is not None:
        drop_machine(await connect(), vm_id)
    elif not await _asks(vm_id, _time(about.at)):
        return
    by_event = RequestedBy("event", verified=True)
    request = await new_request(settings, CONVERGE, uuid.uuid4().hex, vm_id, by_event, Cause.EVENT, event=about)
    await ask(client, request, await find_ended(client, settings, state))


async def _asks(vm_id: str, happened: datetime | None) -> bool:
    """Whether the VM asks for protection. What is refused by its id alone is not read: somebody has to be told."""
    return parse(vm_id).is_type(CLASSIC_TYPE) or await asks_for_protection(await connect(), vm_id, happened)


def _understood(event: str) -> tuple[str, dict[str, Any], EventRef]:
    """Subject, data, and what the event says of itself; in Event Grid's schema or CloudEvents'.

    Raises:
        _Poison: it is neither.
    """
    try:
        body = json.loads(event)
    except (TypeError, ValueError, RecursionError):
        message = "it is no JSON"
        raise _Poison(message) from None
    subject, data = (body.get("subject"), body.get("data")) if isinstance(body, dict) else (None, None)
    if not isinstance(subject, str) or not isinstance(data, dict) or _clean(subject) != subject:
        message = "it has no subject, or no data"
        raise _Poison(message)
    at = body.get("eventTime", body.get("time"))
    if at is not None and _time(at) is None:
        _POISON.add(1)
        _LOG.warning(json.dumps({"event": "odd", "problem": "its time is none"}))
        at = None
    return subject, data, EventRef(_shown(body, "id"), _shown(data, "operationName"), at)


def _shown(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return _clean(value[:_LONGEST_SHOWN]) if isinstance(value, str) else ""


def _clean(text: str) -> str:
    """JSON can hold halves of characters, which nothing else takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _time(text: object) -> datetime | None:
    """The time that an event tells, in UTC; None if it is none."""
    try:
        time = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return time if time is None or time.tzinfo else time.replace(tzinfo=UTC)
