"""The protocol between an orchestrator and an activity that makes something true in Azure.

An activity that ensures something is called until it no longer answers `wait`. It never blocks: a long operation is
begun, its URL travels back in the answer, and the next call looks at it. Calling it twice does no harm.
"""

from dataclasses import dataclass
from typing import Literal

from asr.model.outcome import Reason


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of Azure that runs. `url` is polled as Azure gave it; `job` is ASR's job id, if ASR runs it.

    `style` says how the URL answers: `status` is a document with a status (Azure-AsyncOperation), `location` answers
    202 until it is done.
    Source: https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
    """

    url: str
    style: Literal["status", "location"]
    after_seconds: float
    job: str | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """The thing is true. `how` says what that took; `id` is the Azure id it has."""

    id: str
    how: Literal["created", "reused", "adopted", "updated"]
    name: str = ""
    status: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True)
class Wait:
    """Call again after so many seconds, giving `operation` back."""

    after_seconds: float
    because: str
    operation: Operation | None = None
    status: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class Failed:
    """It will not become true by calling again soon."""

    reason: Reason
    status: Literal["failed"] = "failed"


type Step = Ready | Wait | Failed
