"""A protected VM's whole life, written and read through the gateway against a local Azure."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator

import pytest

from asr.errors import Rejected
from asr.gateway import site_recovery as asr
from asr.gateway.facts import gather
from asr.gateway.machine_placement import read_availability_set, read_placement_group
from asr.gateway.machines import read_virtual_machine
from asr.gateway.networks import read_network
from asr.gateway.operations import OperationFailed, OperationState, Succeeded
from asr.gateway.session import Azure
from asr.gateway.storage import read_account
from asr.gateway.targets import (
    put_availability_set,
    put_group,
    put_network,
    put_placement_group,
    put_storage_account,
    put_vault,
)
from asr.gateway.vaults import list_vaults
from asr.model.item_change import ItemChange
from asr.model.resource_id import resource_id, same
from asr.model.specs import DiskSpec, EnableSpec
from asr.model.vault_facts import PolicyValues
from asr.model.vm_facts import ProtectedItem, Subnet
from local.emulator.server import Emulator
from tests.gateway.polling import DEADLINE_SECONDS, ended, succeed
from tests.gateway.sessions import within
from tests.words import fix, sentence


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator("east-asia") as emulator:
        yield emulator


async def until(
    read: Callable[[], Awaitable[ProtectedItem | None]], wanted: Callable[[ProtectedItem | None], bool]
) -> None:
    """Wait for an item to be as wanted."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not wanted(item := await read()):
        assert time.monotonic() < deadline, f"still {item}"
        await asyncio.sleep(0.05)


class Foundation:
    """The ids of what East Asia needs to be protected in Southeast Asia."""

    def __init__(self, subscription: str) -> None:
        self.subscription = subscription
        self.groups = f"/subscriptions/{subscription}/resourceGroups"
        self.source = f"{self.groups}/contoso-app"
        self.recovery = f"{self.groups}/contoso-app-asr"
        self.cache_group = f"{self.groups}/asr-cache-eastasia"
        self.vault = resource_id(self.recovery, "Microsoft.RecoveryServices/vaults", "Site-Recovery-Vault")
        self.cache = resource_id(self.cache_group, "Microsoft.Storage/storageAccounts", "asrcache0eastasia")
        self.source_network = resource_id(self.source, "Microsoft.Network/virtualNetworks", "contoso-vnet")
        self.network = resource_id(self.recovery, "Microsoft.Network/virtualNetworks", "contoso-vnet-asr")
        self.set = resource_id(self.recovery, "Microsoft.Compute/availabilitySets", "web-set-asr")
        self.near = resource_id(self.recovery, "Microsoft.Compute/proximityPlacementGroups", "near-asr")
        self.fabrics = [asr.fabric_id(self.vault, name) for name in ("source", "target")]
        self.containers = [asr.container_id(fabric, "container") for fabric in self.fabrics]
        self.policy = asr.policy_id(self.vault, "24-hour-retention-policy")
        self.item = asr.item_id(self.containers[0], "web-0-item")

    async def build_targets(self, azure: Azure) -> None:
        await put_group(azure, self.recovery, "southeastasia")
        await put_group(azure, self.cache_group, "eastasia")
        await succeed(azure, put_placement_group(azure, self.near, "southeastasia"))
        subnets = [Subnet("web", ("10.1.1.0/24",)), Subnet("db", ("10.1.2.0/24", "10.1.3.0/24"))]
        await succeed(
            azure,
            put_vault(azure, self.vault, "southeastasia"),
            put_network(azure, self.network, "southeastasia", ["10.1.0.0/16"], subnets),
            put_network(azure, f"{self.network}-test", "southeastasia", ["10.1.0.0/16"], subnets),
            put_availability_set(
                azure,
                self.set,
                "southeastasia",
                fault_domains=3,
                update_domains=5,
                sku="Aligned",
                placement_group_id=self.near,
            ),
            put_storage_account(azure, self.cache, "eastasia", kind="StorageV2", sku="Standard_LRS", purpose="cache"),
        )

    async def build_pairing(self, azure: Azure) -> None:
        policy = PolicyValues(1440, 5, 60, multi_vm_sync=True)
        await succeed(
            azure,
            asr.begin_create_fabric(azure, self.vault, "source", "eastasia"),
            asr.begin_create_fabric(azure, self.vault, "target", "southeastasia"),
            asr.begin_create_policy(azure, self.vault, "24-hour-retention-policy", policy),
        )
        await succeed(azure, *(asr.begin_create_container(azure, fabric, "container") for fabric in self.fabrics))
        there, back = self.containers, self.containers[::-1]
        await succeed(
            azure,
            *(
                asr.begin_create_container_mapping(
                    azure, source, "mapping", target_container_id=target, policy_id=self.policy
                )
                for source, target in (there, back)
            ),
        )
        networks = [self.source_network, self.network]
        for at, towards in ((0, 1), (1, 0)):
            await succeed(
                azure,
                asr.begin_create_network_mapping(
                    azure,
                    self.fabrics[at],
                    "network",
                    primary_network_id=networks[at],
                    recovery_network_id=networks[towards],
                    recovery_fabric_id=self.fabrics[towards],
                ),
            )

    async def enable(self, azure: Azure, name: str) -> OperationState:
        vm_id = resource_id(self.source, "Microsoft.Compute/virtualMachines", name)
        vm = await read_virtual_machine(azure, vm_id)
        assert vm is not None
        ids = {
            "policy": self.policy,
            "source": self.containers[0],
            "target": self.containers[1],
            "group": self.recovery,
            "network": self.network,
            "cache": self.cache,
            "set": self.set,
        }
        spec = EnableSpec(
            self.vault,
            vm.id,
            f"{name}-item",
            "web",
            *("policy", "source", "target", "group", "network", "cache"),
            disks=tuple(DiskSpec(disk.id, None, disk.sku, disk.sku) for disk in vm.managed_disks),
            availability_set_key="set" if vm.availability_set_id else None,
        )
        return await ended(azure, await asr.begin_enable_protection(azure, asr.Enable(spec, ids, "web")))


