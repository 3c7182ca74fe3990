"""The east-asia world with a vault and all that protection stands on: the ids, the bodies, and making them."""

import copy
from typing import Any

from tests.emulator.site_recovery.arm import COMPUTE, NETWORK, STORAGE, VAULTS, Arm

SOURCE, RECOVERY = "eastasia", "southeastasia"


class Estate:
    """Every id a test needs, and the requests that make what they name."""

    def __init__(self, arm: Arm) -> None:
        self.arm = arm
        self.subscription = f"/subscriptions/{arm.emulator.subscription}"
        self.group = f"{self.subscription}/resourceGroups/contoso-app"
        self.recovery_group = f"{self.subscription}/resourceGroups/contoso-app-asr"
        self.network = f"{self.group}/providers/Microsoft.Network/virtualNetworks/contoso-vnet"
        self.recovery_network = f"{self.recovery_group}/providers/Microsoft.Network/virtualNetworks/contoso-vnet-asr"
        self.cache = f"{self.group}/providers/Microsoft.Storage/storageAccounts/contosocache"
        self.target_account = f"{self.recovery_group}/providers/Microsoft.Storage/storageAccounts/contosolegacyasr"
        self.vault = f"{self.recovery_group}/providers/Microsoft.RecoveryServices/vaults/Site-Recovery-Vault"
        self.policy = f"{self.vault}/replicationPolicies/24-hour-retention-policy"

    def machine(self, name: str) -> str:
        return f"{self.group}/providers/Microsoft.Compute/virtualMachines/{name}"

    def disk(self, name: str) -> str:
        return f"{self.group}/providers/Microsoft.Compute/disks/{name}"

    def replica(self, disk: str) -> str:
        return f"{self.recovery_group}/providers/Microsoft.Compute/disks/{disk}-ASRReplica"

    def fabric(self, region: str) -> str:
        return f"{self.vault}/replicationFabrics/asr-a2a-default-{region}"

    def container(self, region: str) -> str:
        return f"{self.fabric(region)}/replicationProtectionContainers/asr-a2a-default-{region}-container"

    def mapping(self, source: str, target: str) -> str:
        return f"{self.container(source)}/replicationProtectionContainerMappings/{source}-{target}"

    def network_mapping(self, region: str) -> str:
        return f"{self.fabric(region)}/replicationNetworks/azureNetwork/replicationNetworkMappings/{region}-map"

    def item(self, name: str) -> str:
        return f"{self.container(SOURCE)}/replicationProtectedItems/{name}"

    def job(self, name: str) -> str:
        return f"{self.vault}/replicationJobs/{name}"

    def make_target(self) -> None:
        """The recovery side's plain resources, the cache account and the vault."""
        self.arm.make(self.recovery_group, {"location": RECOVERY}, version="2021-04-01")
        space = {"addressPrefixes": ["10.1.0.0/16"]}
        subnets = [
            {"name": name, "properties": {"addressPrefix": f"10.1.{number}.0/24"}}
            for number, name in enumerate(("web", "db"), start=1)
        ]
        properties = {"addressSpace": space, "subnets": subnets}
        self.arm.make(self.recovery_network, {"location": RECOVERY, "properties": properties}, version=NETWORK)
        for account, location in ((self.cache, SOURCE), (self.target_account, RECOVERY)):
            body = {"location": location, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
            self.arm.make(account, body, version=STORAGE)
        self.make_vault()

    def make_vault(self) -> None:
        body = {"location": RECOVERY, "sku": {"name": "Standard"}, "properties": {}}
        self.arm.make(self.vault, body, version=VAULTS)

    def make_foundation(self) -> None:
        """Fabrics, containers, policy and all mappings."""
        for region in (SOURCE, RECOVERY):
            self.arm.done("PUT", self.fabric(region), self.fabric_body(region))
            self.arm.done(
                "PUT", self.container(region), {"properties": {"providerSpecificInput": [{"instanceType": "A2A"}]}}
            )
        self.arm.done("PUT", self.policy, self.policy_body())
        for source, target in ((SOURCE, RECOVERY), (RECOVERY, SOURCE)):
            self.arm.done("PUT", self.mapping(source, target), self.mapping_body(target))
            self.arm.done("PUT", self.network_mapping(source), self.network_mapping_body(source))

    @staticmethod
    def fabric_body(region: str) -> dict[str, Any]:
        return {"properties": {"customDetails": {"instanceType": "Azure", "location": region}}}

    @staticmethod
    def policy_body(**values: object) -> dict[str, Any]:
        settings = {
            "instanceType": "A2A",
            "recoveryPointHistory": 1440,
            "appConsistentFrequencyInMinutes": 60,
            "crashConsistentFrequencyInMinutes": 5,
            "multiVmSyncStatus": "Enable",
        }
        return {"properties": {"providerSpecificInput": settings | values}}

    def mapping_body(self, target: str) -> dict[str, Any]:
        return {
            "properties": {
                "policyId": self.policy,
                "targetProtectionContainerId": self.container(target),
                "providerSpecificInput": {"instanceType": "A2A", "agentAutoUpdateStatus": "Disabled"},
            }
        }

    def network_mapping_body(self, source: str) -> dict[str, Any]:
        primary, recovery = (
            (self.network, self.recovery_network) if source == SOURCE else (self.recovery_network, self.network)
        )
        target = RECOVERY if source == SOURCE else SOURCE
        return {
            "properties": {
                "recoveryFabricName": f"asr-a2a-default-{target}",
                "recoveryNetworkId": recovery,
                "fabricSpecificDetails": {"instanceType": "AzureToAzure", "primaryNetworkId": primary},
            }
        }

    def item_body(
        self, name: str, disks: tuple[str, ...] = ("os", "data-0", "data-1"), **changes: Any
    ) -> dict[str, Any]:
        """The body that protects a machine with managed disks; `changes` replace values of the A2A input."""
        given: dict[str, Any] = {
            "instanceType": "A2A",
            "fabricObjectId": self.machine(name),
            "recoveryContainerId": self.container(RECOVERY),
            "recoveryResourceGroupId": self.recovery_group,
            "vmManagedDisks": [
                {
                    "diskId": self.disk(f"{name}-{disk}"),
                    "primaryStagingAzureStorageAccountId": self.cache,
                    "recoveryResourceGroupId": self.recovery_group,
                }
                for disk in disks
            ],
        }
        return {"properties": {"policyId": self.policy, "providerSpecificDetails": copy.deepcopy(given) | changes}}

    def turning(self, name: str = "web-0") -> dict[str, Any]:
        """The body that protects a machine that was failed over back to where it came from."""
        protected = self.arm.get(self.item(name))["properties"]["providerSpecificDetails"]["protectedManagedDisks"]
        given = {
            "instanceType": "A2A",
            "policyId": self.policy,
            "recoveryContainerId": self.container(SOURCE),
            "recoveryResourceGroupId": self.group,
            "vmManagedDisks": [
                {
                    "diskId": f"{self.recovery_group}/providers/Microsoft.Compute/disks/{disk['diskName']}",
                    "primaryStagingAzureStorageAccountId": self.target_account,
                    "recoveryResourceGroupId": self.group,
                }
                for disk in protected
            ],
        }
        return {"properties": {"providerSpecificDetails": given}}

    def protect(self, name: str = "web-0") -> dict[str, Any]:
        """Enable replication of a machine and wait until it is Protected."""
        self.arm.done("PUT", self.item(name), self.item_body(name))
        return self.protected(self.item(name))

    def protected(self, item: str) -> dict[str, Any]:
        """Wait until an item is Protected: at instant pace half a second of the emulator's clock, which is moved."""
        self.arm.advance(0.5)
        return self.arm.until(
            item, lambda body: body["properties"]["providerSpecificDetails"]["vmProtectionState"] == "Protected"
        )

    def power(self, name: str, action: str) -> None:
        """Start or deallocate a machine."""
        answer = self.arm.ask("POST", f"{self.machine(name)}/{action}", version=COMPUTE)
        assert answer.status_code == 202, answer.text
        self.arm.ended(answer.headers["azure-asyncoperation"])
