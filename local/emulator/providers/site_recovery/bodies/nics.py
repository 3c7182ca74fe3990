"""Wire bodies of a protected machine's network interfaces. The misspelt keys are the service's own."""

from collections.abc import Mapping

from local.emulator.arm.wire import JsonObject, stable_guid
from local.emulator.providers.site_recovery import names

UPDATABLE = (
    "recoveryNetworkSecurityGroupId",
    "enableAcceleratedNetworkingOnRecovery",
    "tfoVMNetworkId",
    "tfoNetworkSecurityGroupId",
    "enableAcceleratedNetworkingOnTfo",
    "recoveryNicName",
    "recoveryNicResourceGroupName",
    "reuseExistingNic",
    "tfoNicName",
    "tfoNicResourceGroupName",
    "tfoReuseExistingNic",
    "targetNicName",
)
"""What PATCH may set on a NIC."""

SHOWN_AS = {"tfoNicName": "tfoRecoveryNicName", "tfoNicResourceGroupName": "tfoRecoveryNicResourceGroupName"}
"""Inputs whose output has another key."""

UPDATABLE_ADDRESS = (
    "isPrimary",
    "isSeletedForFailover",
    "recoverySubnetName",
    "recoveryStaticIPAddress",
    "recoveryPublicIPAddressId",
    "recoveryLBBackendAddressPoolIds",
    "tfoSubnetName",
    "tfoStaticIPAddress",
    "tfoPublicIPAddressId",
    "tfoLBBackendAddressPoolIds",
)
"""What PATCH may set on an IP configuration."""


NO_ADDRESS = {"recoveryStaticIPAddress": "", "recoveryIPAddressType": "Dynamic"}


def address(configuration: JsonObject, *, recovery_subnet: str) -> JsonObject:
    """Return one IP configuration. `configuration` is the NIC's own; `recovery_subnet` the subnet's bare name."""
    properties = configuration["properties"]
    return {
        "name": configuration["name"],
        "isPrimary": bool(properties.get("primary", True)),
        "subnetName": names.name_of(properties["subnet"]["id"]),
        "staticIPAddress": properties.get("privateIPAddress"),
        "ipAddressType": properties.get("privateIPAllocationMethod", "Dynamic"),
        "isSeletedForFailover": True,
        "recoverySubnetName": recovery_subnet,
        "recoveryStaticIPAddress": "",
        "recoveryIPAddressType": "Dynamic",
        "recoveryPublicIPAddressId": None,
        "recoveryLBBackendAddressPoolIds": None,
        "tfoSubnetName": None,
        "tfoStaticIPAddress": None,
        "tfoPublicIPAddressId": None,
        "tfoLBBackendAddressPoolIds": None,
    }


def interface(nic: JsonObject, *, recovery_network: str, recovery_subnets: Mapping[str, str]) -> JsonObject:
    """Return one NIC.

    Args:
        nic: the source NIC's wire body.
        recovery_network: the id of the network it will be in after failover.
        recovery_subnets: source subnet name -> recovery subnet name.
    """
    configurations = nic["properties"].get("ipConfigurations", [])
    subnet_id = configurations[0]["properties"]["subnet"]["id"] if configurations else ""
    return {
        "nicId": stable_guid(nic["id"]),
        "replicaNicId": None,
        "sourceNicArmId": nic["id"],
        "vMNetworkName": subnet_id.rsplit("/", 2)[0],
        "recoveryVMNetworkId": recovery_network,
        "ipConfigs": [
            address(found, recovery_subnet=recovery_subnets[names.name_of(found["properties"]["subnet"]["id"])])
            for found in configurations
        ],
        "selectionType": "SelectedByUserOverride",
        "recoveryNetworkSecurityGroupId": None,
        "enableAcceleratedNetworkingOnRecovery": bool(nic["properties"].get("enableAcceleratedNetworking")),
        "tfoVMNetworkId": None,
        "tfoNetworkSecurityGroupId": None,
        "enableAcceleratedNetworkingOnTfo": None,
        "recoveryNicName": None,
        "recoveryNicResourceGroupName": None,
        "reuseExistingNic": False,
        "tfoRecoveryNicName": None,
        "tfoRecoveryNicResourceGroupName": None,
        "tfoReuseExistingNic": False,
        "targetNicName": None,
    }


