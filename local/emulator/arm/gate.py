"""What ARM's front door asks of every request before a provider sees it."""

import re
from datetime import date
from urllib.parse import parse_qsl

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.content import form_in, object_in
from local.emulator.arm.events import ResourceEvent, announcement
from local.emulator.arm.exchange import ArmRequest, ArmResponse
from local.emulator.arm.router import Match
from local.emulator.arm.shapes import Misshapen, shaped
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import JsonObject, fresh_guid, is_guid, timestamp

_API_VERSION = re.compile(r"^(\d{4}-\d{2}-\d{2})(-[a-z]+(\.\d+)?)?$", re.IGNORECASE)
_GROUP_SEGMENTS = 4
_WRITES = frozenset({"PUT", "PATCH", "POST", "DELETE"})


def answer(
    cloud: Cloud, method: str, path: str, raw_query: str, headers: dict[str, str], content: bytes, base_url: str
) -> ArmResponse:
    """Let one request in, have it answered and publish what it did.

    Raises:
        ArmError: the request was refused, here or by its provider.
    """
    query = {name.lower(): value for name, value in parse_qsl(raw_query, keep_blank_values=True)}
    match = cloud.router.match(method, path)
    if not (match and match.route.open):
        _check_authorization(headers.get("authorization", ""), f"{base_url}/{cloud.tenant}")
    if match is None:
        raise errors.not_implemented(method, path)
    if not match.route.open:
        _check_version(query.get("api-version", ""))
        caller = Caller.of(headers)
        for provider in cloud.providers:
            for admit in provider.admissions:
                admit(cloud, match, caller)
        _check_scope(cloud, match)
    form = form_in(headers, content) if match.route.open else {}
    body = {} if form else _read(object_in(headers, content), match)
    request = ArmRequest(
        cloud=cloud,
        method=method,
        id=match.id,
        params=match.params,
        query=query,
        raw_query=raw_query,
        body=body,
        form=form,
        headers=headers,
        base_url=base_url,
        correlation_id=headers.get("x-ms-correlation-request-id") or fresh_guid(),
    )
    new = method == "PUT" and not match.route.about_scope and cloud.store.find(match.id) is None
    response = match.route.handler(request)
    if method in _WRITES and not (match.route.silent or match.route.open or response.silent):
        _announce(request, match, response, new=new)
    return response


def _read(body: JsonObject, match: Match) -> JsonObject:
    try:
        return shaped(body, match.route.body)
    except Misshapen as found:
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
    event = ResourceEvent(
        subject=(present.id if present else subject).text,
        scope=request.id.text,
        action=match.route.event_action,
        method=request.method,
        url=request.url,
        created=new,
        correlation_id=request.correlation_id,
        client_request_id=request.client_request_id,
        at=timestamp(cloud.clock.now()),
    )
    if response.operation and not response.operation.done:
        response.operation.announcement = announcement(event)
    else:
        cloud.events.publish(event)
