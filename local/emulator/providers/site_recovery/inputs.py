"""The request bodies of Site Recovery as shapes. Source: its OpenAPI descriptions, 2021-04-01 to 2026-07-01."""

from local.emulator.providers.site_recovery.shapes import FLAG, TEXT, WHOLE, Many, Maybe, Schema, Table, needed, one_of

A2A = one_of("A2A")
IS_A2A = needed(A2A)
DIRECTION = one_of("PrimaryToRecovery", "RecoveryToPrimary")
AUTOMATION: dict[str, Schema] = {
    "agentAutoUpdateStatus": one_of("Enabled", "Disabled"),
    "automationAccountAuthenticationType": one_of("RunAsAccount", "SystemAssignedIdentity"),
    "automationAccountArmId": TEXT,
}
POLICY_VALUES: dict[str, Schema] = {
    "recoveryPointHistory": WHOLE,
    "crashConsistentFrequencyInMinutes": WHOLE,
    "appConsistentFrequencyInMinutes": WHOLE,
    "multiVmSyncStatus": one_of("Enable", "Disable"),
}
NEEDED_POLICY_VALUES = POLICY_VALUES | {"multiVmSyncStatus": needed(one_of("Enable", "Disable"))}

ENCRYPTION = Maybe(
    {
        "diskEncryptionKeyInfo": {"secretIdentifier": TEXT, "keyVaultResourceArmId": TEXT},
        "keyEncryptionKeyInfo": {"keyIdentifier": TEXT, "keyVaultResourceArmId": TEXT},
    }
)
EXTENDED_LOCATION = Maybe({"name": needed(TEXT), "type": needed(one_of("EdgeZone"))})
TARGETS: dict[str, Schema] = {
    "recoveryResourceGroupId": TEXT,
    "recoveryCloudServiceId": TEXT,
    "recoveryAvailabilitySetId": TEXT,
    "recoveryAvailabilityZone": TEXT,
    "recoveryProximityPlacementGroupId": TEXT,
    "recoveryBootDiagStorageAccountId": TEXT,
    "recoveryVirtualMachineScaleSetId": TEXT,
    "recoveryCapacityReservationGroupId": TEXT,
    "platformFaultDomain": WHOLE,
    "diskEncryptionInfo": ENCRYPTION,
}
DISKS: dict[str, Schema] = {
    "vmManagedDisks": Many(
        {
            "diskId": needed(TEXT),
            "primaryStagingAzureStorageAccountId": needed(TEXT),
            "recoveryResourceGroupId": needed(TEXT),
            "recoveryReplicaDiskAccountType": TEXT,
            "recoveryTargetDiskAccountType": TEXT,
            "recoveryDiskEncryptionSetId": TEXT,
            "diskEncryptionInfo": ENCRYPTION,
        }
    ),
    "vmDisks": Many(
        {
            "diskUri": needed(TEXT),
            "primaryStagingAzureStorageAccountId": needed(TEXT),
            "recoveryAzureStorageAccountId": needed(TEXT),
        }
    ),
}


def properties(**shapes: Schema) -> Table:
    """Return the shape of a body whose `properties` have these."""
    return {"properties": shapes}


def specific(**shapes: Schema) -> Table:
    """Return the shape of a body whose `properties.providerSpecificDetails` have these."""
    return properties(providerSpecificDetails=shapes)


FABRIC = properties(customDetails={"instanceType": needed(one_of("Azure")), "location": needed(TEXT)})
CONTAINER = properties(providerSpecificInput=Many({"instanceType": TEXT}))
POLICY = properties(providerSpecificInput={"instanceType": IS_A2A, **NEEDED_POLICY_VALUES})
POLICY_CHANGE = properties(replicationProviderSettings={"instanceType": IS_A2A, **POLICY_VALUES})
MAPPING = properties(
    targetProtectionContainerId=needed(TEXT),
    policyId=needed(TEXT),
    providerSpecificInput={"instanceType": TEXT, **AUTOMATION},
)
MAPPING_CHANGE = properties(providerSpecificInput={"instanceType": TEXT, **AUTOMATION})
NETWORK_MAPPING = properties(
    recoveryFabricName=TEXT,
    recoveryNetworkId=needed(TEXT),
    fabricSpecificDetails={"instanceType": TEXT, "primaryNetworkId": needed(TEXT)},
)
NETWORK_MAPPING_CHANGE = properties(
    recoveryFabricName=TEXT,
    recoveryNetworkId=TEXT,
    fabricSpecificDetails={"instanceType": TEXT, "primaryNetworkId": TEXT},
)

