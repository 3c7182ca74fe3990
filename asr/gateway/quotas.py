"""What a subscription may use in a region: sizes and quotas."""

from asr.gateway.document import Json, number, sections, text
from asr.gateway.resources import list_path
from asr.gateway.session import Azure
from asr.gateway.shared import recall_shared
from asr.gateway.versions import api_version
from asr.model.preflight_facts import Size, Usage

SIZES_SECONDS = 6 * 3600.0
"""How long the sizes of a region count: a large answer about what changes once in weeks."""

USAGES_SECONDS, LENIENT_USAGES_SECONDS = 60.0, 300.0
"""How long quotas count."""


async def read_sizes(azure: Azure, subscription: str, region: str) -> tuple[Size, ...]:
    """The VM sizes of a region, with what keeps the subscription from them. Source: Resource Skus - List."""

    async def ask() -> tuple[Size, ...]:
        path = f"/subscriptions/{subscription}/providers/Microsoft.Compute/skus"
        listed = await list_path(azure, subscription, path, _SKUS, only=f"location eq '{region}'")
        return tuple(_size(sku) for sku in listed if text(sku, "resourceType").lower() == "virtualmachines")

    question = ("sizes", subscription.lower(), region)
    return await recall_shared(azure, question, tuple[Size, ...], SIZES_SECONDS, ask)


async def read_usages(azure: Azure, subscription: str, region: str) -> tuple[Usage, ...]:
    """How much of each compute quota of a region is used. Source: Usage - List."""

    async def ask() -> tuple[Usage, ...]:
        path = f"/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{region}/usages"
        return tuple(
            Usage(text(usage, "name", "value"), number(usage, "currentValue") or 0, number(usage, "limit") or 0)
            for usage in await list_path(azure, subscription, path, _USAGES)
        )

    question = ("usages", subscription.lower(), region)
    return await recall_shared(azure, question, tuple[Usage, ...], USAGES_SECONDS, ask, lenient=LENIENT_USAGES_SECONDS)


_SKUS = api_version("Microsoft.Compute/skus")
_USAGES = api_version("Microsoft.Compute/locations/usages")


def _size(sku: Json) -> Size:
    told = {text(one, "name"): text(one, "value") for one in sections(sku, "capabilities")}
    cores, memory = told.get("vCPUs", ""), told.get("MemoryGB", "")
    barred = [one for one in sections(sku, "restrictions") if text(one, "type").lower() == "location"]
    return Size(
        name=text(sku, "name"),
        family=text(sku, "family"),
        vcpus=int(cores) if cores.isdigit() else None,
        memory_gib=float(memory) if memory.replace(".", "", 1).isdigit() else None,
        restriction=(text(barred[0], "reasonCode") or "restricted") if barred else None,
    )
