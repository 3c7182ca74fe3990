"""Events that name no VM end in the trigger: nothing is asked, and Event Grid is not made to deliver them again."""

import asyncio
from typing import Any

import azure.functions as func
import pytest

from triggers.events import on_vm_event

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
VM = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
WRITE = {"operationName": "Microsoft.Compute/virtualMachines/write"}


class Recorder:
    """Stands in the place of the task hub's client."""

    def __init__(self) -> None:
        self.signals: list[tuple[str, Any]] = []

    async def signal_entity(self, _: object, operation: str, *, input: Any) -> None:  # noqa: A002 - the SDK's word
        """Record it."""
        self.signals.append((operation, input["vm_id"]))


def event(subject: Any, data: Any) -> func.EventGridEvent:
    """As the worker hands it over."""
    return func.EventGridEvent(
        id="1", data=data, topic="t", subject=subject, event_type="e", event_time=None, data_version="2"
    )


@pytest.mark.parametrize(
    ("subject", "data", "asked"),
    [
        (VM, WRITE, True),
        (VM, None, False),
        (VM, "text", False),
        (VM, [1], False),
        (VM, {"operationName": {}}, False),
        (None, WRITE, False),
        (5, WRITE, False),
        (f"{VM}?x=1", WRITE, False),
        (f"{VM}/../other", WRITE, False),
        ("/" * 100, WRITE, False),
    ],
)
def test_only_an_event_that_names_a_vm_asks(
    subject: Any, data: Any, asked: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever arrives, the function ends well; a malformed event would come back for a day."""
    monkeypatch.setenv("ASR_SUBSCRIPTIONS", SUBSCRIPTION)
    client = Recorder()

    asyncio.run(on_vm_event(event(subject, data), client))

    assert client.signals == ([("look", VM)] if asked else [])
