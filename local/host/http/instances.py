"""What the management API asks the hub, and the status documents it makes of the answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import durabletask.internal.orchestrator_service_pb2 as pb

from local.host.http import history
from local.host.http.requests import moment
from local.host.hub.calls import LocalCall
from local.host.hub.taskhub import NOT_RUNNING, TaskHub

_PREFIX = "ORCHESTRATION_STATUS_"
_NAMES = {
    value: "".join(part.title() for part in name.removeprefix(_PREFIX).split("_"))
    for name, value in pb.OrchestrationStatus.items()
}
_STATUSES = {name.lower(): value for value, name in _NAMES.items()}


@dataclass(frozen=True, slots=True)
class Filter:
    """Which instances a query or a purge is about; times are aware, the upper one exclusive."""

    created_from: datetime | None
    created_to: datetime | None
    statuses: tuple[int, ...]
    prefix: str

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filter":
        """Read `createdTimeFrom`, `createdTimeTo`, `runtimeStatus` (comma separated) and `instanceIdPrefix`.

        What cannot be read is left out, as the real API does.
        """
        names = (name.strip().lower() for name in query.get("runtimeStatus", "").split(","))
        return cls(
            created_from=moment(query, "createdTimeFrom"),
            created_to=moment(query, "createdTimeTo"),
            statuses=tuple(_STATUSES[name] for name in names if name in _STATUSES),
            prefix=query.get("instanceIdPrefix", ""),
        )

    def apply(self, target: Any) -> None:
        """Write the filter into a hub query or purge filter."""
        target.runtimeStatus.extend(self.statuses)
        if self.created_from is not None:
            target.createdTimeFrom.FromDatetime(self.created_from)
        if self.created_to is not None:
            target.createdTimeTo.FromDatetime(self.created_to)


class Instances:
    """The hub's instances as documents."""

    def __init__(self, hub: TaskHub) -> None:
        """Ask `hub`."""
        self._hub = hub

    def find(self, instance_id: str) -> pb.OrchestrationState | None:
        """The state of one instance."""
        request = pb.GetInstanceRequest(instanceId=instance_id, getInputsAndOutputs=True)
        answer = self._hub.GetInstance(request, LocalCall())
        return answer.orchestrationState if answer.exists else None

    def history(self, instance_id: str) -> Iterable[pb.HistoryEvent]:
        """The events of one instance.

        Raises:
            HubRefusal: there is no such instance.
        """
        request = pb.StreamInstanceHistoryRequest(instanceId=instance_id)
        for chunk in self._hub.StreamInstanceHistory(request, LocalCall()):
            yield from chunk.events

    def query(self, wanted: Filter, top: int, token: str) -> tuple[list[pb.OrchestrationState], str]:
        """A page of instances and the token of the next, empty at the end; `top` 0 means all."""
        request = pb.QueryInstancesRequest()
        wanted.apply(request.query)
        request.query.fetchInputsAndOutputs = True
        request.query.maxInstanceCount = top
        request.query.instanceIdPrefix.value = wanted.prefix
        request.query.continuationToken.value = token
        answer = self._hub.QueryInstances(request, LocalCall())
        return list(answer.orchestrationState), answer.continuationToken.value


def is_finished(state: pb.OrchestrationState) -> bool:
    """Whether the instance will not change any more."""
    return state.orchestrationStatus in NOT_RUNNING


def status_name(state: pb.OrchestrationState) -> str:
    """Such as `Running` or `ContinuedAsNew`."""
    return _NAMES[state.orchestrationStatus]


def status_document(state: pb.OrchestrationState, *, show_input: bool = True) -> dict[str, Any]:
    """The status as the API gives it (Durable Functions HTTP API, "Get instance status")."""
    failed = state.HasField("failureDetails")
    return {
        "name": state.name,
        "instanceId": state.instanceId,
        "runtimeStatus": status_name(state),
        "input": history.payload(state.input) if show_input else None,
        "customStatus": history.payload(state.customStatus),
        "output": history.failure_text(state.failureDetails) if failed else history.payload(state.output),
        "createdTime": _seconds(state.createdTimestamp),
        "lastUpdatedTime": _seconds(state.lastUpdatedTimestamp),
    }


def _seconds(timestamp: Any) -> str:
    return str(timestamp.ToDatetime().strftime("%Y-%m-%dT%H:%M:%SZ"))
