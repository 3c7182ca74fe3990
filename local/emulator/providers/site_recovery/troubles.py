"""Trouble on demand: what goes wrong, with which machines, how often.

    {"target": "web-*", "fail": "150039", "operation": "item.enable", "times": 2}
    {"target": "db-0", "health": "153007"}
    {"target": "*", "replication": "stuck"}      or "lagging"
    {"target": "*", "agent": "expiring"}         or "outdated"

Each trouble is kept as a resource of the emulated Azure, so it lives and goes with the rest of the state.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.schema import Kind, deserialized_strictly
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid, parse_timestamp, timestamp
from local.emulator.providers.site_recovery.bodies.health_errors import CONDITIONS, HealthCondition, condition_called
from local.emulator.providers.site_recovery.failures import FAILURES, Failure, failure_called
from local.emulator.providers.site_recovery.scenarios import SCENARIOS

TYPE = "Emulator.SiteRecovery/troubles"
EXPIRES_IN = timedelta(days=10)
"""When the agent of a machine with the trouble `expiring` stops to work."""

AGENTS: Mapping[str, str] = {"expiring": "agentExpiryDate", "outdated": "isReplicationAgentUpdateRequired"}
"""What may be wrong with a machine's agent, and the key that tells it."""

STUCK, LAGGING = "stuck", "lagging"
"""Initial replication goes no further than its first tenth; no recovery point is made any more."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One trouble that somebody asked for."""

    kept: Resource

    @property
    def since(self) -> datetime:
        """When it was asked for."""
        return parse_timestamp(self.kept.private["since"])

    @property
    def is_spent(self) -> bool:
        """Whether it has struck as often as it should."""
        times = self.kept.private["times"]
        return times is not None and self.kept.private["struck"] >= times

    def says(self, effect: str) -> str:
        """Return what it says about `fail`, `health`, `replication`, `agent` or `operation`; "" for nothing."""
        return str(self.kept.private.get(effect) or "")

    def fits(self, *names: str) -> bool:
        """Say whether it is about something with one of these names."""
        glob = self.kept.private["target"].lower()
        return any(fnmatchcase(name.lower(), glob) for name in names)

    def count(self) -> None:
        """Count that it has struck."""
        self.kept.private["struck"] += 1

    def entry(self) -> JsonObject:
        """Return it as the control route shows it."""
        return {"id": self.kept.id.name, **self.kept.private}


def _checked_failure(word: str) -> str:
    found = failure_called(word)
    if found is None:
        raise ValueError(f"fail: {word!r} is no known condition or code; there are {', '.join(sorted(FAILURES))}")
    return found.condition


def _checked_condition(word: str) -> str:
    found = condition_called(word)
    if found is None:
        known = ", ".join(f"{one.code} ({one.name})" for one in CONDITIONS.values())
        raise ValueError(f"health: {word!r} is no known condition or code; there are {known}")
    return found.name


def _checked_replication(word: str) -> str:
    if word not in {STUCK, LAGGING}:
        raise ValueError(f"replication: {word!r} is not one of {STUCK}, {LAGGING}")
    return word


def _checked_agent(word: str) -> str:
    if word not in AGENTS:
        raise ValueError(f"agent: {word!r} is not one of {', '.join(AGENTS)}")
    return word


EFFECTS: Mapping[str, Callable[[str], str]] = {
    "fail": _checked_failure,
    "health": _checked_condition,
    "replication": _checked_replication,
    "agent": _checked_agent,
}
"""What a trouble may do -> how the word is checked and spelt."""

SCHEMA = dict.fromkeys(("target", "operation", *EFFECTS), Kind.TEXT) | {"times": Kind.WHOLE}


def read(body: JsonObject) -> JsonObject:
    """Return what is to be kept of a trouble that somebody asks for.

    Raises:
        ValueError: the text names field, value and fix.
    """
    body = deserialized_strictly(body, SCHEMA)
    named = [effect for effect in EFFECTS if body.get(effect)]
    if len(named) != 1:
        raise ValueError(f"one of {', '.join(EFFECTS)} is wanted, not {', '.join(named) or 'none'}")
    operation, times = body.get("operation"), body.get("times")
    if operation and not any(fnmatchcase(key, operation) for key in SCENARIOS):
        raise ValueError(f"operation: {operation!r} fits none of {', '.join(SCENARIOS)}")
    if times is not None and times < 1:
        raise ValueError(f"times: {times!r}; write a number above 0, or leave it out for ever")
    effect = named[0]
    return {
        "target": str(body.get("target") or "*"),
        effect: EFFECTS[effect](str(body[effect])),
        "operation": operation,
        "times": times,
        "struck": 0,
    }


def keep(cloud: Cloud, private: JsonObject) -> Trouble:
    """Keep a trouble, from now on."""
    own = ResourceId.parse(f"/providers/{TYPE}/{fresh_guid()}")
    return Trouble(cloud.write(own, {}, private | {"since": timestamp(cloud.clock.now())}))


def present(cloud: Cloud) -> list[Trouble]:
    """Return every trouble, the oldest first."""
    return [Trouble(kept) for kept in cloud.store.of_type(TYPE)]


def remove(cloud: Cloud, trouble: Trouble) -> None:
    """Forget a trouble."""
    cloud.store.remove(trouble.kept.id)


def failing(cloud: Cloud, key: str, *names: str) -> Failure | None:
    """Return how an operation must fail, and count it; None when it need not.

    Args:
        cloud: the emulated Azure.
        key: the scenario's key (`item.enable`).
        names: the name of the machine or resource it works on.
    """
    for trouble in present(cloud):
        word = trouble.says("fail")
        if not word or trouble.is_spent or not trouble.fits(*names):
            continue
        if fnmatchcase(key, trouble.says("operation") or "*"):
            trouble.count()
            return FAILURES[word]
    return None


def health_conditions(cloud: Cloud, machine: str) -> Iterator[tuple[HealthCondition, datetime]]:
    """Yield the health conditions that were asked for a machine, and since when."""
    for trouble in present(cloud):
        if (name := trouble.says("health")) and trouble.fits(machine):
            yield CONDITIONS[name], trouble.since


def replication_trouble(cloud: Cloud, machine: str, word: str) -> Trouble | None:
    """Return the trouble that makes a machine's replication `stuck` or `lagging`, or None."""
    return next((one for one in present(cloud) if one.says("replication") == word and one.fits(machine)), None)


def agent_state(cloud: Cloud, machine: str) -> JsonObject:
    """Return how the agent of a machine is shown: well, unless a trouble says otherwise."""
    wrong = {trouble.says("agent"): trouble for trouble in present(cloud) if trouble.fits(machine)}
    expiring = wrong.get("expiring")
    end = f"{expiring.since + EXPIRES_IN:%Y-%m-%dT%H:%M:%S}.0000000" if expiring else "9999-12-31T23:59:59.9999999"
    return {AGENTS["expiring"]: end, AGENTS["outdated"]: "outdated" in wrong}
