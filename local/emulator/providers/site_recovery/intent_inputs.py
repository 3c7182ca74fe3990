"""The request body of a protection intent as a shape. Source: the service's OpenAPI description, 2026-07-01."""

from local.emulator.providers.site_recovery import inputs
from local.emulator.providers.site_recovery.shapes import TEXT, Many, Maybe, needed, one_of

RESOURCE_TYPE = needed(one_of("New", "Existing"))
STORAGE_CHOICE = Maybe({"resourceType": needed(one_of("Existing")), "azureStorageAccountId": needed(TEXT)})
INTENT = inputs.specific(
    instanceType=inputs.IS_A2A,
    fabricObjectId=needed(TEXT),
    primaryLocation=needed(TEXT),
    recoveryLocation=needed(TEXT),
    recoverySubscriptionId=needed(TEXT),
    recoveryAvailabilityType=needed(one_of("Single", "AvailabilitySet", "AvailabilityZone")),
    recoveryResourceGroupId=needed(TEXT),
    recoveryAvailabilityZone=TEXT,
    multiVmGroupName=TEXT,
    multiVmGroupId=TEXT,
    autoProtectionOfDataDisk=one_of("Enabled", "Disabled"),
    protectionProfileCustomInput=Maybe(
        {"resourceType": RESOURCE_TYPE, "policyName": TEXT, "protectionProfileId": TEXT, **inputs.POLICY_VALUES}
    ),
    primaryStagingStorageAccountCustomInput=STORAGE_CHOICE,
    recoveryAvailabilitySetCustomInput=Maybe({"resourceType": RESOURCE_TYPE, "recoveryAvailabilitySetId": TEXT}),
    recoveryVirtualNetworkCustomInput=Maybe(
        {"resourceType": RESOURCE_TYPE, "recoveryVirtualNetworkId": TEXT, "recoveryVirtualNetworkName": TEXT}
    ),
    recoveryProximityPlacementGroupCustomInput=Maybe({"resourceType": RESOURCE_TYPE}),
    vmManagedDisks=Many(
        {
            "diskId": needed(TEXT),
            "primaryStagingStorageAccountCustomInput": STORAGE_CHOICE,
            "recoveryResourceGroupCustomInput": Maybe({"resourceType": RESOURCE_TYPE, "recoveryResourceGroupId": TEXT}),
            "recoveryReplicaDiskAccountType": TEXT,
            "recoveryTargetDiskAccountType": TEXT,
            "recoveryDiskEncryptionSetId": TEXT,
            "diskEncryptionInfo": inputs.ENCRYPTION,
        }
    ),
    **inputs.AUTOMATION,
)
