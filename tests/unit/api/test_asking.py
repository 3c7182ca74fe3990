"""A run that was terminated or purged never reports: whoever asks about its VM finds that out."""

import asyncio
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from durabletask.client import OrchestrationStatus

from asr.codec import encode
from asr.planning.lifecycle import Look, Watch, asked, finished
from asr.planning.naming import vm_key
from triggers.asking import SCHEDULING_TIME, entity_of, read_released

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
KEY = vm_key(VM)
ACTIVE, _ = asked(Watch(VM), Look(VM, "event", {}), KEY)
REPORTED, _ = finished(ACTIVE, f"{KEY}-1", {"state": "enabling"}, KEY)


class Hub:
    """Stands in the place of the task hub's client: answers with these watches in turn, and records signals."""

    def __init__(self, *watches: Watch, status: OrchestrationStatus | None, age: timedelta = timedelta(0)) -> None:
        self.watches = list(watches)
        self.status = status
        self.changed = datetime.now(UTC) - age
        self.signals: list[tuple[str, Any]] = []

    async def get_entity(self, _: object, *, include_state: bool) -> Any:
        """The next watch as an entity's state."""
        assert include_state
        state = encode(self.watches.pop(0))
        return SimpleNamespace(id=entity_of(VM), last_modified=self.changed, get_typed_state=lambda _: state)

    async def get_orchestration_state(self, _: str, **__: object) -> Any:
        """The run's."""
        return self.status and SimpleNamespace(runtime_status=self.status)

    async def signal_entity(self, _: object, operation: str, *, input: Any) -> None:  # noqa: A002 - the SDK's word
        """Record it."""
        self.signals.append((operation, input["run"]))


def released(hub: Hub) -> Watch:
    """What a caller is told."""
    watch = asyncio.run(read_released(hub, VM))  # type: ignore[arg-type]
    assert watch is not None
    return watch


@pytest.mark.parametrize(
    ("status", "age"),
    [
        (OrchestrationStatus.TERMINATED, timedelta(0)),
        (OrchestrationStatus.FAILED, timedelta(0)),
        (None, SCHEDULING_TIME * 2),
    ],
)
def test_a_run_that_ended_without_a_report_is_given_up(status: OrchestrationStatus | None, age: timedelta) -> None:
    """The entity is told, and the caller sees what it will say in a moment: no active run, and a reason."""
    hub = Hub(ACTIVE, ACTIVE, status=status, age=age)

    watch = released(hub)

    assert hub.signals == [("given_up", f"{KEY}-1")]
    assert watch.active is None
    assert [reason["code"] for reason in (watch.last or {})["reasons"]] == ["RunEndedWithoutReport"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("status", [OrchestrationStatus.RUNNING, OrchestrationStatus.SUSPENDED, None])
def test_a_run_that_goes_on_or_is_about_to_begin_is_left_alone(status: OrchestrationStatus | None) -> None:
    """A run that its entity has scheduled a moment ago need not exist yet."""
    hub = Hub(ACTIVE, status=status)

    assert released(hub) == ACTIVE
    assert hub.signals == []


def test_a_run_that_reports_between_two_looks_is_believed() -> None:
    """It was active at the first look and had completed at the second: its outcome stands."""
    hub = Hub(ACTIVE, REPORTED, status=OrchestrationStatus.COMPLETED)

    assert released(hub) == REPORTED
    assert hub.signals == []
