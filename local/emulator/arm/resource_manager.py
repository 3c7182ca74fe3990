"""Azure Resource Manager: what is asked of every request before a provider sees it, and the event that follows."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import chain
from urllib.parse import parse_qsl

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.content import form_in, object_in
from local.emulator.arm.errors import ArmError
from local.emulator.arm.events import ResourceEvent, announcement
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.pace import PaceMode
from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Match, Router
from local.emulator.arm.schema import SchemaMismatch, deserialized
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import JsonObject, fresh_guid, is_guid, timestamp

_API_VERSION = re.compile(r"^(\d{4}-\d{2}-\d{2})(-[a-z]+(\.\d+)?)?$", re.IGNORECASE)
_GROUP_SEGMENTS = 4
_WRITES = frozenset({"PUT", "PATCH", "POST", "DELETE"})


class ResourceManager:
    """The providers and their routes. It keeps no state: that is the cloud's."""

    def __init__(self, providers: Sequence[Provider]) -> None:
        self.router = Router(chain.from_iterable(provider.routes for provider in providers))
        self._providers = tuple(providers)
        self._admissions = [admit for provider in providers for admit in provider.admissions]
        self._linked_admissions = [admit for provider in providers for admit in provider.linked_admissions]
        self._linked_access = {
            action.lower(): links for provider in providers for action, links in provider.linked_access.items()
        }

    def new_cloud(self, pace: PaceMode) -> Cloud:
        """Return an empty cloud with these providers."""
        return Cloud(self, self._providers, pace)

    def show(self, cloud: Cloud, path: str, headers: Mapping[str, str], api_version: str, base: str) -> object:
        """Return the body that a GET with `headers` would have; None when nothing answers one."""
        match = self.router.match("GET", path)
        if match is None:
            return None
        request = ArmRequest(
            cloud=cloud,
            method="GET",
            id=match.id,
            params=match.params,
            query={"api-version": api_version},
            headers=headers,
            base_url=base,
        )
        try:
            return match.route.handler(request).body
        except ArmError:
            return None

    def answers(self, method: str, path: str) -> bool:
        """Say whether there is a route."""
        return self.router.match(method, path) is not None

    def types(self) -> Mapping[str, set[str]]:
        """Return namespace -> resource types that can be written."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for route in self.router.routes:
            if route.method == "PUT" and "providers" in route.segments:
                parsed = ResourceId.parse(route.template)
                found[parsed.namespace].add(parsed.type.partition("/")[2])
        return found

    def send(
        self, cloud: Cloud, method: str, path: str, query: str, headers: Mapping[str, str], content: bytes, base: str
    ) -> ArmResponse:
        """Let one request in, have it answered and publish what it did. `base` is the URL that links begin with.

        Raises:
            ArmError: the request was refused, here or by its provider.
        """
        parameters = {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)}
        match = self.router.match(method, path)
        if not (match and match.route.open):
            _check_authorization(headers.get("authorization", ""), f"{base}/{cloud.tenant}")
        if match is None:
            raise errors.not_implemented(method, path)
        if not match.route.open:
            _check_version(parameters.get("api-version", ""))
            caller = Caller.of(headers)
            for admit in self._admissions:
                admit(cloud, match, caller)
            _check_scope(cloud, match)
        form = form_in(headers, content) if match.route.open else {}
        request = ArmRequest(
            cloud=cloud,
            method=method,
            id=match.id,
            params=match.params,
            query=parameters,
            raw_query=query,
            body={} if form or match.route.raw else _read(object_in(headers, content), match),
            form=form,
            content=content,
            headers=headers,
            base_url=base,
            correlation_id=headers.get("x-ms-correlation-request-id") or fresh_guid(),
        )
        if not match.route.open:
            self._check_links(cloud, match, request)
        new = method == "PUT" and not match.route.about_scope and cloud.store.find(match.id) is None
        response = match.route.handler(request)
        if method in _WRITES and not (match.route.silent or match.route.open or response.silent):
            _announce(request, match, response, new=new)
        return response

    def _check_links(self, cloud: Cloud, match: Match, request: ArmRequest) -> None:
        """Ask whether the caller may do what the request needs besides its own action."""
        links = self._linked_access.get(match.route.event_action.lower())
        if links is not None:
            for admit in self._linked_admissions:
                admit(cloud, match, Caller.of(request.headers), links(request.body, request.id))


def _read(body: JsonObject, match: Match) -> JsonObject:
    try:
        return deserialized(body, match.route.body)
    except SchemaMismatch as found:
        why = f"Error converting value {found.value} to {found.wanted}. Path '{found.path}'"
        raise errors.invalid_request_content(why) from None


def _check_authorization(given: str, authority: str) -> None:
    scheme, _, token = given.partition(" ")
    if not given:
        raise errors.authentication_failed(authority, "is missing")
    if scheme.lower() != "bearer" or not token.strip():
        raise errors.authentication_failed(authority, "is not of the form 'Bearer <token>'")


def _check_version(version: str) -> None:
    if not version:
        raise errors.missing_api_version()
    found = _API_VERSION.match(version)
    try:
        date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise errors.invalid_api_version(version) from None


def _check_scope(cloud: Cloud, match: Match) -> None:
    """Refuse paths below a subscription or resource group that does not exist."""
    subscription, group = match.id.subscription, match.id.group
    if subscription and subscription.lower() not in cloud.subscriptions:
        refusal = errors.subscription_not_found if is_guid(subscription) else errors.invalid_subscription_id
        raise refusal(subscription)
    addresses_group = len(match.id.text.strip("/").split("/")) == _GROUP_SEGMENTS
    if not group or addresses_group:
        return
    found = cloud.store.find(match.id.group_id)
    if found is None:
        raise errors.resource_group_not_found(group)
    if match.route.method in {"PUT", "PATCH"} and found.properties.get("provisioningState") == "Deleting":
        raise errors.resource_group_being_deleted(found.id.name)


def _announce(request: ArmRequest, match: Match, response: ArmResponse, *, new: bool) -> None:
    cloud = request.cloud
    subject = request.scope if match.route.about_scope else request.id
    if request.method == "POST" and not subject.name:
        subject = subject.without_action  # an action is about what it is done to
    present = cloud.store.find(subject)
    caller = Caller.of(request.headers)
    event = ResourceEvent(
        subject=(present.id if present else subject).text,
        scope=request.id.text,
        action=match.route.event_action,
        method=request.method,
        url=request.url,
        created=new,
        correlation_id=request.correlation_id,
        client_request_id=request.client_request_id,
        client=caller.client,
        principal=caller.object_id,
        at=timestamp(cloud.clock.now()),
    )
    if response.operation and not response.operation.done:
        response.operation.announcement = announcement(event)
    else:
        cloud.events.publish(event)
