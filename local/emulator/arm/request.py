"""One request as a handler sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmRequest:
    """A request that was let in: authenticated, versioned, its path matched and its body read.

    Attributes:
        cloud: the emulated Azure.
        method: the HTTP method.
        id: the path as a resource id, literal segments in the route table's casing, names as they were sent.
        params: the values of the template's `{placeholders}`.
        query: the query parameters, keys lower-cased (`query.get("$filter")`, `query["api-version"]`).
        raw_query: the query string as sent.
        body: the JSON object that was sent; empty when there was no body.
        form: form fields, for token requests.
        content: the bytes that were sent.
        headers: the request headers, keys lower-cased.
        base_url: scheme, host and port the client used, to build absolute URLs from.
        correlation_id: the correlation id of this request.
    """

    cloud: Cloud
    method: str
    id: ResourceId
    params: Mapping[str, str]
    query: Mapping[str, str]
    raw_query: str = ""
    body: JsonObject = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    base_url: str = ""
    correlation_id: str = ""

    @property
    def api_version(self) -> str:
        """The `api-version` sent, or ""."""
        return self.query.get("api-version", "")

    @property
    def subscription(self) -> str:
        """The subscription id of the path."""
        return self.id.subscription

    @property
    def group(self) -> str:
        """The resource group of the path."""
        return self.id.group

    @property
    def scope(self) -> ResourceId:
        """What `{*scope}` matched, in the casing of the resource there when it exists."""
        scope = ResourceId.parse(self.params["scope"])
        present = self.cloud.store.find(scope)
        return present.id if present else scope

    @property
    def client_request_id(self) -> str:
        """The `x-ms-client-request-id` sent, or the correlation id."""
        return self.headers.get("x-ms-client-request-id", self.correlation_id)

    @property
    def url(self) -> str:
        """The absolute URL that was asked for."""
        query = f"?{self.raw_query}" if self.raw_query else ""
        return f"{self.base_url}{self.id.text}{query}"
