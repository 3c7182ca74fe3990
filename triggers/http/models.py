"""What callers of the HTTP API send: the fields of bodies and query parameters. `triggers.http.reading` reads them."""

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from asr.planning.candidates import TargetKind
from asr.planning.fleet_state import FleetState
from asr.reporting.sorting import FleetSort

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

MOST_DECIDED = 100
"""VMs of one page that may each have to be decided about."""


_MACHINE = "/subscriptions/{id}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"

type MachineName = Annotated[str, Field(min_length=1, max_length=260)]
"""The name of a VM."""

type Value = Annotated[
    Any,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": ["string", "boolean", "integer"]},
                {"type": "array", "items": {"type": ["string", "integer"]}},
                {"type": "object", "additionalProperties": {"type": "string"}},
            ]
        }
    ),
]
"""The value of a choice; `asr.choices` reads it."""

type MachineId = Annotated[str, WithJsonSchema({"type": "string", "minLength": 1, "examples": [_MACHINE]})]
"""The id of a VM; `triggers.http.vm_ids` reads it, whatever its casing."""

Wait = Annotated[
    float,
    Field(
        ge=0,
        le=LONGEST_WAIT,
        strict=True,
        description=f"Seconds that the answer may wait for outcomes, {LONGEST_WAIT:g} at most.",
    ),
]
"""How long the answer to a command may take; none, unless the caller says so."""

RequestId = Annotated[
    str | None,
    Field(
        alias="requestId",
        min_length=1,
        max_length=128,
        description="The caller's own name for the request: posted again, it is the same one, and nothing is started.",
    ),
]
"""What makes a command that is posted twice one command."""

RequestedBy = Annotated[
    str | None,
    Field(
        alias="requestedBy",
        min_length=1,
        max_length=128,
        description="Who asks, as the history shows it; a person who is signed in is named by the platform instead.",
    ),
]
"""Who gives a command, by his own word."""

type Region = Annotated[str, AfterValidator(lambda text: text.lower().replace(" ", ""))]


class Strict(BaseModel):
    """What takes no field but its own."""

    model_config = ConfigDict(extra="forbid")


def _not_too_long(overrides: dict[str, Any]) -> dict[str, Any]:
    if len(overrides) > MOST_CHOICES:
        raise PydanticCustomError("too_many", "make at most {most} choices", {"most": MOST_CHOICES})
    lengths = [len(name) + len(json.dumps(value)) for name, value in overrides.items()]
    if max(lengths, default=0) > LONGEST_CHOICE or sum(lengths) > LONGEST_CHOICES:
        limits = {"longest": LONGEST_CHOICE, "most": LONGEST_CHOICES}
        raise PydanticCustomError("too_long", "a choice has at most {longest} characters, all together {most}", limits)
    return overrides


class ScopeRequest(Strict):
    """VMs by what they have in common; at least one of these is given, and each of those given holds."""

    resource_group: str | None = Field(
        default=None, alias="resourceGroup", min_length=1, max_length=90, description="The group that they are in."
    )
    location: Region | None = Field(default=None, min_length=1, max_length=90, description="The region they are in.")
    tag: str | None = Field(
        default=None, min_length=1, max_length=800, description="A tag that they carry: its name, or `name=value`."
    )


class MachinesRequest(Strict):
    """Which VMs: exactly one of `vmIds`, `names` and `scope` is given."""

    vm_ids: list[MachineId] | None = Field(
        default=None, alias="vmIds", min_length=1, max_length=MOST_VMS, description="Full resource ids of VMs."
    )
    names: list[MachineName] | None = Field(
        default=None, min_length=1, max_length=MOST_VMS, description="Names of VMs, instead of their ids."
    )
    resource_group: str | None = Field(
        default=None,
        alias="resourceGroup",
        min_length=1,
        max_length=90,
        description="The group of the VMs that `names` names, where a name alone is not unique.",
    )
    scope: ScopeRequest | None = Field(
        default=None, description=f"Which VMs, by what they have in common; {MOST_VMS} at most."
    )


