"""What callers of the HTTP API send: the fields of bodies and query parameters. `triggers.http.reading` reads them."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from asr.reporting.fleet import FleetState

MOST_VMS = 100
"""VMs that one request may name; more are sent in several requests, so that an answer never takes minutes."""

LONGEST_WAIT = 200.0
"""Seconds that an answer may wait: Azure's front end cuts HTTP functions off after 230."""

LONGEST_CHOICE = 2048
"""Characters of one choice; the longest are lists of key URLs by disk."""

MOST_CHOICES = 64
"""Choices that a request may make; there are fewer."""

LONGEST_CHOICES = 8192
"""Characters of all choices of a request: they wait in the task hub with their VM."""

MOST_SHOWN = 200
"""Entries of one page of a list."""

MOST_JUDGED = 100
"""VMs of one page that may each have to be decided about."""


def _as_in_a_tag(value: object) -> object:
    """Choices are texts, as tags are; JSON has shorter ways to write some of them."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list() if all(isinstance(entry, str | int) for entry in value):
            return ",".join(str(_as_in_a_tag(entry)) for entry in value)
        case _:
            return value


type Written = Annotated[
    str,
    BeforeValidator(_as_in_a_tag),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {"type": "boolean"},
                {"type": "integer"},
                {"type": "array", "items": {"type": ["string", "integer"]}},
            ]
        }
    ),
]
"""The value of a choice."""

_MACHINE = "/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"

type MachineId = Annotated[str, WithJsonSchema({"type": "string", "minLength": 1, "examples": [_MACHINE]})]
"""The id of a VM; `triggers.http.vm_ids` reads it, whatever its casing."""

type Region = Annotated[str, AfterValidator(lambda text: text.lower().replace(" ", ""))]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


def _not_too_long(overrides: dict[str, str]) -> dict[str, str]:
    if len(overrides) > MOST_CHOICES:
        message = f"make at most {MOST_CHOICES} choices"
        raise ValueError(message)
    longest = max((len(name) + len(value) for name, value in overrides.items()), default=0)
    if longest > LONGEST_CHOICE or sum(len(name) + len(value) for name, value in overrides.items()) > LONGEST_CHOICES:
        message = f"a choice has at most {LONGEST_CHOICE} characters, all together {LONGEST_CHOICES}"
        raise ValueError(message)
    return overrides


class ChoicesRequest(_Strict):
    """Which VMs, and what is chosen for them: `overrides` win over tags, profile and default."""

    vm_ids: list[MachineId] = Field(
        alias="vmIds", min_length=1, max_length=MOST_VMS, description="Full resource ids of VMs."
    )
    profile: str | None = Field(default=None, min_length=1, max_length=256, description="The name of a profile.")
    overrides: Annotated[dict[str, Written], AfterValidator(_not_too_long)] = Field(
        default_factory=dict,
        description="Choices by the name of their tag, or as a profile names them: text, number, truth value or list.",
    )


class StartRequest(ChoicesRequest):
    """The body of POST /api/protections."""

    wait: float = Field(
        default=0,
        ge=0,
        le=LONGEST_WAIT,
        strict=True,
        description=f"Seconds that the answer may wait for outcomes, {LONGEST_WAIT:g} at most.",
    )
    plan_hash: str | None = Field(
        default=None,
        alias="planHash",
        pattern="^[0-9a-f]{32}$",
        description="Start only if the plan of these VMs still is this one.",
    )

    request_id: str | None = Field(
        default=None,
        alias="requestId",
        min_length=1,
        max_length=128,
        description="The caller's own name for the request: posted again, it is the same one, and nothing is started.",
    )
    requested_by: str | None = Field(
        default=None,
        alias="requestedBy",
        min_length=1,
        max_length=128,
        description="Who asks, as the history shows it; a person who is signed in is named by the platform instead.",
    )


class PlanRequest(ChoicesRequest):
    """The body of POST /api/plans."""


class NoQuery(_Strict):
    """A route without query parameters."""


class FleetQuery(_Strict):
    """The query of GET /api/protections. With `vmId`, one VM; else the fleet."""

    vm_id: MachineId | None = Field(
        default=None, alias="vmId", description="A VM's full resource id; the others fall away."
    )
    state: FleetState | None = Field(default=None, description="Only VMs in this state.")
    region: Region | None = Field(default=None, description="Only VMs in this source region.")
    top: int = Field(default=50, ge=1, le=MOST_SHOWN, description=f"Entries of a page, {MOST_SHOWN} at most.")
    continuation: str | None = Field(default=None, description="From the answer before: the next page.")


class HistoryQuery(_Strict):
    """The query of GET /api/protections/history."""

    vm_id: MachineId = Field(alias="vmId", description="A VM's full resource id.")
    limit: int = Field(default=10, ge=1, le=MOST_SHOWN, description="Runs to show, the newest first.")


class ProtectableQuery(_Strict):
    """The query of GET /api/protectable."""

    subscription: str | None = Field(default=None, description="One of the app's subscriptions; else all of them.")
    resource_group: str | None = Field(default=None, alias="resourceGroup", description="Only VMs of this group.")
    location: Region | None = Field(default=None, description="Only VMs in this region.")
    top: int = Field(default=20, ge=1, le=MOST_JUDGED, description=f"Entries of a page, {MOST_JUDGED} at most.")
    continuation: str | None = Field(default=None, description="From the answer before: the next page.")
