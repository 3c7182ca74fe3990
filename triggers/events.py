"""Event Grid: an event names a VM that may need a run."""

import json
import logging
import os
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from azure.durable_functions import DurableFunctionsClient

from activities.ended_runs import find_ended
from asr.gateway.session import connect
from asr.model.resource_id import parse, same
from asr.model.run import CONVERGE, Cause, EventRef, RequestedBy
from asr.planning.events import (
    CLASSIC_TYPE,
    item_of_event,
    principal_of_event,
    vault_of_event,
    vm_of_event,
)
from asr.planning.lifecycle import has_seen
from asr.services.asked_for import asks_for_protection
from asr.services.decide import drop_machine
from asr.services.noticed import is_our_own, vm_of_item
from asr.settings import Settings, read_settings
from asr.telemetry.names import POISON, VM
from asr.telemetry.signals import tell
from asr.telemetry.tracing import mention
from triggers.asking import ask, new_request, read_state, read_states
from triggers.event_times import note_event
from triggers.schedule import has_swept_since, sweep_now

_LOG = logging.getLogger(__name__)

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
        tell(POISON)
        _LOG.warning(json.dumps({"event": "poison", "problem": str(poison)}))
        return
    if vm_id is None:
        vm_id = await _noticed(client, settings, subject, data, about)
    if vm_id is None:
        return
    mention(VM, vm_id)
    state = await read_state(client, vm_id)
    if item_of_event(subject, data, settings.subscriptions) and has_seen(state, _time(about.at)):
        return
    if state is not None:
        drop_machine(await connect(), vm_id)
    elif not await _asks(vm_id, _time(about.at)):
        return
    by_event = RequestedBy("event", verified=True)
    request = await new_request(settings, CONVERGE, uuid.uuid4().hex, vm_id, by_event, Cause.EVENT, event=about)
    await ask(client, request, await find_ended(client, settings, state))


async def _noticed(
    client: DurableFunctionsClient, settings: Settings, subject: str, data: dict[str, Any], about: EventRef
) -> str | None:
    """The VM whose protected item somebody else has acted on. What was written is swept instead, like a vault's change:
    a sweep counts how often somebody sets the same thing back, so that nobody fights over it.

    What the app itself did needs no notice: an event of it costs no request and no run.
    """
    item = item_of_event(subject, data, settings.subscriptions)
    vault = vault_of_event(subject, data, settings.subscriptions)
    if item is None and vault is None:
        return None
    azure = await connect()
    if await is_our_own(azure, principal_of_event(data)):
        return None
    if item is not None and not about.operation.lower().endswith("/write"):
        return await vm_of_item(azure, item) or await _remembering(client, item)
    happened = _time(about.at)
    if happened is None or not await has_swept_since(client, settings, happened):
        await sweep_now(client, settings, RequestedBy("event", verified=True))
    return None


async def _remembering(client: DurableFunctionsClient, item: str) -> str | None:
    """The VM whose runs have seen this item, which is gone now and was in no snapshot."""
    states = await read_states(client, None)
    return next((state.vm_id for state in states.values() if same(state.item_id, item)), None)


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
        tell(POISON)
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
