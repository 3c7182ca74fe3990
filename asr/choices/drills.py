"""What a profile says of drills, and the probes and targets that requests for drills give, too.

"drill": {"every": "90d", "window": "sat,sun 01:00-05:00", "network": "<id>", "probes": [...], "waves": true,
          "target": {"rtoMinutes": 60, "rpoMinutes": 15}}
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from asr.model.drill import DrillTarget
from asr.model.probe import Probe, ProbeKind
from asr.model.resource_id import parse

LONGEST_PROBING = 3600
"""Seconds that a probe may be asked again and again: a test VM costs money meanwhile."""

MOST_PROBES = 10

LONGEST_SCRIPT = 4096
"""Characters of a script: it travels with the run."""

LEAST_EVERY, MOST_EVERY = timedelta(hours=1), timedelta(days=366)
"""How often a VM may, and how seldom it must be drilled: DORA and SOC 2 want a test every year."""

_EVERY = re.compile(r"([1-9]\d{0,4})\s*(h|d|w)")
_UNITS = {"h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(r"(?:([a-z]{3}(?:,[a-z]{3})*)\s+)?([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Window:
    """When drills may begin: on these days of the week (0 is Monday), from a time of day to another, in UTC.

    A window whose end is not after its beginning goes on into the next day.
    """

    days: tuple[int, ...]
    begins: time
    ends: time

    def began(self, now: datetime) -> datetime | None:
        """When the window began that `now` is in; None if it is in none."""
        for day in (now.date(), now.date() - timedelta(days=1)):
            begin = datetime.combine(day, self.begins, now.tzinfo)
            end = datetime.combine(day, self.ends, now.tzinfo)
            end += timedelta(days=1) if end <= begin else timedelta()
            if day.weekday() in self.days and begin <= now < end:
                return begin
        return None


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ProbeChoice(_Strict):
    """One probe of the test VM."""

    kind: Literal["vmRunning", "agentReady", "tcp", "http", "runCommand"]
    port: int | None = Field(default=None, ge=1, le=65_535, description="Of tcp (required) and http (80).")
    path: str = Field(default="/", pattern=r"^/[!-~]*$", max_length=1024, description="Of http.")
    status: int = Field(default=200, ge=100, le=599, description="The status that http wants.")
    script: str | None = Field(
        default=None,
        min_length=1,
        max_length=LONGEST_SCRIPT,
        description="Of runCommand (required): what runs as root inside of the test VM; it passes if it ends with 0.",
    )
    timeout_seconds: float = Field(
        default=600, alias="timeoutSeconds", gt=0, le=LONGEST_PROBING, description="How long it is asked again."
    )

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.kind == "tcp" and self.port is None:
            raise PydanticCustomError("no_port", "a tcp probe needs a port")
        if (self.kind == "runCommand") is (self.script is None):
            raise PydanticCustomError("script", "a runCommand probe, and no other, has a script")
        return self

    def probe(self) -> Probe:
        """The probe."""
        kind = ProbeKind(self.kind)
        return Probe(kind, self.port, self.path, self.status, self.timeout_seconds, self.script)


class OutsideProbeChoice(ProbeChoice):
    """One probe that runs nothing inside of the VM."""

    kind: Literal["vmRunning", "agentReady", "tcp", "http"]


class TargetChoice(_Strict):
    """What a drill is measured against, in minutes."""

    rto_minutes: float | None = Field(default=None, alias="rtoMinutes", gt=0, le=100_000)
    rpo_minutes: float | None = Field(default=None, alias="rpoMinutes", gt=0, le=100_000)

    def target(self) -> DrillTarget:
        """The target."""
        return DrillTarget(self.rto_minutes, self.rpo_minutes)


def _every(value: object) -> timedelta:
    found = _EVERY.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    every = int(found[1]) * _UNITS[found[2]] if found else timedelta()
    if not LEAST_EVERY <= every <= MOST_EVERY:
        raise PydanticCustomError("every", "is {value}; use 1h to 366d, such as 90d or 12w", {"value": _shown(value)})
    return every


def _window(value: object) -> Window:
    found = _WINDOW.fullmatch(value.strip().lower()) if isinstance(value, str) else None
    days = found[1].split(",") if found and found[1] else list(_DAYS)
    if found is None or not set(days) <= set(_DAYS):
        fix = "use <from>-<to> in UTC, and days before it if not all, such as sat,sun 01:00-05:00"
        raise PydanticCustomError("window", "is {value}; {fix}", {"value": _shown(value), "fix": fix})
    hours = time(int(found[2]), int(found[3])), time(int(found[4]), int(found[5]))
    return Window(tuple(sorted({_DAYS.index(one) for one in days})), *hours)


def _network(value: object) -> str:
    try:
        if isinstance(value, str) and parse(value).is_type("Microsoft.Network/virtualNetworks"):
            return value
    except ValueError:
        pass
    raise PydanticCustomError("network", "is {value}; use a virtual network's id", {"value": _shown(value)})


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:100]}..."


_TEXT = {"type": "string"}


class DrillChoice(_Strict):
    """What a profile says of drills."""

    every: Annotated[timedelta, BeforeValidator(_every), WithJsonSchema({**_TEXT, "pattern": r"^[1-9]\d*[hdw]$"})] = (
        Field(description="How often each VM is drilled, in hours, days or weeks: 90d.")
    )
    window: Annotated[Window | None, BeforeValidator(_window), WithJsonSchema(_TEXT)] = Field(
        default=None, description="When drills may begin, in UTC, such as sat,sun 01:00-05:00; at any time by default."
    )
    network: Annotated[str | None, BeforeValidator(_network), WithJsonSchema(_TEXT)] = Field(
        default=None,
        description="The isolated network's id, in the recovery region; else each item's own.",
    )
    probes: tuple[ProbeChoice, ...] = Field(
        default=(), max_length=MOST_PROBES, description="What is asked of each test VM; vmRunning by default."
    )
    waves: bool = Field(
        default=True, description="Whether VMs go by their recovery-wave; else all of them side by side."
    )
    target: TargetChoice = Field(default_factory=TargetChoice, description="What the drill is measured against.")


def read_drill(value: object) -> DrillChoice:
    """What a profile says of drills.

    Raises:
        pydantic.ValidationError: it cannot be read.
    """
    return DrillChoice.model_validate(value)


def drill_problems(name: str, value: object) -> Iterator[str]:
    """What is wrong with it, by field; what could be a secret is not shown."""
    try:
        read_drill(value)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False, include_input=False):
            where = ".".join(map(str, (name, "drill", *one["loc"])))
            yield f"{where}: {one['msg']}"


def drill_schema() -> tuple[dict[str, Any], dict[str, Any]]:
    """The JSON schema of `drill` in a profile, and what it refers to."""
    schema = DrillChoice.model_json_schema(by_alias=True)
    return schema, schema.pop("$defs", {})
