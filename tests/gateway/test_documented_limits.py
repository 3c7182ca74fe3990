"""Documented limits on machines that a local Azure holds: what stands against them is read, judged and told at once."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from asr.gateway.session import Azure
from asr.model.decision import Action, Decision
from asr.model.run import Choices
from asr.services.decide import explain
from local.emulator.server import Emulator
from tests.gateway.sessions import within

COMPUTE, NETWORK, AUTOMATION, ROLES = "2024-07-01", "2024-05-01", "2023-11-01", "2022-04-01"
UBUNTU = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
DEBIAN = {"publisher": "Debian", "offer": "debian-12", "sku": "12-gen2", "version": "latest"}
PALO_ALTO = {"publisher": "paloaltonetworks", "offer": "vmseries-flex", "sku": "byol", "version": "latest"}


class Cloud:
    """A world, in which more machines can be put beside its own."""

    def __init__(self, emulator: Emulator, group: str = "contoso-app") -> None:
        self.url = emulator.url
        self.subscription = emulator.subscription
        self.group = f"/subscriptions/{emulator.subscription}/resourceGroups/{group}"

    def put(self, id_: str, version: str, body: dict[str, Any]) -> str:
        """Make or change a resource; its id."""
        answer = httpx.put(
            f"{self.url}{id_}", params={"api-version": version}, json=body, headers={"Authorization": "Bearer any"}
        )
        assert answer.is_success, answer.text
        return id_

    def machine(self, name: str, nic: dict[str, Any] | None = None, **properties: Any) -> str:
        """Make a VM of these properties beside the defaults; its id."""
        subnet = f"{self.group}/providers/Microsoft.Network/virtualNetworks/contoso-vnet/subnets/web"
        first = {"name": "first", "properties": {"primary": True, "subnet": {"id": subnet}}}
        more = [
            {**one, "properties": {"primary": False, "subnet": {"id": subnet}, **one["properties"]}}
            for one in (nic or {}).pop("more", [])
        ]
        interface = self.put(
            f"{self.group}/providers/Microsoft.Network/networkInterfaces/{name}-nic",
            NETWORK,
            {"location": "eastasia", "properties": {"ipConfigurations": [first, *more], **(nic or {})}},
        )
        top: dict[str, Any] = {part: properties.pop(part) for part in ("plan", "identity") if part in properties}
        storage = {
            "osDisk": {"createOption": "FromImage", "managedDisk": {"storageAccountType": "Premium_LRS"}},
            "imageReference": UBUNTU,
            **properties.pop("storage", {}),
        }
        body = {
            "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
            "storageProfile": storage,
            "osProfile": {"computerName": name, "adminUsername": "azure", "adminPassword": "Only-4-this-test"},
            "networkProfile": {"networkInterfaces": [{"id": interface}]},
            **properties,
        }
        id_ = f"{self.group}/providers/Microsoft.Compute/virtualMachines/{name}"
        return self.put(id_, COMPUTE, {"location": "eastasia", "properties": body, **top})

    def decision(self, vm_id: str, **overrides: str) -> Decision:
        """What is decided about it when it is asked for by name."""

        async def work(azure: Azure) -> Decision:
            return (await explain(azure, azure.settings, vm_id, Choices(None, overrides))).decision

        return within(self.url, work, ASR_SUBSCRIPTIONS=self.subscription)

    def refusals(self, vm_id: str, **overrides: str) -> list[str]:
        """The codes that a refused one is told."""
        decision = self.decision(vm_id, **overrides)
        assert decision.action is Action.REFUSE
        assert decision.outcome is not None
        return [one.code for one in decision.outcome.reasons if one not in decision.warnings]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Emulator("east-asia") as emulator:
        yield Cloud(emulator)


def test_what_the_machine_itself_tells(cloud: Cloud) -> None:
    """The publisher of its image or plan, its security type, the controller of its disks and the system behind it."""
    appliance = cloud.machine("fw-0", storage={"imageReference": PALO_ALTO})
    planned = cloud.machine("fw-1", plan={"name": "byol", "publisher": "paloaltonetworks", "product": "vmseries"})
    secret = cloud.machine("cvm-0", securityProfile={"securityType": "ConfidentialVM"})
    listed = cloud.machine("nvme-0", storage={"diskControllerType": "NVMe"})
    unlisted = cloud.machine("nvme-1", storage={"diskControllerType": "NVMe", "imageReference": DEBIAN})

    assert cloud.refusals(appliance) == ["ApplianceUnsupported"]
    assert cloud.refusals(planned) == ["ApplianceUnsupported"]
    assert cloud.refusals(secret) == ["SecurityTypeUnsupported"]
    assert [one.code for one in cloud.decision(listed).warnings] == ["DiskControllerUncertain"]
    assert cloud.refusals(unlisted) == ["DiskControllerUnsupported"]


def test_what_is_named_and_cannot_serve(cloud: Cloud) -> None:
    """An automation account without an identity, and a set for unmanaged disks."""
    web = f"{cloud.group}/providers/Microsoft.Compute/virtualMachines/web-0"
    account = f"{cloud.group}/providers/Microsoft.Automation/automationAccounts/updates"
    sku = {"location": "eastasia", "properties": {"sku": {"name": "Basic"}}}
    cloud.put(account, AUTOMATION, sku)
    group = cloud.put(
        f"/subscriptions/{cloud.subscription}/resourceGroups/dr", "2024-03-01", {"location": "southeastasia"}
    )
    domains = {"platformFaultDomainCount": 2, "platformUpdateDomainCount": 5}
    classic = cloud.put(
        f"{group}/providers/Microsoft.Compute/availabilitySets/old",
        COMPUTE,
        {"location": "southeastasia", "sku": {"name": "Classic"}, "properties": domains},
    )

    assert cloud.refusals(web, automationAccount=account) == ["AutomationAccountWithoutIdentity"]
    assert cloud.refusals(web, recoveryAvailabilitySet=classic, recoveryResourceGroup="dr") == [
        "AvailabilitySetUnsuitable"
    ]
    cloud.put(account, AUTOMATION, {**sku, "identity": {"type": "SystemAssigned"}})
    assert cloud.decision(web, automationAccount=account).action is Action.PROTECT


def test_what_is_for_managed_disks_only() -> None:
    """High churn, and a placement group that is there: asked for a machine with unmanaged disks."""
    with Emulator("unmanaged") as emulator:
        cloud = Cloud(emulator, "classicdisks")
        near = f"/subscriptions/{cloud.subscription}/resourceGroups/dr"
        cloud.put(near, "2024-03-01", {"location": "southeastasia"})
        near += "/providers/Microsoft.Compute/proximityPlacementGroups/near"
        cloud.put(
            near, COMPUTE, {"location": "southeastasia", "properties": {"proximityPlacementGroupType": "Standard"}}
        )
        vm_id = f"{cloud.group}/providers/Microsoft.Compute/virtualMachines/single-0"

        assert cloud.decision(vm_id).action is Action.PROTECT
        assert cloud.refusals(vm_id, highChurn="true") == ["HighChurnUnmanaged"]
        assert cloud.refusals(vm_id, recoveryProximityPlacementGroup=near) == ["PlacementGroupUnmanaged"]


def test_what_will_be_lost(cloud: Cloud) -> None:
    """Addresses, extensions, an identity and roles: one warning each, beside the plan."""
    public = cloud.put(
        f"{cloud.group}/providers/Microsoft.Network/publicIPAddresses/app-ip",
        NETWORK,
        {"location": "eastasia", "sku": {"name": "Standard"}, "properties": {"publicIPAllocationMethod": "Static"}},
    )
    vm_id = cloud.machine(
        "app-0",
        {"more": [{"name": "second", "properties": {"publicIPAddress": {"id": public}}}]},
        identity={"type": "SystemAssigned"},
    )
    cloud.put(
        f"{vm_id}/extensions/monitor",
        COMPUTE,
        {
            "location": "eastasia",
            "properties": {
                "publisher": "Microsoft.Azure.Monitor",
                "type": "AzureMonitorLinuxAgent",
                "typeHandlerVersion": "1.0",
            },
        },
    )
    role = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
    cloud.put(
        f"{vm_id}/providers/Microsoft.Authorization/roleAssignments/7a2d2f3c-0000-4000-8000-000000000001",
        ROLES,
        {"properties": {"roleDefinitionId": f"/subscriptions/{cloud.subscription}{role}", "principalId": "p-1"}},
    )

    decision = cloud.decision(vm_id)

    assert decision.action is Action.PROTECT
    facts = {one.code: dict(one.facts) for one in decision.warnings}
    assert facts == {
        "ExtensionsNotCarried": {"names": ["monitor"]},
        "IdentityNotCarried": {},
        "RolesNotCarried": {"count": 1},
        "SecondaryAddressesNotCarried": {"names": ["app-0-nic/second"]},
        "PublicAddressesNotCarried": {"names": ["app-ip"]},
    }
