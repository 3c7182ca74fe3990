"""Many machines at once, from Azure Resource Graph: one query for a page of 1,000, whatever the subscriptions.

Resource Graph lags behind by seconds to minutes, and leaves out what the app may not read without a word about it. So
nothing is ended because of it: what is decisive is read again from where it lives.
Source: https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data
"""

import json
from collections.abc import Iterable
from io import BytesIO

from azure.core.exceptions import DeserializationError

from asr.gateway.answers import not_understood
from asr.gateway.document import Json, flag, number, sections, text, text_or_none
from asr.gateway.resources import region_name
from asr.gateway.session import Azure
from asr.model.fleet import STANDARD, Machine, MachineDisk, MachinePage

PAGE_SIZE = 1000
"""The most rows that Resource Graph answers at once."""

MACHINES = """
resources
| where type =~ 'microsoft.compute/virtualmachines'
| project id, location, tags, guid = tostring(properties.vmId),
    size = tostring(properties.hardwareProfile.vmSize),
    security = tostring(properties.securityProfile.securityType),
    generation = tostring(properties.extended.instanceView.hyperVGeneration),
    power = tostring(properties.extended.instanceView.powerState.code),
    osDisk = tostring(properties.storageProfile.osDisk.managedDisk.id),
    osBlob = tostring(properties.storageProfile.osDisk.vhd.uri),
    dataDisks = properties.storageProfile.dataDisks
| order by id asc
"""

_POWER = "PowerState/"
_REQUEST = "POST /providers/Microsoft.ResourceGraph/resources"


async def find_machines(azure: Azure, continuation: str | None = None, *, top: int = PAGE_SIZE) -> MachinePage:
    """A page of the watched subscriptions' VMs. One request.

    The names of tags are compared without case, so which tags are the app's is told here and not in the query.

    Raises:
        Rejected, TransientFault: the query may not, or could not be answered.
    """
    rows, following = await query(azure, azure.settings.subscriptions, MACHINES, top=top, continuation=continuation)
    prefix = azure.settings.tag_prefix.lower()
    return MachinePage(tuple(_machine(row, prefix) for row in rows), following)


async def query(
    azure: Azure, subscriptions: Iterable[str], text_: str, *, top: int = PAGE_SIZE, continuation: str | None = None
) -> tuple[list[Json], str | None]:
    """A page of a query's rows, each with an id, and what to ask for the next page by; None if it is the last.

    Raises:
        Rejected, TransientFault: the query may not, or could not be answered.
    """
    options = {"$top": top, "resultFormat": "objectArray"}
    if continuation is not None:
        options["$skipToken"] = continuation
    body = {"subscriptions": list(subscriptions), "query": text_, "options": options}
    with azure.calling(_REQUEST):
        try:
            answer = await azure.graph().resources(BytesIO(json.dumps(body).encode()))
        except DeserializationError:
            raise not_understood(_REQUEST, "it is no answer to a query") from None
    rows = getattr(answer, "data", None)
    if not isinstance(rows, list) or not all(isinstance(row, dict) and text(row, "id") for row in rows):
        raise not_understood(_REQUEST, "it lists no resources")
    if continuation is not None and answer.skip_token == continuation:
        raise not_understood(_REQUEST, "its next page is the one that was asked for")
    return rows, answer.skip_token or None


def _machine(row: Json, prefix: str) -> Machine:
    tags = row.get("tags")
    os_disk = text(row, "osDisk") or text(row, "osBlob")
    power = text(row, "power")
    return Machine(
        id=text(row, "id"),
        location=region_name(text(row, "location")),
        guid=text_or_none(row, "guid"),
        size=text(row, "size"),
        security_type=text(row, "security") or STANDARD,
        generation=text_or_none(row, "generation"),
        power_state=power.removeprefix(_POWER) if power.startswith(_POWER) else None,
        tags={
            name: value
            for name, value in (tags.items() if isinstance(tags, dict) else ())
            if isinstance(value, str) and name.lower().startswith(prefix)
        },
        disks=(
            *([MachineDisk(os_disk)] if os_disk else ()),
            *(
                MachineDisk(_disk(disk), number(disk, "lun"), flag(disk, "writeAcceleratorEnabled") is True)
                for disk in sections(row, "dataDisks")
            ),
        ),
    )


def _disk(disk: Json) -> str:
    return text(disk, "managedDisk", "id") or text(disk, "vhd", "uri")
