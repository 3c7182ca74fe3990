"""The timer starts a sweep, or joins the one that runs."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import azure.functions as func
import pytest
from durabletask.client import OrchestrationStatus

from asr.gateway.session import connect
from asr.model.specs import EnableSpec
from asr.services.run_plans import keep_run_plan, runs_with_plans
from triggers.schedule import sweep_timer

LAST = SimpleNamespace(created_at=datetime(2025, 1, 1, tzinfo=UTC), runtime_status=OrchestrationStatus.COMPLETED)
NEXT = SimpleNamespace(created_at=LAST.created_at + timedelta(minutes=5), runtime_status=OrchestrationStatus.RUNNING)


class Hub:
    """Stands in the place of the task hub's client: nobody is watched, nothing runs; calls are recorded."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    async def get_all_entities(self, _: object) -> list[Any]:
        """None."""
        return []

    async def get_orchestration_state(self, _: str, **__: object) -> Any:
        """None."""

    async def get_all_orchestration_states(self, _: object) -> list[Any]:
        """None."""
        return []

    async def schedule_new_orchestration(self, name: str, **_: object) -> None:
        """Record it."""
        self.calls.append(("schedule", name))


class Contested(Hub):
    """The sweep is another one at each look; to start one is refused, for it is there."""

    def __init__(self, *looks: SimpleNamespace | None) -> None:
        super().__init__()
        self._looks = list(looks)

    async def get_orchestration_state(self, _: str, **__: object) -> Any:
        """The next look."""
        return self._looks.pop(0)

    async def schedule_new_orchestration(self, name: str, **_: object) -> None:
        """Refuse."""
        raise FileExistsError(name)


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The least that the app needs."""
    monkeypatch.setenv("ASR_STORE", str(tmp_path))
    monkeypatch.setenv("ASR_SUBSCRIPTIONS", "00000000-0000-0000-0000-000000000001")


@pytest.mark.parametrize("last", [None, LAST])
def test_a_sweep_that_another_caller_starts_at_the_same_moment_serves(last: SimpleNamespace | None) -> None:
    """Who comes second joins it, even if it has ended by then."""
    hub = Contested(last, NEXT)

    asyncio.run(sweep_timer(func.TimerRequest(), hub))

    assert hub.calls == []


@pytest.mark.parametrize("last", [None, LAST])
def test_a_sweep_that_cannot_be_started_is_no_success(last: SimpleNamespace | None) -> None:
    """Nobody else has started one."""
    with pytest.raises(FileExistsError):
        asyncio.run(sweep_timer(func.TimerRequest(), Contested(last, last)))


def test_what_a_terminated_run_left_in_the_store_is_deleted() -> None:
    """And what belongs to a run that works stays."""
    states = {"over-1": LAST, "working-1": NEXT}

    class Runs(Hub):
        async def get_orchestration_state(self, _: str, **__: object) -> Any:
            return states.get(_)

    async def work() -> tuple[str, ...]:
        azure = await connect()
        enable = EnableSpec("/vault", "/vm", "item", "web", *("p", "s", "t", "g", "n", "c"), ())
        for run in ("purged-1", *states):
            await keep_run_plan(azure, run, enable, (), [])
        await sweep_timer(func.TimerRequest(), Runs())
        return await runs_with_plans(azure)

    assert asyncio.run(work()) == ("working-1",)
