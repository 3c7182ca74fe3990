"""One run of trouble: what a plan says happens, then everything calms down, and what is left is judged."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from tests.chaos import invariants
from tests.chaos.outside import Azure
from tests.chaos.plan import Action, plan
from tests.chaos.stories import STORIES
from tests.chaos.world import World, world

type Json = dict[str, Any]

_RUN_SECONDS = 120.0
_LONG_PAUSE = 6 * 3600 + 60
"""Seconds: longer than the longest pause between two looks of the sweep at one VM, and than any pause of Azure's."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a seed: sentences about what is wrong, none if all is well."""

    seed: int
    story: str
    wrong: tuple[str, ...]
    seconds: float
    requests: int
    faults_struck: int


@dataclass(frozen=True, slots=True)
class Reference:
    """What a fault-free run leaves, and what it writes to."""

    end_state: dict[str, Any]
    written: frozenset[str]


@cache
def reference(name: str) -> Reference:
    """The fault-free run of a story; one for all seeds of this process.

    Raises:
        AssertionError: the invariants do not hold even without trouble.
    """
    story = next(one for one in STORIES if one.name == name)
    with TemporaryDirectory() as folder, world(story, 1, Path(folder)) as running:
        before = Azure(running.http, story.subscription).rows()
        for machine in story.machines:
            if machine.stopped:
                running.power(machine.name, "deallocate")
            if machine.tag is not None:
                running.tag(machine.name, machine.tag, 0)
                running.event(machine.name, 1)
            if machine.by_name:
                running.command(machine.name, "protect it")
        wrong = _settled(running)
        allowed = invariants.written(running)
        wrong += invariants.every_vm_has_its_outcome(running) + invariants.no_defect_shows(running)
        wrong += invariants.nothing_foreign_was_touched(running, before, allowed)
        assert not wrong, "without any trouble: " + "\n".join(wrong)
        return Reference(Azure(running.http, story.subscription).end_state(), frozenset(allowed))


def perform(seed: int, folder: Path, say: Callable[[str], None] = lambda _: None) -> Report:
    """Run the plan of this seed and judge what is left; logs are in the folder afterwards."""
    what = plan(seed)
    expected = reference(what.story.name)
    began = time.monotonic()
    say("the fault-free run is known")
    with world(what.story, what.copies, folder, seed, ASR_RETRY_ATTEMPTS=str(what.attempts)) as running:
        before = Azure(running.http, what.story.subscription).rows()
        for action in what.actions:
            say(str(action))
            _happen(running, action)
        struck = sum(one["struck"] for one in running.http.get("/_emulator/faults").json())
        say("the trouble is over")
        running.calm_down()
        wrong = _settled(running)
        say("everything has settled")
        wrong += invariants.every_vm_has_its_outcome(running)
        wrong += invariants.end_state_is_that_of_the_fault_free_run(running, expected.end_state)
        wrong += invariants.nothing_foreign_was_touched(running, before, set(expected.written))
        wrong += invariants.no_secret_is_told(running)
        wrong += invariants.no_defect_shows(running)
        wrong += invariants.requests_are_bounded(running)
        sent = len(running.requests())
        if wrong:
            _keep(running, folder)
    return Report(seed, what.story.name, tuple(wrong), time.monotonic() - began, sent, struck)


def _keep(running: World, folder: Path) -> None:
    """Leave what a person needs who looks for the cause: every request and every history."""
    (folder / "requests.json").write_text(json.dumps(running.requests(), indent=0))
    for number, app in enumerate(running.apps):
        for one in app.instances():
            (folder / f"history-{number}-{one['instanceId']}.json").write_text(app.history(one["instanceId"]))


def _happen(running: World, action: Action) -> None:
    if action.after:
        running.settle(action.after)
    getattr(running, action.what)(**action.details)


def _settled(running: World) -> list[str]:
    """One sweep after the trouble every VM that can be protected has its item; one more completes them."""
    wrong = _ended(running)
    running.clock(_LONG_PAUSE)
    wrong += _swept(running)
    wanted = {one.name for one in running.story.machines if one.is_protected}
    azure = Azure(running.http, running.story.subscription)
    have = {vm.rsplit("/", 1)[-1] for vm in azure.items()}
    wrong += [f"one sweep after the trouble {name} has no protected item" for name in sorted(wanted - have)]
    with suppress(httpx.HTTPError):
        running.until(lambda: _protected(azure, wanted & have), 20)
    return wrong + _swept(running)


def _protected(azure: Azure, wanted: set[str]) -> bool:
    states = {vm.rsplit("/", 1)[-1]: item["properties"]["protectionState"] for vm, item in azure.items().items()}
    return all(states.get(name) == "Protected" for name in wanted)


def _swept(running: World) -> list[str]:
    for number in range(len(running.apps)):
        running.sweep(number)
    return _ended(running)


def _ended(running: World) -> list[str]:
    return invariants.no_run_hangs(running.rest(_RUN_SECONDS))