def reversed_interface(nic: JsonObject, source_nic: JsonObject, *, machine_nic: str) -> JsonObject:
    """Return a NIC right after the direction was turned around, before the item is Protected again (recorded).

    Args:
        nic: the item's NIC before.
        source_nic: the wire body of the NIC that the machine had before it was failed over: the new recovery side.
        machine_nic: the id of the NIC that the machine has now.
    """
    configurations = {found["name"]: found["properties"] for found in source_nic["properties"]["ipConfigurations"]}
    return nic | {
        "sourceNicArmId": names.lowered(machine_nic),
        "vMNetworkName": None,
        "recoveryVMNetworkId": nic["vMNetworkName"],
        "selectionType": "NotSelected",
        "recoveryNetworkSecurityGroupId": (source_nic["properties"].get("networkSecurityGroup") or {}).get("id"),
        "ipConfigs": [
            found
            | {
                "name": None,
                "subnetName": None,
                "staticIPAddress": None,
                "recoverySubnetName": found["subnetName"],
                "recoveryPublicIPAddressId": (configurations.get(found["name"], {}).get("publicIPAddress") or {}).get(
                    "id"
                ),
                "recoveryLBBackendAddressPoolIds": [],
            }
            for found in nic["ipConfigs"]
        ],
    }


def restored(nic: JsonObject, machine_nic: JsonObject) -> JsonObject:
    """Return a turned NIC once the item is Protected again: the source side is filled in, the rest stays."""
    pairs = zip(machine_nic["properties"]["ipConfigurations"], nic["ipConfigs"], strict=False)
    subnets = {names.name_of(new["properties"]["subnet"]["id"]): old["recoverySubnetName"] for new, old in pairs}
    found = interface(machine_nic, recovery_network=nic["recoveryVMNetworkId"], recovery_subnets=subnets)
    kept = ("recoveryPublicIPAddressId", "recoveryLBBackendAddressPoolIds")
    return found | {
        "recoveryNetworkSecurityGroupId": nic["recoveryNetworkSecurityGroupId"],
        "ipConfigs": [
            new | {key: old[key] for key in kept}
            for new, old in zip(found["ipConfigs"], nic["ipConfigs"], strict=False)
        ],
    }


def reset(nic: JsonObject) -> JsonObject:
    """Return `nic` without what an update has given it: as when it was first shown, in its network and subnets."""
    plain = {SHOWN_AS.get(key, key): None for key in UPDATABLE}
    flags = {"reuseExistingNic": False, "tfoReuseExistingNic": False}
    lost = {key: None for key in UPDATABLE_ADDRESS if key.startswith(("recovery", "tfo"))} | NO_ADDRESS
    addresses = [found | lost | {"recoverySubnetName": found["recoverySubnetName"]} for found in nic["ipConfigs"]]
    return nic | plain | flags | {"ipConfigs": addresses}


def updated(nic: JsonObject, change: JsonObject) -> JsonObject:
    """Return `nic` with what one element of PATCH's `vmNics` asks for.

    A configuration without a name is the primary one: Terraform's provider sends it so.
    """
    changed = nic | {SHOWN_AS.get(key, key): change[key] for key in UPDATABLE if change.get(key) is not None}
    wanted = {given.get("ipConfigName"): given for given in change.get("ipConfigs") or ()}
    changed["ipConfigs"] = [
        _updated_address(found, wanted.get(found["name"]) or (wanted.get(None) if found["isPrimary"] else None))
        for found in nic["ipConfigs"]
    ]
    return changed


def _updated_address(configuration: JsonObject, change: JsonObject | None) -> JsonObject:
    if change is None:
        return configuration
    changed = configuration | {key: change[key] for key in UPDATABLE_ADDRESS if change.get(key) is not None}
    changed["recoverySubnetName"] = names.name_of(changed["recoverySubnetName"] or "")
    changed["recoveryIPAddressType"] = "Static" if changed["recoveryStaticIPAddress"] else "Dynamic"
    return changed
