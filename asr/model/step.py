"""The protocol between an orchestrator and an activity that makes something true in Azure.

An activity never blocks: a long operation is begun and travels back in the answer `wait`. The operation is polled by an
activity of its own; once it has ended, the one that began it is called again and reads what came of it. Calling any of
them twice does no harm.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Literal
from urllib.parse import urlsplit

from asr.model.change import ChangeType
from asr.model.outcome import Reason

_STATUS, _JOB = "/replicationOperationStatus/", "/replicationJobs/"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of Azure that runs. `url` is polled as Azure gave it; if that is signed, histories hold it without
    its query, and `kept` is the document of the run in which the whole is (`asr.services.operations`).

    `style` says how the URL answers: `status` is a document with a status (Azure-AsyncOperation), `location` answers
    202 until it is done.
    Source: https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
    """

    url: str
    style: Literal["status", "location"]
    after_seconds: float
    kept: str | None = None

    @property
    def path(self) -> str:
        """The URL without its query, which may hold a signature."""
        return urlsplit(self.url).path

    @property
    def job(self) -> str | None:
        """The id of the job, if Site Recovery runs it: job and operation bear the same name."""
        return self.path.replace(_STATUS, _JOB) if _STATUS in self.path else None

    @property
    def vault(self) -> str | None:
        """The id of the vault whose job it is, if Site Recovery runs it."""
        return self.path.partition(_STATUS)[0] if _STATUS in self.path else None


class JobState(Enum):
    """What a list of jobs tells of one. `OTHER` is every end but success, and every word that nobody knows."""

    RUNS = "runs"
    SUCCEEDED = "succeeded"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Ready:
    """The thing is true. `change` says what that took; `id` is the Azure id it has."""

    id: str
    change: ChangeType
    status: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True)
class Wait:
    """Come back after so many seconds: poll `operation` if one was begun, else repeat the call.

    `made` is what is true once the operation has succeeded; None: the call has to be repeated to know. `since` is when
    it was begun, in seconds since 1970, if a job of Site Recovery was.
    """

    after_seconds: float
    because: str = ""
    operation: Operation | None = None
    made: Ready | None = None
    since: float | None = None
    status: Literal["wait"] = "wait"


@dataclass(frozen=True, slots=True)
class Ended:
    """The operation that was polled is over; `reason` says why it failed, if it did.

    `is_lost`: nobody can tell any more how it ended.
    """

    reason: Reason | None = None
    is_lost: bool = False
    status: Literal["ended"] = "ended"


@dataclass(frozen=True, slots=True)
class Failed:
    """It will not become true by calling again soon."""

    reasons: tuple[Reason, ...]
    status: Literal["failed"] = "failed"


type Step = Ready | Wait | Failed
"""What an activity that makes something true answers."""
