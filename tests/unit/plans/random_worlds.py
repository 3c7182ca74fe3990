"""Random worlds for the local Azure: machines of every kind, hostile names, tags that help and tags that do not."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

SUBSCRIPTION = "6f2bd0f8-0000-4000-8000-000000000001"
REGIONS = ("eastasia", "westeurope", "uksouth", "francecentral", "brazilsouth", "eastus", "japaneast")
GROUPS = ("App", "größe", "a" * 90, "x_(1).y", "日本", "n.a.m.e", f"{'b' * 88}-c", "CASE")
NETWORKS = ("vnet", "V" * 64, "net_1.x")
SUBNETS = ("apps", "Data", "zeta", "s" * 80)
MACHINES = ("web", "DB", f"vm-{'x' * 50}", "a.b_c")
SKUS = ("Premium_LRS", "StandardSSD_LRS", "Standard_LRS", "Premium_ZRS", "PremiumV2_LRS", "UltraSSD_LRS")
IMAGE = {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter-azure-edition"}
COMPUTE, NETWORK = "Microsoft.Compute", "Microsoft.Network"


@dataclass
class RandomWorld:
    """A world in the making. `machines` are their ids, `theirs` the ids of what somebody else made."""

    seed: int
    resources: list[dict[str, Any]] = field(default_factory=list)
    machines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dice = Random(self.seed)
        for number, group in enumerate(self._dice.sample(GROUPS, self._dice.randint(1, 2))):
            self._group(number, group)
        self._others()

    @property
    def written(self) -> dict[str, Any]:
        """The world as its file holds it."""
        return {"subscription": SUBSCRIPTION, "name": "Random", "resources": self.resources}

    @property
    def theirs(self) -> list[str]:
        """The ids of what somebody else made, which has to stay as it is."""
        return [_whole(one["id"]) for one in self.resources if one["id"].split("/")[0] == "dr"]

    def _seldom(self, share: float = 0.2) -> bool:
        return self._dice.random() < share

    def _put(self, id_: str, location: str, **body: Any) -> str:
        self.resources.append({"id": id_, "body": {"location": location, **body}})
        return f"@{id_}"

    def _group(self, number: int, group: str) -> None:
        """A group with a network and, now and then, a placement group, a set and an encryption set."""
        dice, region = self._dice, self._dice.choice(REGIONS)
        self._put(group, region if self._seldom(0.8) else dice.choice(REGIONS))
        subnets = [
            {"name": name, "properties": {"addressPrefix": f"10.{number}.{place}.0/24"}}
            for place, name in enumerate(dice.sample(SUBNETS, 2))
        ]
        space = {"addressSpace": {"addressPrefixes": [f"10.{number}.0.0/16"]}, "subnets": subnets}
        network = self._put(f"{group}/{NETWORK}/virtualNetworks/{dice.choice(NETWORKS)}", region, properties=space)
        near = self._put(f"{group}/{COMPUTE}/proximityPlacementGroups/near", region, properties={})
        inside = {"proximityPlacementGroup": {"id": near}} if self._seldom(0.5) else {}
        domains = {"platformFaultDomainCount": 2, "platformUpdateDomainCount": 5, **inside}
        name = dice.choice(("set", "S" * 80))
        set_ = self._put(
            f"{group}/{COMPUTE}/availabilitySets/{name}", region, sku={"name": "Aligned"}, properties=domains
        )
        for place in range(dice.randint(1, 3)):
            self._machine(
                group, region, f"{dice.choice(MACHINES)}{place}", f"{network}/subnets/{subnets[0]['name']}", set_
            )

    def _machine(self, group: str, region: str, name: str, subnet: str, set_: str) -> None:
        dice, zonal = self._dice, self._seldom()
        address = {"name": "ip", "properties": {"privateIPAllocationMethod": "Dynamic", "subnet": {"id": subnet}}}
        interface = self._put(
            f"{group}/{NETWORK}/networkInterfaces/{name}-nic", region, properties={"ipConfigurations": [address]}
        )
        data = [
            {
                "lun": 2 * place,
                "name": f"{name}-{place}",
                "createOption": "Empty",
                "diskSizeGB": dice.choice((4, 1024)),
                "managedDisk": {"storageAccountType": dice.choice(SKUS if self._seldom() else SKUS[:3])},
            }
            for place in range(dice.randint(0, 2))
        ]
        disk = {"name": f"{name}-os", "createOption": "FromImage", "osType": "Windows"}
        storage = {"imageReference": {**IMAGE, "version": "latest"}, "osDisk": disk, "dataDisks": data}
        properties = {
            "hardwareProfile": {"vmSize": "Standard_E16s_v5"},
            "storageProfile": storage,
            "osProfile": {"computerName": "c", "adminUsername": "contoso"},
            "networkProfile": {"networkInterfaces": [{"id": interface, "properties": {"primary": True}}]},
            **({"availabilitySet": {"id": set_}} if not zonal and self._seldom(0.4) else {}),
        }
        id_ = f"{group}/{COMPUTE}/virtualMachines/{name}"
        tags = {"asr-protect": "true", **self._overrides()}
        self._put(id_, region, tags=tags, properties=properties, **({"zones": ["1"]} if zonal else {}))
        self.machines.append(_whole(id_))

    def _overrides(self) -> dict[str, str]:
        """Half of the machines choose nothing; what is chosen is sometimes nonsense."""
        values = {
            "asr-recovery-region": (*REGIONS, "nowhere", "x,y"),
            "asr-recovery-zone": ("1", "9"),
            "asr-recovery-resource-group": ("dr", "nope"),
            "asr-recovery-vnet": (
                "nope",
                f"/subscriptions/{SUBSCRIPTION}/resourceGroups/dr/providers/{NETWORK}/virtualNetworks/dr",
            ),
            "asr-exclude-disks": ("0", "63"),
            "asr-high-churn": ("true", "yes"),
            "asr-recovery-point-minutes": ("0", "720", "21600", "21601"),
            "asr-consistency-group": ("grp", "b!d"),
            "asr-vault": ("others", "nope"),
        }
        several = self._dice.choice((0, 0, 0, 1, 2))
        return {name: self._dice.choice(values[name]) for name in self._dice.sample(sorted(values), several)}

    def _others(self) -> None:
        """What somebody else made: a network, and a vault with a fabric, a container and a policy of its own."""
        region = self._dice.choice(REGIONS)
        self._put("dr", region)
        subnet = {"name": "all", "properties": {"addressPrefix": "10.200.0.0/24"}}
        space = {"addressSpace": {"addressPrefixes": ["10.200.0.0/16"]}, "subnets": [subnet]}
        self._put(f"dr/{NETWORK}/virtualNetworks/dr", region, properties=space)
        if self._seldom(0.5):
            vault = "dr/Microsoft.RecoveryServices/vaults/others"
            self._put(vault, region, sku={"name": "Standard"}, properties={"publicNetworkAccess": "Enabled"})
            fabric = f"{vault}/replicationFabrics/site"
            self._put(fabric, region, properties={"customDetails": {"instanceType": "Azure", "location": region}})
            inputs = {"providerSpecificInput": [{"instanceType": "A2A"}]}
            self._put(f"{fabric}/replicationProtectionContainers/box", region, properties=inputs)
            values = {
                "instanceType": "A2A",
                "recoveryPointHistory": self._dice.choice((1440, 720)),
                "appConsistentFrequencyInMinutes": 60,
                "crashConsistentFrequencyInMinutes": 5,
                "multiVmSyncStatus": "Enable",
            }
            self._put(
                f"{vault}/replicationPolicies/24-hour-retention-policy",
                region,
                properties={"providerSpecificInput": values},
            )


def _whole(id_: str) -> str:
    """The whole id of what a world calls `<group>` or `<group>/<type>/<name>`."""
    group, _, rest = id_.partition("/")
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}" + (f"/providers/{rest}" if rest else "")
