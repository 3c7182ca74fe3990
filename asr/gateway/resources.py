"""Resources of any type, by id: read, put, patched, listed. Everything here goes through Azure Resource Manager."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from azure.core.rest import HttpRequest

from asr.errors import Rejected
from asr.gateway.answers import ANY_FORM
from asr.gateway.begun import Answer
from asr.gateway.document import Json, section, sections, text_or_none
from asr.gateway.marks import CREATED_BY, marks
from asr.gateway.paging import Pages, entries
from asr.gateway.session import Azure
from asr.gateway.versions import api_version
from asr.model.resource_id import parse
from asr.model.step import Operation

VIRTUAL_MACHINE = "Microsoft.Compute/virtualMachines"

_NOT_ABSENCE = frozenset({"InvalidResourceType", "InvalidResourceNamespace", "NoRegisteredProviderFound"})
"""Codes that come with 404 and yet say that the request is wrong, not that the resource is missing."""


@dataclass(frozen=True, slots=True)
class ListedResource:
    """A resource as lists show it: without its properties. Source: Resources - List."""

    id: str
    name: str
    location: str
    tags: dict[str, str]


def is_absence(error: Rejected) -> bool:
    """Whether a refused read means that there is no such resource."""
    return error.status == 404 and error.reason.code not in _NOT_ABSENCE


async def read(azure: Azure, resource_id: str, *, expand: str | None = None) -> Json | None:
    """The resource's document as Azure answers it; None if it does not exist.

    Source: Resources - Get By Id.
    """
    parsed = parse(resource_id)
    try:
        return await read_path(azure, parsed.subscription, str(parsed), api_version(parsed.type), expand=expand)
    except Rejected as error:
        if is_absence(error):
            return None
        raise


async def read_path(
    azure: Azure,
    subscription: str,
    path: str,
    version: str,
    *,
    expand: str | None = None,
    only: str | None = None,
    query: Mapping[str, str] | None = None,
) -> Json:
    """The document at a path that need not be a resource's id, such as a collection under a resource.

    `only` is an OData filter, `query` are further parameters: who asks so checks the answer.

    Raises:
        Rejected: also when there is nothing at the path; see `is_absence`.
    """
    given = (query or {}).items()
    with azure.calling(f"GET {path}"):
        return await azure.resources(subscription).resources.get_by_id(
            path.lstrip("/"),
            api_version=version,
            params={name: value for name, value in (("$expand", expand), ("$filter", only), *given) if value},
            **({ANY_FORM: True} if query else {}),
        )


async def list_path(
    azure: Azure, subscription: str, path: str, version: str, *, only: str | None = None
) -> tuple[Json, ...]:
    """Every entry of the collection at a path, all pages.

    Raises:
        Rejected: also when there is nothing at the path.
    """
    page = await read_path(azure, subscription, path, version, only=only)
    found, links = list(sections(page, "value")), Pages(f"GET {path}")
    while following := text_or_none(page, "nextLink"):
        links.follow(following)
        with azure.calling(f"GET {path}, next page"):
            response = await azure.subscriptions().send_request(HttpRequest("GET", following))
            response.raise_for_status()
            page = response.json()
        found += sections(page, "value")
    return tuple(found)


async def put(azure: Azure, resource_id: str, body: Json) -> Operation | None:
    """Create the resource, or replace it by this body. Source: Resources - Create Or Update By Id."""
    resources = azure.resources(parse(resource_id).subscription).resources
    return await _begin(azure, "PUT", resource_id, body, resources.begin_create_or_update_by_id)


async def patch(azure: Azure, resource_id: str, body: Json) -> Operation | None:
    """Change the properties that the body names. Source: Resources - Update By Id."""
    resources = azure.resources(parse(resource_id).subscription).resources
    return await _begin(azure, "PATCH", resource_id, body, resources.begin_update_by_id)


async def _begin(
    azure: Azure, method: str, resource_id: str, body: Json, begin: Callable[..., Awaitable[object]]
) -> Operation | None:
    parsed, answer = parse(resource_id), Answer()
    with azure.calling(f"{method} {resource_id}"):
        await begin(
            str(parsed).lstrip("/"),
            dict(body),
            api_version=api_version(parsed.type),
            polling=False,
            raw_response_hook=answer,
        )
        return answer.operation(azure.settings.poll_seconds)


async def read_group_location(azure: Azure, group_id: str) -> str | None:
    """The region of a resource group; None if it does not exist. Source: Resource Groups - Get."""
    subscription, name = _group_parts(group_id)
    try:
        with azure.calling(f"GET {group_id}"):
            group = await azure.resources(subscription).resource_groups.get(name)
    except Rejected as error:
        if is_absence(error):
            return None
        raise
    return region_name(group.location)


async def put_group(azure: Azure, group_id: str, location: str) -> None:
    """Create a resource group, marked as made by this app; one that exists keeps its region and loses no tag.

    The caller reads first: a PUT on a group that exists replaces its tags. Source: Resource Groups - Create Or Update.
    """
    (subscription, name), answer = _group_parts(group_id), Answer()
    with azure.calling(f"PUT {group_id}"):
        await azure.resources(subscription).resource_groups.create_or_update(
            name, {"location": location, "tags": marks()}, raw_response_hook=answer
        )
        answer.check()


def is_ours(body: Json) -> bool:
    """Whether the resource's tags say that the app made it."""
    tags = {name.lower(): value for name, value in section(body, "tags").items()}
    return all(tags.get(name) == value for name, value in CREATED_BY.items())


async def list_group_locations(azure: Azure, subscription: str) -> dict[str, str]:
    """The region of every resource group, by the group's name in lower case. Source: Resource Groups - List."""
    what = f"GET /subscriptions/{subscription}/resourcegroups"
    with azure.calling(what):
        return {
            group.name.lower(): region_name(group.location)
            async for group in entries(what, azure.resources(subscription).resource_groups.list())
            if group.name
        }


async def list_resources(azure: Azure, subscription: str, type_: str) -> tuple[ListedResource, ...]:
    """Every resource of this type in the subscription, with its tags. Source: Resources - List, all pages.

    By type and never by tag: Azure filters by one of the two only, and leaves the tags out of what it finds by tag.
    """
    what = f"GET /subscriptions/{subscription}/resources of type {type_}"
    with azure.calling(what):
        listed = azure.resources(subscription).resources.list(filter=f"resourceType eq '{type_}'")
        return tuple(
            [
                ListedResource(found.id or "", found.name or "", region_name(found.location), dict(found.tags or {}))
                async for found in entries(what, listed)
            ]
        )


def region_name(text: str | None) -> str:
    """A region's name as Azure's APIs take it: `East Asia` and `eastasia` are the same region."""
    return (text or "").lower().replace(" ", "")


def _group_parts(group_id: str) -> tuple[str, str]:
    parts = [part for part in group_id.split("/") if part]
    return parts[1], parts[3]
