"""The API version spoken to each resource type: one table, so that a change of version is one line.

Each is a version whose documents the readers of this package were checked against. What is written to Site Recovery is
written by its SDK, which brings its own.
"""

API_VERSIONS = {
    "microsoft.authorization/locks": "2020-05-01",
    "microsoft.authorization/permissions": "2022-04-01",
    "microsoft.authorization/roleassignments": "2022-04-01",
    "microsoft.automation/automationaccounts": "2023-11-01",
    "microsoft.compute/availabilitysets": "2024-07-01",
    "microsoft.compute/capacityreservationgroups": "2024-07-01",
    "microsoft.compute/diskencryptionsets": "2024-03-02",
    "microsoft.compute/disks": "2024-03-02",
    "microsoft.compute/locations/usages": "2024-07-01",
    "microsoft.compute/proximityplacementgroups": "2024-07-01",
    "microsoft.compute/skus": "2021-07-01",
    "microsoft.compute/virtualmachines": "2024-07-01",
    "microsoft.compute/virtualmachines/extensions": "2024-07-01",
    "microsoft.compute/virtualmachines/runcommands": "2024-07-01",
    "microsoft.compute/virtualmachinescalesets": "2024-07-01",
    "microsoft.keyvault/vaults": "2023-07-01",
    "microsoft.network/networkinterfaces": "2024-05-01",
    "microsoft.network/networksecuritygroups": "2024-05-01",
    "microsoft.network/publicipaddresses": "2024-05-01",
    "microsoft.network/virtualnetworks": "2024-05-01",
    "microsoft.recoveryservices/vaults": "2024-10-01",
    "microsoft.resources/links": "2016-09-01",
    "microsoft.storage/storageaccounts": "2023-05-01",
    "microsoft.storage/storageaccounts/blobservices": "2023-05-01",
}
"""Lower-case resource type to API version."""

SITE_RECOVERY_VERSION = "2025-08-01"
"""The version that the SDK speaks to Site Recovery: what is read without it is read in the same words."""

BLOB_VERSION = "2025-11-05"
"""The version of Azure Storage's own API: one that the emulator of the tests knows, too."""


def api_version(type_: str) -> str:
    """The version for this type, in any casing.

    Raises:
        KeyError: the gateway does not speak to this type.
    """
    return API_VERSIONS[type_.lower()]
