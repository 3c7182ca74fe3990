"""Events that name no VM, or one that asks for nothing, end in the trigger; none makes Event Grid deliver it again."""

import asyncio
import json
from types import SimpleNamespace
from typing import Any

import pytest

from asr.codec import encode_compact
from asr.gateway.memory import Memory
from asr.model.run import VmState
from asr.planning.lifecycle import asked as asked_of
from asr.planning.naming import vm_key
from tests.unit.planning.requests import converge
from triggers import events
from triggers.events import on_vm_event

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
VM = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
WRITE = {"operationName": "Microsoft.Compute/virtualMachines/write"}


class Recorder:
    """Stands in the place of the task hub's client; the VM's entity has this state."""

    def __init__(self, state: VmState | None = None) -> None:
        self.state = encode_compact(state) if state else None
        self.signals: list[tuple[str, Any]] = []

    async def get_entity(self, _: object, *, include_state: bool) -> Any:
        """The state."""
        return SimpleNamespace(get_typed_state=lambda _: self.state if include_state else None)

    async def get_orchestration_state(self, _: str, **__: object) -> None:
        """It is about to begin."""

    async def signal_entity(self, _: object, operation: str, *, input: Any) -> None:  # noqa: A002 - the SDK's word
        """Record it."""
        self.signals.append((operation, input["request"]))


@pytest.fixture
def tagged(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """What Azure says of the VM's tag, as long as it is asked; the answers that were given are gone."""
    answers = [True]

    async def asks(*_: object) -> bool:
        return answers.pop()

    async def connect() -> SimpleNamespace:
        """Of the session only what was read is of interest."""
        return SimpleNamespace(memory=Memory())

    monkeypatch.setenv("ASR_SUBSCRIPTIONS", SUBSCRIPTION)
    monkeypatch.setattr(events, "asks_for_protection", asks)
    monkeypatch.setattr(events, "connect", connect)
    monkeypatch.setattr(events, "drop_machine", lambda *_: None)
    return answers


def deliver(client: Recorder, subject: Any = VM, data: Any = None, **more: Any) -> None:
    """As the worker hands it over."""
    event = {"id": "e-1", "subject": subject, "data": WRITE if data is None else data, **more}
    asyncio.run(on_vm_event(json.dumps(event), client))


@pytest.mark.parametrize(
    ("subject", "data", "asked"),
    [
        (VM, WRITE, True),
        (VM, "text", False),
        (VM, [1], False),
        (VM, {"operationName": {}}, False),
        (None, WRITE, False),
        (5, WRITE, False),
        ("\ud800", WRITE, False),
        (f"{VM}?x=1", WRITE, False),
        (f"{VM}/../other", WRITE, False),
        ("/" * 100, WRITE, False),
    ],
)
@pytest.mark.usefixtures("tagged")
def test_only_an_event_that_names_a_vm_asks(subject: Any, data: Any, asked: bool) -> None:
    """Whatever arrives, the function ends well; a malformed event would come back for a day."""
    client = Recorder()

    deliver(client, subject, data)

    assert [(operation, request["vm_id"]) for operation, request in client.signals] == ([("ask", VM)] if asked else [])


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize("text", ["", "garbage", "[]", "null", "5", "[" * 100_000])
def test_what_is_no_event_is_acknowledged_and_logged(text: str, caplog: pytest.LogCaptureFixture) -> None:
    """It would be no other one the next time."""
    client = Recorder()

    asyncio.run(on_vm_event(text, client))

    assert client.signals == []
    assert json.loads(caplog.messages[-1])["event"] == "poison"


@pytest.mark.usefixtures("tagged")
@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"eventTime": "2026-11-22T10:00:00Z"}, "2026-11-22T10:00:00Z"),
        ({"time": "2026-11-22T10:00:00.1234567Z", "specversion": "1.0"}, "2026-11-22T10:00:00.1234567Z"),
        ({"eventTime": "garbage"}, None),
        ({"eventTime": 5}, None),
        ({"id": ["\ud800"]}, None),
        ({"id": "\ud800"}, None),
    ],
)
def test_what_an_event_says_of_itself_is_kept_as_far_as_it_can_be(given: dict[str, Any], kept: str | None) -> None:
    """In Event Grid's schema and in CloudEvents': a time that is none costs only itself."""
    client = Recorder()

    deliver(client, **given)

    ((_, request),) = client.signals
    assert (request["cause"], request["requested_by"]) == ("event", {"name": "event", "verified": True})
    assert request["event"].get("at") == kept
    assert request["event"]["operation"] == WRITE["operationName"]


def test_an_untagged_vm_leaves_no_trace_unless_something_is_known_of_it(tagged: list[bool]) -> None:
    """Its entity is asked first; if that knows something, Azure is not."""
    tagged[:] = [False]
    stranger = Recorder()
    deliver(stranger)
    assert (stranger.signals, tagged) == ([], [])

    known, _ = asked_of(VmState(VM), converge("a"), vm_key(VM))
    acquaintance = Recorder(known)
    deliver(acquaintance)
    assert len(acquaintance.signals) == 1
