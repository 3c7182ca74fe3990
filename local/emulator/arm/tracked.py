"""Tracked resources: from one record per type, the routes that every such type has.

PUT, PATCH, GET, DELETE on the resource and GET on its list, by resource group and by subscription.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud, Continuation
from local.emulator.arm.concurrency import check_deletable_now, check_idle, remembered, replay_of
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.names import NameRule
from local.emulator.arm.operations import Operation
from local.emulator.arm.paging import page
from local.emulator.arm.preconditions import check_preconditions
from local.emulator.arm.regions import checked_location
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Handler, Route
from local.emulator.arm.schema import OBJECT, TRACKED, Schema
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import OperationStyle
from local.emulator.arm.tags import checked_tags
from local.emulator.arm.wire import JsonObject, merged

type Render = Callable[[ArmRequest, Resource | None], JsonObject]
type Present = Callable[[ArmRequest, Resource], JsonObject]
type Effect = Callable[[Cloud, Resource], None]
type Etag = Callable[[Cloud], str]


def as_stored(_request: ArmRequest, resource: Resource) -> JsonObject:
    """Show a resource as it is kept."""
    return resource.body


def nothing(_cloud: Cloud, _resource: Resource) -> None:
    """Have no further effect."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedType:
    """One type of tracked resource.

    Attributes:
        type: the full type (`Microsoft.Network/networkInterfaces`).
        schema: what its properties are read as.
        naming: what names are refused; None when its own code, or nobody, looks at them.
        render: from what was PUT (and what is there) to the body to keep; raises ArmError to refuse. `location` and
            `tags` are set around it. PATCH goes through it too, with the merged body.
        present: from what is kept to what is shown.
        accepted: what follows as soon as a write is accepted: what others may not take any more from then on.
        written: what follows once the write has completed (links kept in step); raises ArmError to fail it.
        style: how long operations look for this type; None when writes are synchronous.
        asynchronous: which of `create`, `update`, `patch`, `delete` are long operations.
        created_status: the status of a synchronous PUT of something new.
        deleted_status: the status of a synchronous DELETE.
        updating: the provisioning state shown while something is created or updated.
        bodies: whether the answer that accepts a write has the resource as its body.
        etag: makes the version mark that a write leaves, and again its end; None for types that show none.
        etag_header: whether GET has it as a header, too.
        regional: whether it has a location and tags of its own; a subnet has neither.
    """

    type: str
    render: Render
    schema: Mapping[str, Schema] = field(default_factory=lambda: OBJECT)
    naming: NameRule | None = None
    present: Present = as_stored
    accepted: Effect = nothing
    written: Effect = nothing
    style: OperationStyle | None = None
    asynchronous: frozenset[str] = field(default=frozenset({"create", "update", "delete"}))
    created_status: int = 201
    deleted_status: int = 200
    updating: Mapping[str, str] = field(default_factory=lambda: {"create": "Creating", "update": "Updating"})
    bodies: bool = True
    etag: Etag | None = None
    etag_header: bool = False
    regional: bool = True

    @property
    def word(self) -> str:
        """The name under which this type's continuations are registered."""
        return self.type.lower()

    @property
    def _deletion(self) -> str:
        return f"{self.type}/delete"

    @property
    def child(self) -> bool:
        """Whether resources of this type live below another resource."""
        return self.type.count("/") > 1

    def routes(self) -> tuple[Route, ...]:
        """Return the type's rows of the route table. A child type (`x/y`) is listed below its parent only."""
        namespace, *parents, kind = self.type.split("/")
        below = "".join(f"/{parent}/{{{parent}}}" for parent in parents) + f"/{kind}"
        in_group = f"/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{namespace}{below}"
        one = f"{in_group}/{{name}}"
        rows: tuple[tuple[str, str, Handler], ...] = (
            ("PUT", one, self._put),
            ("PATCH", one, self._patch),
            ("GET", one, self._get),
            ("HEAD", one, self._head),
            ("DELETE", one, self._delete),
            ("GET", in_group, self._list),
        )
        if not parents:
            rows += (("GET", f"/subscriptions/{{subscription}}/providers/{namespace}/{kind}", self._list),)
        read = {**TRACKED, "properties": self.schema}
        return tuple(Route(*row, body=read) for row in rows)

    def continuations(self) -> dict[str, Continuation]:
        """Return what the type's long operations run when they end."""
        return {f"{self.word}.written": self._complete_write, f"{self.word}.deleted": self._complete_delete}

    def _put(self, request: ArmRequest) -> ArmResponse:
        present = request.cloud.store.find(request.id)
        body = dict(request.body)
        if present is None and self.naming:
            self.naming.check(request.id.name)
        if self.child and request.cloud.store.find(request.id.parent) is None:
            raise errors.parent_not_found(request.id)
        if self.regional:
            body["location"] = checked_location(request, present, self.type)
        check_preconditions(request.headers, present)
        if present and self.style and (replayed := replay_of(request, present)):
            return self._accepted(request, present, self.style, *replayed, silent=True)
        return self._write(request, present, body, "update" if present else "create")

    def _patch(self, request: ArmRequest) -> ArmResponse:
        present = self._found(request)
        check_preconditions(request.headers, present)
        body = merged(present.body, request.body)
        if "tags" in request.body:
            body["tags"] = request.body["tags"]
        return self._write(request, present, body, "patch")

    def _write(self, request: ArmRequest, present: Resource | None, body: JsonObject, what: str) -> ArmResponse:
        if self.style:
            check_idle(request, self.style, child=self.child)
        own = {}
        if self.regional:
            own = {"location": body["location"], "tags": checked_tags(body.get("tags") or {})}
        rendered = {**self.render(replace(request, body={**body, **own}), present), **own}
        properties = rendered.setdefault("properties", {})
        cloud, style = request.cloud, self.style
        begins = style is not None and what in self.asynchronous
        properties["provisioningState"] = "Succeeded"
        if begins:
            properties["provisioningState"] = self.updating["create" if what == "create" else "update"]
        if self.etag:
            rendered["etag"] = self.etag(cloud)
        resource = cloud.write(request.id, rendered, remembered(request, what) if begins else None)
        self.accepted(cloud, resource)
        if style is None or not begins:
            self.written(cloud, resource)
            status = self.created_status if what == "create" else 200
            return ArmResponse(status=status, body=deepcopy(self.present(request, resource)))
        operation = self._begin(cloud, resource, f"{self.type}/write", "written")
        return self._accepted(request, resource, style, operation, what)

    def _begin(self, cloud: Cloud, resource: Resource, kind: str, then: str) -> Operation:
        arguments = {"id": resource.id.text}
        return cloud.operations.begin(kind, resource.id, then=f"{self.word}.{then}", arguments=arguments)

    def _accepted(
        self,
        request: ArmRequest,
        resource: Resource,
        style: OperationStyle,
        operation: Operation,
        what: str,
        *,
        silent: bool = False,
    ) -> ArmResponse:
        shown = deepcopy(self.present(request, resource)) if self.bodies and what != "delete" else None
        response = style.accept(request, operation, what, location=resource.location, body=shown)
        response.silent = silent
        return response

    def _complete_write(self, cloud: Cloud, arguments: JsonObject) -> None:
        resource = cloud.store.find(arguments["id"])
        if resource is None:
            return
        resource.properties["provisioningState"] = "Succeeded"
        if self.etag:
            resource.body["etag"] = self.etag(cloud)
        try:
            self.written(cloud, resource)
        except ArmError:
            resource.properties["provisioningState"] = "Failed"
            raise

    def _get(self, request: ArmRequest) -> ArmResponse:
        body = self.present(request, self._found(request))
        marked = self.etag_header and "etag" in body
        return ArmResponse(body=body, headers={"ETag": body["etag"]} if marked else {})

    def _found(self, request: ArmRequest) -> Resource:
        found = request.cloud.store.find(request.id)
        if found is None and self.child:
            raise errors.nested_not_found(request.id)
        return request.cloud.resource(request.id)

    def _head(self, request: ArmRequest) -> ArmResponse:
        return ArmResponse(status=204 if request.cloud.store.find(request.id) else 404)

    def _list(self, request: ArmRequest) -> ArmResponse:
        scope = request.id.group_id if request.group else request.id.subscription_id
        if self.child:
            scope = ResourceId.parse(request.id.text.rpartition("/")[0])
            request.cloud.resource(scope)
        found = request.cloud.store.of_type(self.type, scope)
        return page(request, found, lambda resource: self.present(request, resource))

    def _delete(self, request: ArmRequest) -> ArmResponse:
        cloud = request.cloud
        resource = cloud.store.find(request.id)
        if resource is None:
            return ArmResponse(status=204, silent=True)
        check_preconditions(request.headers, resource)
        running = cloud.operations.running_on(resource.id)
        if self.style:
            if running and running.kind == self._deletion:
                return self._accepted(request, resource, self.style, running, "delete", silent=True)
            check_deletable_now(self.style, running)
        cloud.check_deletable(resource.id)
        if running:
            cloud.operations.cancel(running)
        if self.style is None or "delete" not in self.asynchronous:
            cloud.delete(resource.id)
            return ArmResponse(status=self.deleted_status)
        resource.properties["provisioningState"] = "Deleting"
        operation = self._begin(cloud, resource, self._deletion, "deleted")
        return self._accepted(request, resource, self.style, operation, "delete")

    def _complete_delete(self, cloud: Cloud, arguments: JsonObject) -> None:
        if resource := cloud.store.find(arguments["id"]):
            cloud.delete(resource.id)
