"""The shapes of names that several choices share.

Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

from asr.choices import values

NETWORK = ("Microsoft.Network/virtualNetworks", r"[A-Za-z0-9][\w.-]{0,62}\w")
VAULT = ("Microsoft.RecoveryServices/vaults", r"[A-Za-z][A-Za-z0-9-]{1,49}")
ACCOUNT = ("Microsoft.Storage/storageAccounts", r"[a-z0-9]{3,24}")
COMPUTE_NAME = r"[A-Za-z0-9]([\w.-]{0,78}\w)?"
MACHINE_NAME = r"[A-Za-z0-9]([\w.-]{0,62}\w)?"
SIZE_NAME = r"[A-Za-z]+_[A-Za-z0-9_-]{1,60}"
AVAILABILITY_SET = ("Microsoft.Compute/availabilitySets", COMPUTE_NAME)
PLACEMENT_GROUP = ("Microsoft.Compute/proximityPlacementGroups", COMPUTE_NAME)
CAPACITY_GROUP = ("Microsoft.Compute/capacityReservationGroups", COMPUTE_NAME)
SCALE_SET = ("Microsoft.Compute/virtualMachineScaleSets", COMPUTE_NAME)
ENCRYPTION_SET = ("Microsoft.Compute/diskEncryptionSets", r"[\w-]{1,80}")
SECURITY_GROUP = ("Microsoft.Network/networkSecurityGroups", COMPUTE_NAME)
PUBLIC_ADDRESS = ("Microsoft.Network/publicIPAddresses", COMPUTE_NAME)
KEY_VAULT = ("Microsoft.KeyVault/vaults", r"[A-Za-z][A-Za-z0-9-]{2,23}")
AUTOMATION_ACCOUNT = ("Microsoft.Automation/automationAccounts", r"[A-Za-z][A-Za-z0-9-]{5,49}")

account = values.target(*ACCOUNT)
secret_url = values.matching(r"https://[a-z0-9.-]+/secrets/[a-z0-9-]+(/[a-z0-9]+)?")
key_url = values.matching(r"https://[a-z0-9.-]+/keys/[a-z0-9-]+(/[a-z0-9]+)?")
disk_sku = values.one_of(
    "Standard_LRS",
    "StandardSSD_LRS",
    "StandardSSD_ZRS",
    "Premium_LRS",
    "Premium_ZRS",
    "PremiumV2_LRS",
    "UltraSSD_LRS",
)
"""SKUs of managed disks. Source: https://learn.microsoft.com/azure/virtual-machines/disks-types"""
