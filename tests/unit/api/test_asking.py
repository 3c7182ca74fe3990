"""A run that was terminated or purged never reports: who asks about its VM finds it out; who reads changes nothing."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from durabletask.client import OrchestrationStatus

from activities.abandoned import release_abandoned
from asr.codec import encode_compact
from asr.model.run import VmState
from asr.planning.lifecycle import SCHEDULING_TIME, Place, asked, began, finished, run_id
from asr.planning.naming import vm_key
from asr.settings import read_settings
from tests.unit.planning.requests import VM, command, converge
from triggers.asking import ask_for_run, entity_of, find_full, find_used, read_shown

SETTINGS = read_settings({"ASR_SUBSCRIPTIONS": "00000000-0000-0000-0000-000000000001"})
KEY = vm_key(VM)
RUN = run_id(KEY, "a")


def active(age: timedelta = timedelta(0), *, begun: bool = False) -> VmState:
    """A VM whose run was started so long ago."""
    state, _ = asked(VmState(VM), converge("a", at=(datetime.now(UTC) - age).isoformat()), KEY)
    return began(state, RUN)[0] if begun else state


class Hub:
    """Stands in the place of the task hub's client: answers with these states in turn, and records signals.

    `instances` are the runs that exist, with their status.
    """

    def __init__(self, *states: VmState | None, **instances: OrchestrationStatus) -> None:
        self.states = list(states)
        self.instances = instances
        self.signals: list[tuple[str, Any]] = []

    async def get_entity(self, _: object, *, include_state: bool) -> Any:
        """The next state; the last one stays."""
        assert include_state
        return self._entity(self.states.pop(0) if len(self.states) > 1 else self.states[0])

    async def get_all_entities(self, _: object) -> list[Any]:
        """The one."""
        return [self._entity(self.states[0])]

    async def get_orchestration_state(self, run: str, **__: object) -> Any:
        """The run's."""
        status = self.instances.get(run)
        return status and SimpleNamespace(runtime_status=status)

    async def get_all_orchestration_states(self, _: object) -> list[Any]:
        """Those that go on."""
        goes_on = (OrchestrationStatus.RUNNING, OrchestrationStatus.SUSPENDED)
        return [SimpleNamespace(instance_id=run) for run, status in self.instances.items() if status in goes_on]

    async def signal_entity(self, _: object, operation: str, *, input: Any) -> None:  # noqa: A002 - the SDK's word
        """Record it."""
        self.signals.append((operation, input))

    def _entity(self, state: VmState | None) -> Any:
        kept = encode_compact(state) if state else None
        return SimpleNamespace(id=entity_of(VM), get_typed_state=lambda _: kept)


ENDED = [
    (OrchestrationStatus.TERMINATED, active()),
    (OrchestrationStatus.FAILED, active(begun=True)),
    (None, active(begun=True)),
    (None, active(SCHEDULING_TIME * 2)),
]


@pytest.mark.parametrize(("status", "state"), ENDED)
def test_a_run_that_ended_without_a_report_is_shown_so_and_nobody_is_told(
    status: OrchestrationStatus | None, state: VmState
) -> None:
    """Terminated, or purged: no active run, and a reason. Who only reads changes nothing."""
    hub = Hub(state, **({RUN: status} if status else {}))

    shown = asyncio.run(read_shown(hub, SETTINGS, VM))  # type: ignore[arg-type]

    assert shown is not None
    assert (shown.active, shown.runs[-1].codes) == (None, ("RunEndedWithoutReport",))
    assert hub.signals == []


async def keep(state: VmState, run: str) -> None:
    """Before the VM is freed, while its state still tells of the run."""
    assert state.active is not None
    assert state.active.run == run


