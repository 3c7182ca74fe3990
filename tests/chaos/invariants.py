"""What must hold however much trouble there was, judged from outside; each judgement is a list of sentences."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.chaos.apps import App
from tests.chaos.outside import Azure, differences, unchanged
from tests.chaos.stories import Machine, Story
from tests.chaos.troubles import PLANTED
from tests.chaos.world import World

type Json = dict[str, Any]

MOST_REQUESTS_PER_VM = 400
"""What a VM may cost on the average, all trouble included. Without trouble it is a twentieth of that."""

_SIGNATURE = re.compile(r"[?&](?:c|h|s|sig)=(?!\*\*\*)[^&\s\"'<>]{16,}")
"""A value in an address that opens what the address names."""

_TOKEN = re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]+")
_READING_POSTS = ("/providers/microsoft.resourcegraph/",)
"""What is only read by, although it is a POST."""

_WRITES = frozenset({"PUT", "PATCH", "DELETE", "POST"})
_ENDED = frozenset({"unprotected", "not_requested", "absent"})
"""How a VM stands whose protection has ended: whether a run tells so, or a task hub that is empty, is all the same."""

_AT_REST = ("not_requested", "unprotected")
"""How a VM stands that nobody asks for."""


def written(world: World) -> set[str]:
    """The paths that apps have written to, whether or not it succeeded."""
    sent = [(one["method"], one["path"].lower()) for one in world.requests()]
    return {f"{method} {path}" for method, path in sent if method in _WRITES and not path.startswith(_READING_POSTS)}


def states(world: World) -> dict[str, str]:
    """How each machine stands, by its own status; what there is no status of is `absent`."""
    found = {}
    for machine in world.story.machines:
        answer = world.apps[0].api("GET", "protections", vmId=world.story.vm_id(machine.name))
        found[machine.name] = str(answer.json()["state"]) if answer.status_code == 200 else "absent"
    return found


def end_state_is_that_of_the_fault_free_run(world: World, expected: dict[str, Any]) -> list[str]:
    """Every resource, every mapping, every item is as it would have been; nothing lacks and nothing is there twice."""
    found = Azure(world.http, world.story.subscription).end_state()
    return [f"end state: {one}" for one in differences(expected, found)]


def nothing_foreign_was_touched(world: World, before: dict[str, Json], allowed: set[str]) -> list[str]:
    """Nobody wrote to anything that the fault-free run does not write to, nor followed an address of a stranger."""
    after = Azure(world.http, world.story.subscription).rows()
    said = [f"foreign: {one}" for one in unchanged(before, after, lambda id_: is_foreign(world.story, id_))]
    names = [machine.name for machine in world.story.machines if machine.fate]
    strange = [
        one for one in written(world) - allowed if not any(f"/{name}" in one or f"-{name}" in one for name in names)
    ]
    said += [f"foreign write: {one}" for one in sorted(strange)]
    return said + [f"a stranger's address was followed: {one}" for one in world.stranger.heard[:5]]


def is_foreign(story: Story, id_: str) -> bool:
    """Whether a resource was there before and is no machine that anybody asks for, nor a disk of one."""
    asked = [machine.name for machine in story.machines if machine.tag is not None or machine.by_name]
    return not any(f"/{name}" in id_ for name in asked)


def every_drill_is_over(world: World) -> list[str]:
    """Whatever became of its run, a drill has a result."""
    said = []
    for number, app in enumerate(world.apps):
        answer = app.api("GET", "drills")
        world.answers.append(answer.text)
        drills = answer.raise_for_status().json()["drills"]
        said += [
            f"drill {one['id']} of app {number} is running for ever" for one in drills if one["status"] == "running"
        ]
    return said


def no_run_hangs(running: list[Json]) -> list[str]:
    """Every orchestration has ended."""
    return [f"run {one['instanceId']} of app {one['app']} is {one['runtimeStatus']} for ever" for one in running]


def every_vm_has_its_outcome(world: World, expected: Mapping[str, str]) -> list[str]:
    """Who asks is told how it stands, and a refusal or failure why, with what to do; a VM's own status and the fleet
    say the same. `expected` is how the machines stand after the fault-free run.
    """
    said = []
    for number, app in enumerate(world.apps):
        rows = _rows(world, app)
        for machine in world.story.machines:
            vm = world.story.vm_id(machine.name)
            answer = app.api("GET", "protections", vmId=vm)
            world.answers.append(answer.text)
            if answer.status_code == 404 and expected[machine.name] == "absent":
                continue
            if answer.status_code != 200:
                said.append(f"app {number}: the status of {machine.name} is {answer.status_code}: {answer.text[:200]}")
            elif number == 0 or not machine.by_name:  # one copy does not know what was asked of the other
                said += [
                    f"app {number}: {machine.name} {one}"
                    for one in _outcome(machine, answer.json(), expected[machine.name])
                ]
                said += [f"app {number}: {machine.name} {one}" for one in _same(answer.json(), rows.get(vm.lower()))]
    return said


def _rows(world: World, app: App) -> dict[str, Json]:
    """The fleet of the last sweep, by the ids of the VMs."""
    answer = app.api("GET", "protections")
    world.answers.append(answer.text)
    return {row["vmId"].lower(): row for row in answer.raise_for_status().json()["protections"]}


def _same(status: Json, row: Json | None) -> Iterator[str]:
    shown = row["state"] if row else "not_requested"
    if shown != status["state"] and not {shown, status["state"]} <= _ENDED:
        yield f"is {status['state']} by its status and {shown} in the fleet"


def _outcome(machine: Machine, status: Json, expected: str) -> Iterator[str]:
    last = status["lastOutcome"]
    if status["activeRun"]:
        yield f"has an active run: {status['activeRun']}"
    if machine.fate and status["state"] != expected and not {status["state"], expected} <= _ENDED:
        yield f"is {status['state']} instead of {expected}: {[reason['code'] for reason in status['reasons']]}"
    if machine.fate:
        return
    if machine.is_protected and status["state"] != "protected":
        yield f"is {status['state']}: {[reason['code'] for reason in status['reasons']]}"
    if not machine.is_protected and status["state"] not in (("refused", "failed") if machine.is_asked else _AT_REST):
        yield f"is {status['state']}"
    if machine.is_asked and last is None and status["state"] != "protected":
        yield "has no outcome"
    reasons = status["reasons"] + (last["reasons"] if last else [])
    if status["state"] in ("refused", "failed") and not status["reasons"]:
        yield "has no reason"
    for reason in reasons:
        if not (reason["code"] and reason["sentence"] and reason["fix"]):
            yield f"has a reason that does not say what to do: {reason}"


def no_secret_is_told(world: World) -> list[str]:
    """No token, key or signature is in any answer, log or history."""
    texts = {"an answer": "\n".join(world.answers)}
    for number, app in enumerate(world.apps):
        texts[f"the log of app {number}"] = app.log.read_text(errors="replace")
        texts[f"the histories of app {number}"] = "\n".join(app.history(one["instanceId"]) for one in app.instances())
    texts |= {f"the store, {file.name}": file.read_text(errors="replace") for file in world.stored()}
    keys = [(app.key, app.settings["IDENTITY_HEADER"]) for app in world.apps]
    said = []
    for name, text in texts.items():
        if PLANTED in text:
            said.append(f"a planted signature is in {name}: {_around(text, text.index(PLANTED))}")
        if (match := _SIGNATURE.search(text)) and not name.startswith("the store, operation-"):
            said.append(f"a signature is in {name}: {_around(text, match.start())}")
        if match := _TOKEN.search(text):
            said.append(f"a token is in {name}: {_around(text, match.start())}")
        said += [f"the identity's header is in {name}" for _, header in keys if header in text]
        if name != "an answer":
            said += [f"the host's key is in {name}" for key, _ in keys if key in text]
    return said


def _around(text: str, at: int) -> str:
    return repr(text[max(0, at - 200) : at + 60])


def no_defect_shows(world: World) -> list[str]:
    """No run ended by a defect of the app, and no answer was a 500."""
    said = list(world.defects)
    for number, app in enumerate(world.apps):
        for one in app.instances():
            text = str(one["output"])
            if one["runtimeStatus"] == "Failed" or "InternalDefect" in text:
                said.append(f"app {number}: {one['instanceId']} {one['runtimeStatus']}: {text[:400]}")
    return said


def requests_are_bounded(world: World) -> list[str]:
    """Trouble does not make the app ask for ever."""
    sent = world.requests()
    most = MOST_REQUESTS_PER_VM * len(world.story.machines) * len(world.apps)
    if len(sent) <= most:
        return []
    kinds = Counter(f"{one['method']} {one['status']}" for one in sent).most_common(5)
    return [f"{len(sent)} requests, more than {most}: {kinds}"]
