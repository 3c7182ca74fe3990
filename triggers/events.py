"""Event Grid: an event names a VM to look at."""

import os

import azure.functions as func
from azure.durable_functions import Blueprint

from asr.planning.events import vm_of_event
from asr.settings import read_settings
from triggers.asking import ask

bp = Blueprint()


async def on_vm_event(event: func.EventGridEvent, client) -> None:  # type: ignore[no-untyped-def]
    """Ask for a look at the VM that the event is about; every other event ends here, without a call to Azure.

    Event Grid and CloudEvents schema both arrive as an object with `subject` and `get_json()`. An event that is
    malformed is about no VM: to refuse it would only make Event Grid deliver it again, for a day.
    """
    settings = read_settings(os.environ)
    subject, data = event.subject, event.get_json()
    if not (isinstance(subject, str) and isinstance(data, dict)):
        return
    vm_id = vm_of_event(subject, data, settings.subscriptions)
    if vm_id is not None:
        await ask(client, settings, vm_id, cause="event")


bp.event_grid_trigger(arg_name="event")(bp.durable_client_input(client_name="client")(on_vm_event))
