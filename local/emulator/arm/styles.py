"""How each provider speaks about a long-running operation: statuses, headers, URLs and documents differ.

Source: recorded traffic and OpenAPI files; the table of accepted codes of the SDKs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from local.emulator.arm import conflicts, errors
from local.emulator.arm.errors import ArmError
from local.emulator.arm.operations import Operation, OperationStatus
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.signatures import signature
from local.emulator.arm.wire import JsonObject, offset_timestamp, timestamp

type Document = Callable[[Operation], JsonObject]
type Conflict = Callable[[Operation], ArmError]
type Result = Callable[[ArmRequest, Operation], ArmResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationStyle:
    """One provider's manner.

    Attributes:
        status_path: template of the `Azure-AsyncOperation` URL, or "" when the provider sends none. It may use
            `{subscription}`, `{location}`, any placeholder of the route that was asked for, and `{self}`, the
            resource's own id (whose route the provider then declares itself); it ends in `{operation}`.
        result_path: template of the `Location` URL, or "".
        result_query: what the `Location` URL has in its query before the api-version (`monitor=true`).
        document: how a status document looks.
        retry_after: seconds in Retry-After, in `real` pace.
        statuses: what was asked for (`create`, `update`, `patch`, `delete`, `action`) -> HTTP status of the answer.
        located: which of those carry `Location`.
        conflict: what is said about a resource that an operation is still working on.
        sibling_conflict: what is said about a child whose siblings or parent are being worked on; None to let it pass.
        interruptible: whether a deletion may begin while something is still being written.
    """

    status_path: str
    result_path: str = ""
    result_query: str = ""
    document: Document
    retry_after: int = 10
    statuses: Mapping[str, int]
    located: frozenset[str] = field(default=frozenset({"delete", "action"}))
    conflict: Conflict = conflicts.conflict_elsewhere
    sibling_conflict: Conflict | None = None
    interruptible: bool = False

    def accept(
        self,
        request: ArmRequest,
        operation: Operation,
        what: str,
        *,
        location: str = "",
        body: object = None,
    ) -> ArmResponse:
        """Return the answer that accepts a write and points at `operation`. `location` is the region in the URLs."""
        fill = {
            "subscription": request.subscription,
            **request.params,
            "self": request.id.text.lstrip("/"),
            "location": location or "global",
            "operation": operation.id,
        }
        headers = dict(request.cloud.pace.retry_after(self.retry_after))
        signed = signature(operation.id, request.cloud.switch)
        if self.status_path:
            headers["Azure-AsyncOperation"] = self._url(request, self.status_path, fill) + signed
        if self.result_path and (what in self.located or not self.status_path):
            headers["Location"] = self._url(request, self.result_path, fill, self.result_query) + signed
        return ArmResponse(status=self.statuses[what], body=body, headers=headers, operation=operation)

    @staticmethod
    def _url(request: ArmRequest, template: str, fill: Mapping[str, str], query: str = "") -> str:
        path = template
        for name, value in fill.items():
            path = path.replace("{" + name + "}", value)
        query = f"{query}&" if query else ""
        return f"{request.base_url}{path}?{query}api-version={request.api_version}"

    def routes(self, result: Result | None = None) -> tuple[Route, ...]:
        """Return the routes that answer this style's URLs. `result` renders a success at the `Location` URL."""

        def status(request: ArmRequest) -> ArmResponse:
            operation = found_operation(request)
            running = {} if operation.done else request.cloud.pace.retry_after(self.retry_after)
            return ArmResponse(body=self.document(operation), headers=running)

        def outcome(request: ArmRequest) -> ArmResponse:
            operation = found_operation(request)
            if not operation.done:
                again = {"Location": request.url, **request.cloud.pace.retry_after(self.retry_after)}
                return ArmResponse(status=202, headers=again)
            if operation.error:
                raise operation.error
            return result(request, operation) if result else ArmResponse(status=200)

        paths = ((self.status_path, status), (self.result_path, outcome))
        return tuple(Route("GET", path, handler) for path, handler in paths if path and "{self}" not in path)


def found_operation(request: ArmRequest) -> Operation:
    """Return the operation that the path names.

    Raises:
        ArmError: 404, there is none.
    """
    operation = request.cloud.operations.find(request.params["operation"])
    if operation is None:
        raise errors.nested_not_found(request.id, code="OperationNotFound")
    return operation