class ChoicesRequest(MachinesRequest):
    """Which VMs, and what is chosen for them: `overrides` win over tags, profile and default."""

    profile: str | None = Field(default=None, min_length=1, max_length=256, description="The name of a profile.")
    overrides: Annotated[dict[str, Value], AfterValidator(_not_too_long)] = Field(
        default_factory=dict,
        description="Choices by the name of their tag, or as a profile names them: text, number, truth value or list, "
        "or an object by disk.",
    )


class StartRequest(ChoicesRequest):
    """The body of POST /api/protections."""

    wait: Wait = 0
    plan_hash: str | None = Field(
        default=None,
        alias="planHash",
        pattern="^[0-9a-f]{32}$",
        description="Start only if the plan of these VMs still is this one.",
    )
    request_id: RequestId = None
    requested_by: RequestedBy = None
    replace: bool = Field(
        default=False,
        strict=True,
        description="End the protection that is there first, with all its recovery points, and make it anew.",
    )
    confirm: str | None = Field(
        default=None,
        max_length=260,
        description="With `replace`: the name of the VM; of several VMs, their number.",
    )


class NoQuery(Strict):
    """A route without query parameters."""


class MachineQuery(Strict):
    """One VM: by its id, or by its name."""

    vm_id: MachineId | None = Field(default=None, alias="vmId", description="A VM's full resource id.")
    name: MachineName | None = Field(default=None, description="A VM's name, instead of its id.")
    resource_group: str | None = Field(
        default=None,
        alias="resourceGroup",
        min_length=1,
        max_length=90,
        description="The VM's group, where its name is not unique.",
    )


class FleetQuery(MachineQuery):
    """The query of GET /api/protections. With `vmId` or `name`, one VM, and the others fall away; else the fleet."""

    state: FleetState | None = Field(default=None, description="Only VMs in this state.")
    health: str | None = Field(default=None, description="Only VMs with this replication health, in Azure's word.")
    region: Region | None = Field(default=None, description="Only VMs in this source region.")
    min_rpo: int | None = Field(
        default=None, alias="minRpo", ge=0, description="Only VMs whose last recovery point is so many seconds behind."
    )
    search: str | None = Field(
        default=None, min_length=1, max_length=260, description="Only VMs with this in their name, in any case."
    )
    sort: FleetSort | None = Field(default=None, description="By what; with `-` the other way round. Without, by id.")
    refresh: bool = Field(default=False, description="Read the fleet anew instead of showing the last snapshot.")
    top: int = Field(default=50, ge=1, le=MOST_SHOWN, description=f"Entries of a page, {MOST_SHOWN} at most.")
    continuation: str | None = Field(default=None, description="From the answer before: the next page.")


class SnapshotQuery(Strict):
    """The query of GET /api/summary."""

    refresh: bool = Field(default=False, description="Read the fleet anew instead of showing the last snapshot.")


class DriftQuery(SnapshotQuery):
    """The query of GET /api/drift."""

    vm_id: MachineId | None = Field(default=None, alias="vmId", description="Only this VM; else the whole fleet.")


class HistoryQuery(MachineQuery):
    """The query of GET /api/protections/history."""

    limit: int = Field(default=10, ge=1, le=MOST_SHOWN, description="Runs to show, the newest first.")


class TargetsQuery(MachineQuery):
    """The query of GET /api/targets."""

    kind: TargetKind = Field(description="What is to be chosen.")


class ProtectableQuery(Strict):
    """The query of GET /api/protectable."""

    subscription: str | None = Field(default=None, description="One of the app's subscriptions; else all of them.")
    resource_group: str | None = Field(default=None, alias="resourceGroup", description="Only VMs of this group.")
    location: Region | None = Field(default=None, description="Only VMs in this region.")
    top: int = Field(default=20, ge=1, le=MOST_DECIDED, description=f"Entries of a page, {MOST_DECIDED} at most.")
    continuation: str | None = Field(default=None, description="From the answer before: the next page.")
