"""What happens in a run of trouble, in order: a function of the seed alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.chaos.stories import STORIES, Machine, Story
from tests.chaos.troubles import fault, trouble

type Json = dict[str, Any]

_MINDS = (("true", "false"), ("gold",), ("false",), ("true", ""))
_HARMLESS_MINDS = (("gold", "false"), ("gold",), ("false",), ("gold", ""))
"""What people write into the tag before they know: values in a row. Nothing is protected that is not to stay so."""

STEPS: Mapping[str, Sequence[tuple[str, Json]]] = {
    "tested": (("failover", {"kind": "test"}), ("failover", {"step": "cleanup"})),
    "cancelled": (("failover", {"kind": "planned"}), ("failover", {"step": "cancel"})),
    "away": (("failover", {"kind": "planned"}), ("failover", {"step": "commit"})),
    "drilled": (("drill", {}),),
    "ended": (("end", {}),),
    "untagged": (("tag", {"value": "false"}),),
    "regretted": (("tag", {"value": "false"}), ("tag", {"value": "true"})),
    "deleted": (("delete", {}),),
}
"""What becomes of a machine that is protected: what people do to it, in this order."""

FOREIGN = "http://foreign.invalid"
"""Stands in a plan for the address of the thief, which is known only when it listens."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that happens, once the app has sent `after` further requests or has fallen silent.

    `what` is a method of `tests.chaos.world.World`, `details` are its arguments.
    """

    what: str
    details: Json
    after: int

    def __str__(self) -> str:
        """One line for people."""
        shown = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.what}({shown}) after {self.after} requests"


@dataclass(frozen=True, slots=True)
class Plan:
    """A run of trouble.

    Attributes:
        seed: what it is made from.
        story: world and wishes.
        copies: how many apps there are, each with a task hub of its own.
        attempts: `ASR_RETRY_ATTEMPTS`: with few of them faults become outcomes, with many they are outlived.
        actions: what happens.
    """

    seed: int
    story: Story
    copies: int
    attempts: int
    actions: tuple[Action, ...]


def plan(seed: int) -> Plan:
    """The plan of this seed. The stories take turns, so that a few seeds in a row see all of them."""
    rng = Random(f"chaos {seed}")
    story = STORIES[seed % len(STORIES)]
    copies = 2 if rng.random() < 0.3 else 1
    switches = {
        "operation_urls": rng.choice(("plain", "signed")),
        "site_recovery.item_after_failed_enabling": rng.choice(("present", "absent")),
        "throttling": rng.choice(("on", "off")),
    }
    acts = [Action("switch", {"switches": switches}, 0)]
    acts += [Action("faults", {"faults": [fault(rng, FOREIGN) for _ in range(rng.randint(3, 8))]}, 0)]
    acts += _shuffled(
        rng, [*_wishes(rng, story)], [*_blows(rng, story, copies, throttles=switches["throttling"] == "on")]
    )
    return Plan(seed, story, copies, rng.choice((2, 4, 8)), tuple(acts))


def _shuffled(rng: Random, *threads: list[Action]) -> list[Action]:
    """Threads of actions woven into one, each in its own order."""
    left = [list(thread) for thread in threads if thread]
    woven = []
    while left:
        thread = rng.choice(left)
        woven.append(thread.pop(0))
        left = [one for one in left if one]
    return woven


def _wishes(rng: Random, story: Story) -> Iterator[Action]:
    """Everything that people want, some of it after having wanted something else; events come as they come."""
    machines = list(story.machines)
    rng.shuffle(machines)
    for machine in machines:
        yield from _fate(rng, machine) if story.is_a_life else _wish(rng, machine)


def _fate(rng: Random, machine: Machine) -> Iterator[Action]:
    """Commands, some of them posted twice; what is refused now is insisted on when the trouble is over."""
    for what, details in STEPS[machine.fate]:
        about = {"vm": machine.name, **details, **({"events": rng.choice((0, 1, 2))} if what == "tag" else {})}
        yield Action(what, about, rng.randint(0, 30))
        if what not in ("tag", "delete") and rng.random() < 0.3:
            yield Action(what, about, rng.randint(0, 10))


def _wish(rng: Random, machine: Machine) -> Iterator[Action]:
    vm = machine.name
    if machine.stopped:
        yield Action("power", {"vm": vm, "state": "deallocate"}, 0)
    if machine.tag is not None:
        if rng.random() < 0.3:
            for value in rng.choice(_MINDS if machine.is_protected else _HARMLESS_MINDS):
                yield Action("tag", {"vm": vm, "value": value, "events": rng.choice((0, 1, 1, 2))}, rng.randint(0, 12))
        yield Action("tag", {"vm": vm, "value": machine.tag, "events": rng.choice((0, 1, 1, 1, 3))}, rng.randint(0, 30))
    elif rng.random() < 0.4:
        yield Action("event", {"vm": vm, "copies": rng.randint(1, 3)}, 0)
    if machine.by_name:
        for _ in range(rng.choice((1, 2, 3))):
            yield Action("command", {"vm": vm, "request_id": f"protect {vm}"}, rng.randint(0, 10))
    if machine.is_asked and not machine.stopped and rng.random() < 0.25:
        yield Action("power", {"vm": vm, "state": "deallocate"}, 0)
        yield Action("power", {"vm": vm, "state": "start"}, rng.randint(5, 40))


def _blows(rng: Random, story: Story, copies: int, *, throttles: bool) -> Iterator[Action]:
    """Trouble after trouble."""
    asked = tuple(machine.name for machine in story.machines if machine.is_asked or machine.fate)
    for _ in range(rng.randint(*story.blows)):
        after = rng.randint(5, 60)
        match rng.choice(
            ("faults",) * 5
            + ("troubles",) * 2
            + ("worker",) * 2
            + ("host", "sweep", "sweep", "capacity", "look", "clock")
            + ("neighbour",) * (2 if throttles else 0)
        ):
            case "faults":
                faults = [fault(rng, FOREIGN) for _ in range(rng.randint(2, 8))]
                yield Action("faults", {"faults": faults}, after)
            case "troubles":
                yield Action("troubles", {"troubles": [trouble(rng, asked) for _ in range(rng.randint(1, 3))]}, after)
            case "worker":
                yield Action("kill_worker", {"copy": rng.randrange(copies)}, after)
            case "host":
                yield Action("kill_host", {"copy": rng.randrange(copies)}, after)
            case "sweep":
                yield Action("sweep", {"copy": rng.randrange(copies)}, after)
            case "capacity":
                yield Action("capacity", {"has_sizes": False}, after)
                yield Action("capacity", {"has_sizes": True}, rng.randint(10, 40))
            case "look":
                yield Action("look", {"copy": rng.randrange(copies), "vm": rng.choice(story.machines).name}, after)
            case "neighbour":
                yield Action("neighbour", {"method": rng.choice(("GET", "GET", "POST"))}, after)
            case "clock":
                yield Action("clock", {"seconds": rng.choice((5, 60, 900))}, after)
