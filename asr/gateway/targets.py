"""Creating what the recovery side needs. Each body is written once, here; whether to create is decided elsewhere.

Bodies carry what matters and leave the rest to Azure's defaults; no security group, route table or public address is
ever made or attached.
"""

from collections.abc import Sequence

from asr.gateway.marks import marks
from asr.gateway.resources import put, put_group
from asr.gateway.session import Azure
from asr.model.step import Operation
from asr.model.vm_facts import Subnet

__all__ = [
    "put_availability_set",
    "put_group",
    "put_network",
    "put_placement_group",
    "put_storage_account",
    "put_vault",
]


async def put_vault(azure: Azure, vault_id: str, location: str) -> Operation | None:
    """Create a vault as the portal does, its alerts for failed jobs on. Source: Vaults - Create Or Update."""
    return await put(
        azure,
        vault_id,
        {
            "location": location,
            "tags": marks(),
            "sku": {"name": "Standard"},
            "properties": {
                "publicNetworkAccess": "Enabled",
                "monitoringSettings": {
                    "azureMonitorAlertSettings": {"alertsForAllJobFailures": "Enabled"},
                    "classicAlertSettings": {"alertsForCriticalOperations": "Enabled"},
                },
            },
        },
    )


async def put_network(
    azure: Azure, network_id: str, location: str, address_prefixes: Sequence[str], subnets: Sequence[Subnet]
) -> Operation | None:
    """Create a virtual network with this address space and these subnets, and nothing else.

    A PUT on a network that exists replaces its subnets: the caller reads first.
    Source: Virtual Networks - Create Or Update.
    """
    return await put(
        azure,
        network_id,
        {
            "location": location,
            "tags": marks(),
            "properties": {
                "addressSpace": {"addressPrefixes": list(address_prefixes)},
                "subnets": [{"name": subnet.name, "properties": _addresses(subnet)} for subnet in subnets],
            },
        },
    )


async def put_placement_group(azure: Azure, group_id: str, location: str) -> Operation | None:
    """Create a proximity placement group. It is bound to a place, and to a zone, by its first VM: until then by none.

    Source: Proximity Placement Groups - Create Or Update.
    """
    body = {
        "location": location,
        "tags": marks(),
        "properties": {"proximityPlacementGroupType": "Standard"},
    }
    return await put(azure, group_id, body)


async def put_availability_set(
    azure: Azure,
    set_id: str,
    location: str,
    *,
    fault_domains: int,
    update_domains: int,
    sku: str,
    placement_group_id: str | None = None,
) -> Operation | None:
    """Create an availability set; `sku` is `Aligned` for managed disks, else `Classic`.

    Source: Availability Sets - Create Or Update.
    """
    near = {"proximityPlacementGroup": {"id": placement_group_id}} if placement_group_id else {}
    domains = {"platformFaultDomainCount": fault_domains, "platformUpdateDomainCount": update_domains}
    return await put(
        azure,
        set_id,
        {
            "location": location,
            "tags": marks(),
            "sku": {"name": sku},
            "properties": {**domains, **near},
        },
    )


async def put_storage_account(
    azure: Azure, account_id: str, location: str, *, kind: str, sku: str, purpose: str
) -> Operation | None:
    """Create a storage account that is closed to the public and to old TLS; soft delete stays off, Azure's default.

    Shared keys stay allowed: Site Recovery writes to cache and target accounts with them.
    Source: Storage Accounts - Create.
    """
    return await put(
        azure,
        account_id,
        {
            "location": location,
            "tags": marks(purpose),
            "kind": kind,
            "sku": {"name": sku},
            "properties": {
                "minimumTlsVersion": "TLS1_2",
                "allowBlobPublicAccess": False,
                "supportsHttpsTrafficOnly": True,
            },
        },
    )


def _addresses(subnet: Subnet) -> dict[str, object]:
    if len(subnet.address_prefixes) == 1:
        return {"addressPrefix": subnet.address_prefixes[0]}
    return {"addressPrefixes": list(subnet.address_prefixes)}
