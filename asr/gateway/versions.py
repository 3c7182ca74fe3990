"""The API version spoken to each resource type: one table, so that a change of version is one line.

Each is a version whose documents the readers of this package were checked against. Site Recovery has none here: its
SDK brings its own.
"""

API_VERSIONS = {
    "microsoft.compute/availabilitysets": "2024-07-01",
    "microsoft.compute/disks": "2024-03-02",
    "microsoft.compute/virtualmachines": "2024-07-01",
    "microsoft.network/networkinterfaces": "2024-05-01",
    "microsoft.network/virtualnetworks": "2024-05-01",
    "microsoft.recoveryservices/vaults": "2024-10-01",
    "microsoft.resources/links": "2016-09-01",
    "microsoft.storage/storageaccounts": "2023-05-01",
}
"""Lower-case resource type to API version."""


def api_version(type_: str) -> str:
    """The version for this type, in any casing.

    Raises:
        KeyError: the gateway does not speak to this type.
    """
    return API_VERSIONS[type_.lower()]