ITEM = properties(
    policyId=needed(TEXT),
    providerSpecificDetails={
        "instanceType": IS_A2A,
        "fabricObjectId": needed(TEXT),
        "recoveryContainerId": needed(TEXT),
        **TARGETS,
        **DISKS,
        "multiVmGroupName": TEXT,
        "multiVmGroupId": TEXT,
        "recoveryAzureNetworkId": TEXT,
        "recoverySubnetName": TEXT,
        "recoveryExtendedLocation": EXTENDED_LOCATION,
        "autoProtectionOfDataDisk": one_of("Enabled", "Disabled"),
    },
)
NIC: Schema = {
    "nicId": needed(TEXT),
    "selectionType": TEXT,
    "recoveryNetworkSecurityGroupId": TEXT,
    "enableAcceleratedNetworkingOnRecovery": FLAG,
    "tfoNetworkSecurityGroupId": TEXT,
    "enableAcceleratedNetworkingOnTfo": FLAG,
    "recoveryNicName": TEXT,
    "recoveryNicResourceGroupName": TEXT,
    "reuseExistingNic": FLAG,
    "tfoNicName": TEXT,
    "tfoNicResourceGroupName": TEXT,
    "tfoReuseExistingNic": FLAG,
    "targetNicName": TEXT,
    "ipConfigs": Many(
        {
            "ipConfigName": TEXT,
            "isPrimary": FLAG,
            "isSeletedForFailover": FLAG,
            "recoverySubnetName": TEXT,
            "recoveryStaticIPAddress": TEXT,
            "recoveryPublicIPAddressId": TEXT,
            "recoveryLBBackendAddressPoolIds": Many(TEXT),
            "tfoSubnetName": TEXT,
            "tfoStaticIPAddress": TEXT,
            "tfoPublicIPAddressId": TEXT,
            "tfoLBBackendAddressPoolIds": Many(TEXT),
        }
    ),
}
ITEM_CHANGE = properties(
    recoveryAzureVMName=TEXT,
    recoveryAzureVMSize=TEXT,
    selectedRecoveryAzureNetworkId=TEXT,
    selectedTfoAzureNetworkId=TEXT,
    selectedSourceNicId=TEXT,
    enableRdpOnTargetOption=TEXT,
    licenseType=one_of("NotSpecified", "NoLicenseType", "WindowsServer"),
    recoveryAvailabilitySetId=TEXT,
    vmNics=Many(NIC),
    providerSpecificDetails=Maybe(
        {
            "instanceType": A2A,
            **TARGETS,
            "tfoAzureVMName": TEXT,
            "managedDiskUpdateDetails": Many(
                {
                    "diskId": needed(TEXT),
                    "recoveryTargetDiskAccountType": TEXT,
                    "recoveryReplicaDiskAccountType": TEXT,
                    "failoverDiskName": TEXT,
                    "tfoDiskName": TEXT,
                    "diskEncryptionInfo": ENCRYPTION,
                }
            ),
        }
    ),
)
DISK_ADDITION = specific(instanceType=IS_A2A, **DISKS)
DISK_REMOVAL = specific(instanceType=IS_A2A, vmManagedDisksIds=Many(TEXT), vmDisksUris=Many(TEXT))
HEALTH_ERRORS = properties(healthErrors=Many({"healthErrorId": TEXT}))
DISABLING = properties(disableProtectionReason=TEXT, replicationProviderInput={"instanceType": TEXT})
TEST_FAILOVER = properties(
    failoverDirection=DIRECTION,
    networkType=TEXT,
    networkId=TEXT,
    providerSpecificDetails={"instanceType": A2A, "recoveryPointId": TEXT},
)
CLEAN_UP = properties(comments=TEXT)
FAILOVER = properties(
    failoverDirection=DIRECTION,
    sourceSiteOperations=one_of("Required", "NotRequired"),
    providerSpecificDetails={"instanceType": A2A, "recoveryPointId": TEXT},
)
RECOVERY_POINT = properties(recoveryPointId=needed(TEXT), providerSpecificDetails={"instanceType": A2A})
REVERSAL: Schema = {
    "instanceType": A2A,
    "recoveryContainerId": needed(TEXT),
    "policyId": needed(TEXT),
    **TARGETS,
    **DISKS,
}
SWITCH = properties(replicationProtectedItemName=needed(TEXT), providerSpecificDetails=REVERSAL)
REPROTECTION = properties(failoverDirection=DIRECTION, providerSpecificDetails=REVERSAL)

ACTIONS = Many(
    {
        "actionName": needed(TEXT),
        "failoverTypes": Many(TEXT),
        "failoverDirections": Many(DIRECTION),
        "customDetails": {"instanceType": needed(TEXT), "description": TEXT},
    }
)
GROUPS = Many(
    {
        "groupType": needed(one_of("Shutdown", "Boot", "Failover")),
        "replicationProtectedItems": Many({"id": needed(TEXT), "virtualMachineId": TEXT}),
        "startGroupActions": ACTIONS,
        "endGroupActions": ACTIONS,
    }
)
PLAN = properties(
    primaryFabricId=needed(TEXT),
    recoveryFabricId=needed(TEXT),
    failoverDeploymentModel=one_of("NotApplicable", "Classic", "ResourceManager"),
    groups=GROUPS,
    providerSpecificInput=Many({"instanceType": A2A}),
)
PLAN_CHANGE = properties(groups=GROUPS)
PLAN_ACTION = properties(
    failoverDirection=DIRECTION,
    sourceSiteOperations=one_of("Required", "NotRequired"),
    networkType=TEXT,
    networkId=TEXT,
    comments=TEXT,
    providerSpecificDetails=Many(
        {
            "instanceType": A2A,
            "recoveryPointType": one_of(
                "Latest", "LatestApplicationConsistent", "LatestCrashConsistent", "LatestProcessed"
            ),
        }
    ),
)
