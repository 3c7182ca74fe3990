"""Runs as their instances show them."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from asr.reporting.answers.base import Answer


class RuntimeStatus(StrEnum):
    """Durable Functions' own words."""

    PENDING = "Pending"
    RUNNING = "Running"
    SUSPENDED = "Suspended"
    CONTINUED_AS_NEW = "ContinuedAsNew"
    COMPLETED = "Completed"
    FAILED = "Failed"
    TERMINATED = "Terminated"
    CANCELED = "Canceled"


class SecondsLeft(Answer):
    """How long a run will still take: most of the `runs` that took longer ended between `low` and `high`."""

    low: Annotated[float, Field(ge=0)]
    high: Annotated[float, Field(ge=0)]
    runs: Annotated[int, Field(ge=1)]


class RunStatus(Answer):
    """One run, in the shape that Durable Functions answers itself. 202 while it is under way, then 200.

    Source: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api#get-instance-status
    """

    name: Annotated[str, Field(description="The orchestrator.")]
    instance_id: str
    runtime_status: RuntimeStatus
    input: Annotated[None, Field(description="Not shown.")] = None
    custom_status: Annotated[Any, Field(description="The step that is under way.")]
    output: Annotated[Any, Field(description="What came of it; of a run about a VM, its outcome. Null until then.")]
    created_time: Annotated[str, Field(description="ISO 8601, in UTC.")]
    last_updated_time: Annotated[str, Field(description="ISO 8601, in UTC.")]
    seconds_left: Annotated[
        SecondsLeft | None, Field(description="Null: it is over, or too few runs of its kind took so long.")
    ] = None


class StartedRun(Answer):
    """A run that was asked for. With ASR_MANAGEMENT_URLS it has Durable's own addresses, too."""

    model_config = ConfigDict(extra="allow")

    id: str
    status_query_get_uri: Annotated[
        str,
        Field(description="GET /api/runs/{id}, by function key.", json_schema_extra={"format": "uri"}),
    ]


class StartedSweep(StartedRun):
    """The sweep that was started or joined."""
