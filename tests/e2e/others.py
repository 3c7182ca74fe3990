"""What other tools leave in Azure: a vault whose fabrics, containers, mappings and policy have names of their own."""

from typing import Any

from tests.e2e.stack import Stack

SITE_RECOVERY = "2025-08-01"
SOURCE, RECOVERY = "eastasia", "southeastasia"


class Others:
    """Makes and names what somebody else made, through plain ARM."""

    def __init__(self, up: Stack) -> None:
        self.up = up
        self.group = up.group("dr-team")
        self.vault = f"{self.group}/providers/Microsoft.RecoveryServices/vaults/dr-vault"
        self.network = f"{up.group()}/providers/Microsoft.Network/virtualNetworks/contoso-vnet"
        self.recovery_network = f"{self.group}/providers/Microsoft.Network/virtualNetworks/dr-net"
        self.cache = f"{up.group()}/providers/Microsoft.Storage/storageAccounts/drteamcache"
        self.policy = f"{self.vault}/replicationPolicies/gold"

    def fabric(self, region: str) -> str:
        """A fabric that is not called as the portal calls it."""
        return f"{self.vault}/replicationFabrics/site-{region}"

    def container(self, region: str) -> str:
        """Its container."""
        return f"{self.fabric(region)}/replicationProtectionContainers/box-{region}"

    def make(self) -> None:
        """Everything but protected items."""
        self._put(self.group, "2021-04-01", {"location": RECOVERY})
        self._put(self.vault, "2024-04-01", {"location": RECOVERY, "sku": {"name": "Standard"}, "properties": {}})
        subnets = [{"name": "all", "properties": {"addressPrefix": "10.1.0.0/17"}}]
        space = {"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}, "subnets": subnets}
        self._put(self.recovery_network, "2024-05-01", {"location": RECOVERY, "properties": space})
        account = {"location": SOURCE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        self._put(self.cache, "2023-05-01", account)
        for region in (SOURCE, RECOVERY):
            details = {"customDetails": {"instanceType": "Azure", "location": region}}
            self._put(self.fabric(region), SITE_RECOVERY, {"properties": details})
            inputs = {"providerSpecificInput": [{"instanceType": "A2A"}]}
            self._put(self.container(region), SITE_RECOVERY, {"properties": inputs})
        self._put(self.policy, SITE_RECOVERY, {"properties": {"providerSpecificInput": POLICY}})
        for source, target in ((SOURCE, RECOVERY), (RECOVERY, SOURCE)):
            self._map(source, target)

    def protect(self, name: str) -> str:
        """Protect a machine under an item name that is not the product's; the item's id."""
        item = f"{self.container(SOURCE)}/replicationProtectedItems/{name}-by-hand"
        disks = [
            {
                "diskId": f"{self.up.group()}/providers/Microsoft.Compute/disks/{name}-{disk}",
                "primaryStagingAzureStorageAccountId": self.cache,
                "recoveryResourceGroupId": self.group,
            }
            for disk in ("os", "data-0")
        ]
        details = {
            "instanceType": "A2A",
            "fabricObjectId": self.up.vm(name),
            "recoveryContainerId": self.container(RECOVERY),
            "recoveryResourceGroupId": self.group,
            "vmManagedDisks": disks,
        }
        body = {"properties": {"policyId": self.policy, "providerSpecificDetails": details}}
        self._put(item, SITE_RECOVERY, body)
        self.up.until(lambda: self._is_protected(item))
        return item

    def _map(self, source: str, target: str) -> None:
        pairing = {
            "policyId": self.policy,
            "targetProtectionContainerId": self.container(target),
            "providerSpecificInput": {"instanceType": "A2A", "agentAutoUpdateStatus": "Disabled"},
        }
        mapping = f"{self.container(source)}/replicationProtectionContainerMappings/pair-{source}"
        self._put(mapping, SITE_RECOVERY, {"properties": pairing})
        networks = (self.network, self.recovery_network)
        primary, recovery = networks if source == SOURCE else networks[::-1]
        routing = {
            "recoveryFabricName": self.fabric(target).rsplit("/", 1)[-1],
            "recoveryNetworkId": recovery,
            "fabricSpecificDetails": {"instanceType": "AzureToAzure", "primaryNetworkId": primary},
        }
        mapped = f"{self.fabric(source)}/replicationNetworks/azureNetwork/replicationNetworkMappings/route-{source}"
        self._put(mapped, SITE_RECOVERY, {"properties": routing})

    def _put(self, id_: str, api: str, body: dict[str, Any]) -> None:
        answer = self.up.call("PUT", id_, api, body)
        assert answer.status_code in (200, 201, 202), (id_, answer.status_code, answer.text)
        operation = answer.headers.get("azure-asyncoperation")
        if operation:
            self.up.until(lambda: self.up.http.get(operation, headers=OPERATOR).json()["status"] == "Succeeded")
        self.up.until(lambda: self.up.call("GET", id_, api).status_code == 200)

    def _is_protected(self, item: str) -> bool:
        details = self.up.get(item, SITE_RECOVERY)["properties"]
        return bool(details["protectionState"] == "Protected")


OPERATOR = {"Authorization": "Bearer operator", "User-Agent": "operator"}

POLICY = {
    "instanceType": "A2A",
    "recoveryPointHistory": 1440,
    "appConsistentFrequencyInMinutes": 60,
    "crashConsistentFrequencyInMinutes": 5,
    "multiVmSyncStatus": "Enable",
}
