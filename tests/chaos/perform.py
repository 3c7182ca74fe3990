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
from tests.chaos.plan import STEPS, Action, plan
from tests.chaos.stories import STORIES
from tests.chaos.world import World, world

type Json = dict[str, Any]

_RUN_SECONDS = 120.0
_LONG_PAUSE = 6 * 3600 + 60
"""Seconds: longer than the longest pause between two looks of the sweep at one VM, and than any pause of Azure's."""

_GRACE = 8 * 24 * 3600
"""Seconds: longer than the grace period of a protection that nobody asks for any more."""

_MOST_TIMES = 4
"""How often people ask for what they want, once the trouble is over; a failover has two steps."""


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
    """What a fault-free run leaves, what it writes to, and how each machine stands then."""

    end_state: dict[str, Any]
    written: frozenset[str]
    states: dict[str, str]


@cache
def reference(name: str) -> Reference:
    """The fault-free run of a story; one for all seeds of this process.

    Raises:
        AssertionError: the invariants do not hold even without trouble.
    """
    story = next(one for one in STORIES if one.name == name)
    with TemporaryDirectory() as folder, world(story, 1, Path(folder)) as running:
        before = Azure(running.http, story.subscription).rows()
        if story.is_a_life:
            before = _begun_calmly(running)
            live(running)
        else:
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
        states = invariants.states(running)
        wrong += invariants.every_vm_has_its_outcome(running, states) + invariants.no_defect_shows(running)
        wrong += invariants.nothing_foreign_was_touched(running, before, allowed)
        assert not wrong, "without any trouble: " + "\n".join(wrong)
        return Reference(Azure(running.http, story.subscription).end_state(), frozenset(allowed), states)


def _begun_calmly(running: World) -> dict[str, Json]:
    """Everything is tagged and Protected; what there is in Azure then."""
    for machine in running.story.machines:
        running.tag(machine.name, "true", 1)
    running.flush()
    _ended(running)
    azure = Azure(running.http, running.story.subscription)
    names = {machine.name for machine in running.story.machines}
    assert running.until(lambda: _protected(azure, names), 20), "the machines of the story were not protected"
    assert not _swept(running), "what begins calmly does not come to rest"
    return azure.rows()


def perform(seed: int, folder: Path, say: Callable[[str], None] = lambda _: None) -> Report:
    """Run the plan of this seed and judge what is left; logs are in the folder afterwards."""
    what = plan(seed)
    expected = reference(what.story.name)
    began = time.monotonic()
    say("the fault-free run is known")
    with world(what.story, what.copies, folder, seed, ASR_RETRY_ATTEMPTS=str(what.attempts)) as running:
        if what.story.is_a_life:
            before = _begun_calmly(running)
            say("everything is protected")
        else:
            before = Azure(running.http, what.story.subscription).rows()
        for action in what.actions:
            say(str(action))
            _happen(running, action)
        struck = sum(one["struck"] for one in running.http.get("/_emulator/faults").json())
        say("the trouble is over")
        running.calm_down()
        wrong = _ended(running)
        wrong += insist(running)
        wrong += _settled(running)
        say("everything has settled")
        wrong += invariants.every_vm_has_its_outcome(running, expected.states)
        wrong += invariants.end_state_is_that_of_the_fault_free_run(running, expected.end_state)
        wrong += invariants.nothing_foreign_was_touched(running, before, set(expected.written))
        wrong += invariants.every_drill_is_over(running)
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
    if running.story.is_a_life:
        wrong += _swept(running)  # grace periods begin
    running.clock(_GRACE if running.story.is_a_life else _LONG_PAUSE)
    wrong += _swept(running)
    wanted = {one.name for one in running.story.machines if one.is_protected}
    azure = Azure(running.http, running.story.subscription)
    have = {vm.rsplit("/", 1)[-1] for vm in azure.items()}
    wrong += [f"one sweep after the trouble {name} has no protected item" for name in sorted(wanted - have)]
    with suppress(httpx.HTTPError):
        running.until(lambda: _protected(azure, wanted & have), 20)
    return wrong + _swept(running)


def insist(running: World) -> list[str]:
    """What people asked for and trouble kept from happening they ask for again; they get it then."""
    for _ in range(_MOST_TIMES):
        if not (missing := _missing(running)):
            return []
        answers = [getattr(running, what)(vm=vm, **details) for vm, what, details in missing]
        if wrong := _ended(running):
            return wrong
    said = {vm: answer.text[:300] for (vm, _, _), answer in zip(missing, answers, strict=True)}
    return [f"{vm}: {what} {details} has not happened: {said[vm]}" for vm, what, details in _missing(running)]


def live(running: World) -> None:
    """What the story's machines are for, without any trouble, one step of all after the other."""
    steps = {machine.name: STEPS[machine.fate] for machine in running.story.machines}
    for number in range(max(map(len, steps.values()))):
        for vm, these in steps.items():
            if number < len(these):
                what, details = these[number]
                getattr(running, what)(vm=vm, **details, **({"events": 1} if what == "tag" else {}))
        running.flush()
        assert not _ended(running)


def _missing(running: World) -> list[tuple[str, str, Json]]:
    """What has not become of the machines: who, and what has to be asked for next."""
    azure = Azure(running.http, running.story.subscription)
    items = {vm.rsplit("/", 1)[-1]: item["properties"] for vm, item in azure.items().items()}
    found: list[tuple[str, str, Json]] = []
    for machine in running.story.machines:
        item = items.get(machine.name)
        if item is None:
            continue
        allowed, state = item["allowedOperations"], item["protectionState"]
        match machine.fate:
            case "tested" if "TestFailoverCleanup" in allowed:
                found.append((machine.name, "failover", {"step": "cleanup"}))
            case "cancelled" if "CancelFailover" in allowed:
                found.append((machine.name, "failover", {"step": "cancel"}))
            case "away" if state == "Protected":
                found.append((machine.name, "failover", {"kind": "planned"}))
            case "away" if state != "UnplannedFailoverCommitted":
                found.append((machine.name, "failover", {"step": "commit"}))
            case "ended":
                found.append((machine.name, "end", {}))
    return found


def _protected(azure: Azure, wanted: set[str]) -> bool:
    states = {vm.rsplit("/", 1)[-1]: item["properties"]["protectionState"] for vm, item in azure.items().items()}
    return all(states.get(name) == "Protected" for name in wanted)


def _swept(running: World) -> list[str]:
    for number in range(len(running.apps)):
        running.sweep(number)
    return _ended(running)


def _ended(running: World) -> list[str]:
    return invariants.no_run_hangs(running.rest(_RUN_SECONDS))
