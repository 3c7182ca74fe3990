"""The timer starts a sweep, and tidies the task hub once that is done."""

import asyncio
from typing import Any

import azure.functions as func
import pytest

from triggers.sweeps import sweep_timer


class Hub:
    """Stands in the place of the task hub's client: nobody is watched, nothing runs; calls are recorded."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []

    async def get_all_entities(self, _: object) -> list[Any]:
        """None."""
        return []

    async def get_orchestration_state(self, _: str, **__: object) -> None:
        """None."""

    async def schedule_new_orchestration(self, name: str, **_: object) -> None:
        """Record it."""
        self.calls.append(("schedule", name))

    async def clean_entity_storage(self, **options: bool) -> None:
        """Record it."""
        self.calls.append(("clean", options))


def test_a_lock_that_a_terminated_run_left_behind_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    """Terminated while it built a foundation, a run never unlocks it; and what is tidied must not delay the sweep."""
    monkeypatch.setenv("ASR_SUBSCRIPTIONS", "00000000-0000-0000-0000-000000000001")
    hub = Hub()

    asyncio.run(sweep_timer(func.TimerRequest(), hub))

    assert hub.calls == [
        ("schedule", "sweep"),
        ("clean", {"remove_empty_entities": False, "release_orphaned_locks": True}),
    ]