def stored_resource(request: ArmRequest, operation: Operation) -> ArmResponse:
    """Answer with the resource that the operation wrote; 204 when the operation removed it."""
    resource = request.cloud.store.find(operation.resource_id)
    return ArmResponse(body=resource.body) if resource else ArmResponse(status=204)


def bare_document(operation: Operation) -> JsonObject:
    """`{"status": ...}` and, after a failure, `error`: Microsoft.Network."""
    document: JsonObject = {"status": operation.status.value}
    return _with_error(document, operation)


def timed_document(operation: Operation) -> JsonObject:
    """`startTime`, `endTime`, `status`, `name`: Microsoft.Compute."""
    document: JsonObject = {"startTime": offset_timestamp(operation.began)}
    if operation.ended:
        document["endTime"] = offset_timestamp(operation.ended)
    return _with_error(document | {"status": operation.status.value, "name": operation.id}, operation)


def named_document(operation: Operation) -> JsonObject:
    """`id`, `name`, `status`: Recovery Services vaults (recorded: no times)."""
    own = operation.resource_id.child("operationStatus", operation.id).text
    return _with_error({"id": own, "name": operation.id, "status": operation.status.value}, operation)


def asr_document(operation: Operation) -> JsonObject:
    """Site Recovery's document: every key always there, the end truncated to whole seconds (recorded)."""
    ended = operation.ended.replace(microsecond=0) if operation.ended else None
    return {
        "error": operation.error.error() if operation.error else None,
        "id": None,
        "name": operation.id,
        "properties": None,
        "status": operation.status.value,
        "startTime": timestamp(operation.began),
        "endTime": timestamp(ended) if ended else None,
        "percentComplete": None,
    }


def _with_error(document: JsonObject, operation: Operation) -> JsonObject:
    if operation.status is OperationStatus.FAILED and operation.error:
        document["error"] = operation.error.error()
    return document


_LOCATIONS = "/subscriptions/{subscription}/providers/%s/locations/{location}/%s/{operation}"

COMPUTE = OperationStyle(
    status_path=_LOCATIONS % ("Microsoft.Compute", "operations"),
    result_path=_LOCATIONS % ("Microsoft.Compute", "operationResults"),
    document=timed_document,
    statuses={"create": 201, "update": 200, "patch": 200, "delete": 202, "action": 202},
    conflict=conflicts.conflict_in_compute,
    interruptible=True,
)
DISKS = OperationStyle(
    status_path=_LOCATIONS % ("Microsoft.Compute", "DiskOperations"),
    result_path=_LOCATIONS % ("Microsoft.Compute", "DiskOperationResults"),
    document=timed_document,
    statuses={"create": 202, "update": 202, "patch": 202, "delete": 202, "action": 202},
    located=frozenset({"create", "update", "patch", "delete", "action"}),
    conflict=conflicts.conflict_in_compute,
    interruptible=True,
)
NETWORK = OperationStyle(
    status_path=_LOCATIONS % ("Microsoft.Network", "operations"),
    result_path=_LOCATIONS % ("Microsoft.Network", "operationResults"),
    document=bare_document,
    statuses={"create": 201, "update": 200, "patch": 200, "delete": 202, "action": 202},
    conflict=conflicts.conflict_in_network,
    sibling_conflict=conflicts.sibling_in_network,
)
STORAGE = OperationStyle(
    status_path="",
    result_path=_LOCATIONS % ("Microsoft.Storage", "asyncoperations"),
    result_query="monitor=true",
    document=bare_document,
    retry_after=17,
    statuses={"create": 202},
    conflict=conflicts.conflict_in_storage,
)
_VAULT = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.RecoveryServices/vaults/{name}"
VAULTS = OperationStyle(
    status_path=_VAULT + "/operationStatus/{operation}",
    result_path=_VAULT + "/operationResults/{operation}",
    document=named_document,
    retry_after=60,
    statuses={"create": 201, "update": 200, "patch": 200, "delete": 202},
)
RESOURCE_GROUPS = OperationStyle(
    status_path="",
    result_path="/subscriptions/{subscription}/operationresults/{operation}",
    document=bare_document,
    retry_after=15,
    statuses={"delete": 202},
)
EVENT_GRID = OperationStyle(
    status_path=_LOCATIONS % ("Microsoft.EventGrid", "operationsStatus"),
    result_path=_LOCATIONS % ("Microsoft.EventGrid", "operationResults"),
    document=named_document,
    statuses={"create": 201, "update": 201, "delete": 202},
)
