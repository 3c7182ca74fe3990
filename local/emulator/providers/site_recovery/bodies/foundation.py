"""Wire bodies of what protection stands on: fabric, container, policy, container mapping, network mapping."""

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import names

NO_ENCRYPTION = {"kekState": "None", "kekCertThumbprint": None}


def fabric(fabric_id: ResourceId, *, location: str, display_name: str, identifier: str) -> JsonObject:
    """Return a fabric as GET shows it while it has no containers.

    Args:
        fabric_id: its id in the service's casing.
        location: the region's name (`eastus2`).
        display_name: the region's display name (`East US 2`), which is the fabric's friendly name.
        identifier: the GUID that names the region's site inside the service.
    """
    return {
        "name": fabric_id.name,
        "type": names.FABRICS,
        "id": fabric_id.text,
        "properties": {
            "friendlyName": display_name,
            "encryptionDetails": dict(NO_ENCRYPTION),
            "rolloverEncryptionDetails": dict(NO_ENCRYPTION),
            "internalIdentifier": identifier,
            "bcdrState": "Valid",
            "customDetails": {"instanceType": "Azure", "location": location, "containerIds": [], "zones": []},
            "healthErrorDetails": [],
            "health": "Normal",
        },
    }


def fabric_in_list(body: JsonObject) -> JsonObject:
    """Return a fabric as a list shows it: `containerIds` is null and `zones` is missing."""
    details = body["properties"]["customDetails"]
    shortened = {"instanceType": details["instanceType"], "location": details["location"], "containerIds": None}
    return body | {"properties": body["properties"] | {"customDetails": shortened}}


def container(container_id: ResourceId, *, fabric_name: str) -> JsonObject:
    """Return a protection container that is not paired. `fabric_name` is the fabric's friendly name."""
    return {
        "id": container_id.text,
        "name": container_id.name,
        "type": names.CONTAINERS,
        "properties": {
            "fabricFriendlyName": fabric_name,
            "friendlyName": container_id.name,
            "fabricType": "Azure",
            "protectedItemCount": 0,
            "pairingStatus": "NotPaired",
            "role": "",
            "fabricSpecificDetails": None,
        },
    }


def policy(policy_id: ResourceId, *, settings: JsonObject) -> JsonObject:
    """Return a policy. `settings` are the A2A inputs: minutes of retention and of the snapshot frequencies."""
    return {
        "id": policy_id.text,
        "name": policy_id.name,
        "type": names.POLICIES,
        "properties": {
            "friendlyName": policy_id.name,
            "providerSpecificDetails": {
                "instanceType": "A2A",
                "recoveryPointThresholdInMinutes": 0,
                "recoveryPointHistory": settings.get("recoveryPointHistory") or 0,
                "appConsistentFrequencyInMinutes": settings.get("appConsistentFrequencyInMinutes") or 0,
                "multiVmSyncStatus": "Enabled" if settings.get("multiVmSyncStatus") == "Enable" else "Disabled",
                "crashConsistentFrequencyInMinutes": settings.get("crashConsistentFrequencyInMinutes") or 5,
                "status": False,
                "associatedItemsCount": 0,
                "dataSourceType": "VM",
            },
        },
    }


def container_mapping(
    mapping_id: ResourceId,
    *,
    target: ResourceId,
    policy_id: ResourceId,
    fabric_names: tuple[str, str],
    settings: JsonObject,
) -> JsonObject:
    """Return a container mapping.

    Args:
        mapping_id: its id.
        target: the target container.
        policy_id: the policy.
        fabric_names: friendly names of the source's and the target's fabric.
        settings: the A2A inputs about updates of the agent.
    """
    account = settings.get("automationAccountArmId")
    enabled = settings.get("agentAutoUpdateStatus") == "Enabled"
    source = mapping_id.parent
    return {
        "id": mapping_id.text,
        "name": mapping_id.name,
        "type": names.CONTAINER_MAPPINGS,
        "properties": {
            "targetProtectionContainerId": target.text,
            "targetProtectionContainerFriendlyName": target.name,
            "providerSpecificDetails": {
                "instanceType": "A2A",
                "agentAutoUpdateStatus": "Enabled" if enabled else "Disabled",
                "automationAccountAuthenticationType": settings.get("automationAccountAuthenticationType")
                or "RunAsAccount",
                "automationAccountArmId": account,
                "scheduleName": f"{mapping_id.name}-schedule" if enabled else None,
                "jobScheduleName": f"{mapping_id.name}-job-schedule" if enabled else None,
            },
            "health": "Normal",
            "healthErrorDetails": [],
            "policyId": policy_id.text,
            "state": "Paired",
            "sourceProtectionContainerFriendlyName": source.name,
            "sourceFabricFriendlyName": fabric_names[0],
            "targetFabricFriendlyName": fabric_names[1],
            "policyFriendlyName": policy_id.name,
        },
    }


def network_mapping(
    mapping_id: ResourceId,
    *,
    networks: tuple[str, str],
    recovery_fabric: ResourceId,
    fabric_names: tuple[str, str],
    locations: tuple[str, str],
) -> JsonObject:
    """Return a network mapping; of each pair the first is the primary's, the second the recovery's."""
    primary, recovery = (names.lowered(network) for network in networks)
    return {
        "type": names.NETWORK_MAPPINGS,
        "id": mapping_id.text,
        "name": mapping_id.name,
        "properties": {
            "state": "Paired",
            "primaryNetworkFriendlyName": names.name_of(primary),
            "primaryNetworkId": primary,
            "primaryFabricFriendlyName": fabric_names[0],
            "recoveryNetworkFriendlyName": names.name_of(recovery),
            "recoveryNetworkId": recovery,
            "recoveryFabricArmId": recovery_fabric.text,
            "recoveryFabricFriendlyName": fabric_names[1],
            "fabricSpecificSettings": {
                "instanceType": "AzureToAzure",
                "primaryFabricLocation": locations[0],
                "recoveryFabricLocation": locations[1],
            },
        },
    }