def test_an_untouched_vault_holds_nothing(emulator: Emulator) -> None:
    """Of a vault never used for Site Recovery lists are empty, and what is asked for by name is absent, not refused."""
    foundation = Foundation(emulator.subscription)

    async def work(azure: Azure) -> None:
        await put_group(azure, foundation.recovery, "southeastasia")
        await succeed(azure, put_vault(azure, foundation.vault, "southeastasia"))
        assert await asr.list_fabrics(azure, foundation.vault) == ()
        assert await asr.list_containers(azure, foundation.vault) == ()
        assert await asr.list_policies(azure, foundation.vault) == ()
        assert await asr.list_container_mappings(azure, foundation.vault) == ()
        assert await asr.list_network_mappings(azure, foundation.vault) == ()
        assert await asr.list_protected_items(azure, foundation.vault) == ()
        assert await asr.get_protected_item(azure, foundation.item) is None
        vaults = await list_vaults(azure, emulator.subscription)
        assert [(vault.location, vault.group_location, vault.pairs) for vault in vaults] == [
            ("southeastasia", "southeastasia", ())
        ]

    within(emulator.url, work)


def test_targets_are_what_was_asked_for(emulator: Emulator) -> None:
    """What is put is read back with the values that were put."""
    foundation = Foundation(emulator.subscription)

    async def work(azure: Azure) -> None:
        await foundation.build_targets(azure)
        network = await read_network(azure, foundation.network)
        assert network is not None
        assert [subnet.address_prefixes for subnet in network.subnets] == [
            ("10.1.1.0/24",),
            ("10.1.2.0/24", "10.1.3.0/24"),
        ]
        copied = await read_availability_set(azure, foundation.set)
        assert copied is not None
        assert (copied.location, copied.fault_domains, copied.update_domains, copied.sku) == (
            "southeastasia",
            3,
            5,
            "Aligned",
        )
        near = await read_placement_group(azure, foundation.near)
        assert near is not None
        assert near.location == "southeastasia"
        assert same(copied.placement_group_id, near.id)
        assert await read_placement_group(azure, f"{foundation.near}-2") is None
        account = await read_account(azure, foundation.cache)
        assert account is not None
        assert (account.kind, account.sku, account.location) == ("StorageV2", "Standard_LRS", "eastasia")
        assert (account.minimum_tls, account.public_blobs, account.https_only) == ("TLS1_2", False, True)

    within(emulator.url, work)


