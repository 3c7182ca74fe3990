"""What is taken away again: by id, each after it was read, and nothing by the look of its name."""

from http import HTTPStatus

from azure.core.rest import HttpRequest

from asr.errors import Rejected
from asr.gateway.begun import operation_in
from asr.gateway.document import Json, section, sections, text
from asr.gateway.resources import is_absence, list_path, read_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.absence import is_absent
from asr.gateway.versions import SITE_RECOVERY_VERSION, api_version
from asr.model.resource_id import parse
from asr.model.step import Operation

_LINK = "/providers/microsoft.resources/links/"

GROUP_VERSION = "2021-04-01"
TAGS_VERSION = "2021-04-01"

_REMOVED_BY_POST = frozenset(
    {"replicationfabrics", "replicationprotectioncontainers", "replicationprotectioncontainermappings"}
)
"""What Site Recovery removes in good order by POST .../remove; a DELETE of these is the purge."""


async def begin_delete(azure: Azure, id_: str) -> Operation | None:
    """Begin to delete a resource, a resource group, or something of Site Recovery's in a vault.

    Source: Resources - Delete By Id; Resource Groups - Delete; Site Recovery's own deletions.
    """
    method, path = ("POST", f"{id_}/remove") if _kind(id_) in _REMOVED_BY_POST else ("DELETE", id_)
    body = {"properties": _removal(id_)} if method == "POST" else None
    return await _send(azure, method, path, version_of(id_), body)


async def begin_power(azure: Azure, vm_id: str, action: str) -> Operation | None:
    """Begin to `start` or to `deallocate` a VM. Source: Virtual Machines - Start; - Deallocate."""
    return await _send(azure, "POST", f"{vm_id}/{action}", api_version(parse(vm_id).type))


async def set_tag(azure: Azure, resource_id: str, name: str, value: str) -> None:
    """Set one tag and leave all others as they are. Source: Tags - Update At Scope, operation Merge."""
    path = f"{resource_id}/providers/Microsoft.Resources/tags/default"
    body = {"operation": "Merge", "properties": {"tags": {name: value}}}
    await _send(azure, "PATCH", path, TAGS_VERSION, body)


async def read_any(azure: Azure, id_: str) -> Json | None:
    """The document of a resource, of a resource group, or of something of Site Recovery's; None if it is not there.

    By a GET of its own: lists show what is gone for minutes.
    """
    try:
        return await read_path(azure, _subscription(id_), id_, version_of(id_))
    except Rejected as error:
        if is_absent(error) or is_absence(error):
            return None
        raise


async def held_by_others(azure: Azure, id_: str, document: Json) -> str | None:
    """Who uses a network, set, placement group or resource group, by its own document; None: nobody does.

    The vault's items are not asked here.
    """
    match _kind(id_):
        case "virtualnetworks":
            about = section(document, "properties")
            used = [
                subnet for subnet in sections(about, "subnets") if sections(subnet, "properties", "ipConfigurations")
            ]
            if used:
                return f"interfaces are in its subnet {text(used[0], 'name')}"
            peerings = sections(about, "virtualNetworkPeerings")
            return f"it is peered ({text(peerings[0], 'name')})" if peerings else None
        case "availabilitysets" | "proximityplacementgroups":
            about = section(document, "properties")
            members = [
                text(one, "id")
                for name in ("virtualMachines", "availabilitySets", "virtualMachineScaleSets")
                for one in sections(about, name)
            ]
            return f"{members[0]} is in it" if members else None
        case "resourcegroups":
            listed = await list_path(azure, _subscription(id_), f"{id_}/resources", GROUP_VERSION)
            return f"{text(listed[0], 'id')} is in it" if listed else None
    return None


def version_of(id_: str) -> str:
    """The API version by which this is read and deleted."""
    if _kind(id_) == "resourcegroups":
        return GROUP_VERSION
    if _LINK in id_.lower():
        return api_version("Microsoft.Resources/links")
    parsed = parse(id_)
    if len(parsed.names) > 1 and parsed.type.lower().startswith("microsoft.recoveryservices/"):
        return SITE_RECOVERY_VERSION
    return api_version(parsed.type)


async def _send(azure: Azure, method: str, path: str, version: str, body: object = None) -> Operation | None:
    request = HttpRequest(method, f"{azure.settings.arm_endpoint}{path}?api-version={version}", json=body)
    with azure.calling(f"{method} {path}"):
        response = await azure.subscriptions().send_request(request)
        if response.status_code == HTTPStatus.NOT_FOUND and method == "DELETE":
            return None
        response.raise_for_status()
    return operation_in(response, azure.settings.poll_seconds)


def _removal(id_: str) -> Json:
    """What the removal of a container mapping takes, others take nothing."""
    if _kind(id_) != "replicationprotectioncontainermappings":
        return {}
    return {"providerSpecificInput": {"instanceType": "A2A"}}


def _subscription(id_: str) -> str:
    return id_.split("/")[2]


def _kind(id_: str) -> str:
    """The last type in the id, in lower case."""
    parts = [part for part in id_.split("/") if part]
    return parts[-2].lower() if len(parts) > 1 else ""