@pytest.mark.parametrize(("status", "state"), ENDED)
def test_a_sweep_and_a_command_find_it(status: OrchestrationStatus | None, state: VmState) -> None:
    """The entity is told which run it was, so that a report which came in between counts."""
    instances = {RUN: status} if status else {}
    hub = Hub(state, **instances)
    (released,) = asyncio.run(release_abandoned(hub, SETTINGS, [encode_compact(state)], keep)).values()  # type: ignore[arg-type]
    ((operation, told),) = hub.signals
    assert (operation, told["run"]) == ("abandon", RUN)
    assert (released.active, released.runs[-1].codes) == (None, ("RunEndedWithoutReport",))

    taken, _ = asked(VmState(VM), command("b"), KEY)
    hub = Hub(state, taken, **instances)
    accepted = asyncio.run(ask_for_run(hub, SETTINGS, command("b")))  # type: ignore[arg-type]
    assert [(operation, told["ended"]) for operation, told in hub.signals] == [("ask", RUN)]
    assert accepted.place == Place(0)


@pytest.mark.parametrize("status", [OrchestrationStatus.RUNNING, OrchestrationStatus.SUSPENDED, None])
def test_a_run_that_goes_on_or_is_about_to_begin_is_left_alone(status: OrchestrationStatus | None) -> None:
    """A run that its entity has scheduled a moment ago need not exist yet."""
    state = active()
    hub = Hub(state, **({RUN: status} if status else {}))

    kept = encode_compact(state)
    assert asyncio.run(release_abandoned(hub, SETTINGS, [kept], keep)).get(VM, state) == state  # type: ignore[arg-type]
    assert asyncio.run(read_shown(hub, SETTINGS, VM)) == state  # type: ignore[arg-type]
    assert hub.signals == []


def test_a_run_that_reports_between_two_reads_is_believed() -> None:
    """It was active at the first look and had completed at the second: its outcome stands."""
    reported, _ = finished(active(), RUN, {"state": "enabling"}, active().runs[0].first, KEY)
    hub = Hub(active(), reported, **{RUN: OrchestrationStatus.COMPLETED})

    assert asyncio.run(read_shown(hub, SETTINGS, VM)) == reported  # type: ignore[arg-type]


@pytest.mark.parametrize("remembered", [True, False])
def test_a_command_that_was_posted_before_is_not_asked_for_again(remembered: bool) -> None:
    """By the entity's memory, or by the run itself when the entity has forgotten its VM."""
    known, _ = asked(VmState(VM), command("a"), KEY)
    hub = Hub(known) if remembered else Hub(None, **{RUN: OrchestrationStatus.COMPLETED})

    accepted = asyncio.run(ask_for_run(hub, SETTINGS, command("a")))  # type: ignore[arg-type]

    assert (accepted.run, accepted.place, hub.signals) == (RUN, Place(0), [])


def test_a_request_id_is_one_commands_alone() -> None:
    """A commit under a failover's id would be answered by the failover; so would one while that waits."""
    known, _ = asked(VmState(VM), command("a"), KEY)
    queued, _ = asked(known, command("b"), KEY)
    hub = Hub(queued)
    for request_id in ("a", "b"):
        other = replace(command(request_id), kind="commit_failover")
        assert asyncio.run(find_used(hub, [other])) == {VM: command("a").kind}  # type: ignore[arg-type]
        assert asyncio.run(find_used(hub, [command(request_id)])) == {}  # type: ignore[arg-type]
    assert asyncio.run(find_used(hub, [command("c")])) == {}  # type: ignore[arg-type]
    assert asyncio.run(find_used(Hub(None), [command("c")])) == {}  # type: ignore[arg-type]


def test_a_full_queue_is_known_before_anything_is_asked() -> None:
    """But for a command that is in it; and a run that was found ended makes a place."""
    state = active()
    for number in range(8):
        state, _ = asked(state, command(str(number)), KEY)
    running = {RUN: OrchestrationStatus.RUNNING}
    requests = [command("0"), command("one more")]

    assert asyncio.run(find_full(Hub(state, **running), SETTINGS, requests)) == [VM]  # type: ignore[arg-type]
    assert asyncio.run(find_full(Hub(state, **running), SETTINGS, requests[:1])) == []  # type: ignore[arg-type]
    ended = {RUN: OrchestrationStatus.TERMINATED}
    assert asyncio.run(find_full(Hub(state, **ended), SETTINGS, requests)) == []  # type: ignore[arg-type]