def test_a_protected_life(emulator: Emulator) -> None:
    """From nothing to protected, settled, and unprotected again."""
    foundation = Foundation(emulator.subscription)

    async def work(azure: Azure) -> None:
        await foundation.build_targets(azure)
        await foundation.build_pairing(azure)
        await check_inventory(azure)
        assert await foundation.enable(azure, "web-0") == Succeeded()

        async def item() -> ProtectedItem | None:
            return await asr.get_protected_item(azure, foundation.item)

        await until(item, lambda found: found is not None and found.is_protected)
        await check_item(azure, await item())
        found = await asr.read_item(azure, foundation.item)
        assert found is not None
        change = ItemChange(test_network_id=f"{foundation.network}-test")
        await succeed(azure, asr.begin_change_item(azure, found, change))
        now = await asr.read_item(azure, foundation.item)
        assert now is not None
        assert asr.lacking(now, change) == ()
        await check_settled(await item())
        await succeed(azure, asr.begin_disable_protection(azure, foundation.item))
        await until(item, lambda found: found is None)
        vm_id = resource_id(foundation.source, "Microsoft.Compute/virtualMachines", "web-0")
        assert await asr.find_protected_item(azure, vm_id) is None

    async def check_inventory(azure: Azure) -> None:
        fabrics = await asr.list_fabrics(azure, foundation.vault)
        assert sorted(fabric.location for fabric in fabrics) == ["eastasia", "southeastasia"]
        containers = await asr.list_containers(azure, foundation.vault)
        assert {container.fabric_id.lower() for container in containers} == {
            fabric.lower() for fabric in foundation.fabrics
        }
        policies = await asr.list_policies(azure, foundation.vault)
        assert [policy.values for policy in policies] == [PolicyValues(1440, 5, 60, multi_vm_sync=True)]
        mappings = await asr.list_container_mappings(azure, foundation.vault)
        assert {mapping.state for mapping in mappings} == {"Paired"}
        assert any(
            same(mapping.source_container_id, foundation.containers[0])
            and same(mapping.target_container_id, foundation.containers[1])
            and same(mapping.policy_id, foundation.policy)
            for mapping in mappings
        )
        networks = await asr.list_network_mappings(azure, foundation.vault)
        assert {(mapping.primary_network_id, mapping.recovery_network_id) for mapping in networks} == {
            (foundation.source_network.lower(), foundation.network.lower()),
            (foundation.network.lower(), foundation.source_network.lower()),
        }
        vaults = await list_vaults(azure, emulator.subscription)
        assert set(vaults[0].pairs) == {("eastasia", "southeastasia"), ("southeastasia", "eastasia")}

    async def check_item(azure: Azure, item: ProtectedItem | None) -> None:
        assert item is not None
        vm = await read_virtual_machine(azure, item.vm_id)
        assert vm is not None
        assert len(item.disk_ids) == len(vm.managed_disks) == 3
        assert item.recovery_region == "southeastasia"
        assert same(item.recovery_group_id, foundation.recovery)
        assert same(item.recovery_availability_set_id, foundation.set)
        assert same(item.recovery_network_id, foundation.network)
        assert item.interfaces[0].recovery_subnet == "web"
        assert [listed.id for listed in await asr.list_protected_items(azure, foundation.vault)] == [item.id]
        facts = await gather(azure, vm)
        assert facts.item is not None
        assert same(facts.item.id, foundation.item), "the link on the VM leads to the item"
        assert facts.regions, "of a protected VM everything is known, so that differences can be told"

    async def check_settled(item: ProtectedItem | None) -> None:
        assert item is not None
        assert same(item.test_network_id, f"{foundation.network}-test")
        assert [interface.test_subnet for interface in item.interfaces] == ["web"]
        assert [same(interface.test_network_id, f"{foundation.network}-test") for interface in item.interfaces] == [
            True
        ]
        assert item.interfaces[0].recovery_subnet == "web", "what was not changed is as it was"

    within(emulator.url, work)


def test_a_vm_that_is_off_cannot_be_enabled(emulator: Emulator) -> None:
    """Site Recovery refuses by a failed operation or at once; both end as a reason with Azure's own words."""
    foundation = Foundation(emulator.subscription)

    async def work(azure: Azure) -> None:
        await foundation.build_targets(azure)
        await foundation.build_pairing(azure)
        try:
            answer = await foundation.enable(azure, "batch-0")
        except Rejected as refusal:
            reason = refusal.reason
        else:
            assert isinstance(answer, OperationFailed)
            reason = answer.reason
        assert reason.azure is not None
        assert reason.azure["code"] == reason.code
        assert reason.azure["recommendedAction"] == fix(reason)
        assert "batch-0" in sentence(reason) or reason.azure["possibleCauses"]

    within(emulator.url, work)
