"""Facts about virtual machines, gathered from a whole local Azure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from asr.errors import Rejected, Throttled, TransientFault
from asr.gateway.facts import ask_eligibility, gather
from asr.gateway.machines import read_virtual_machine
from asr.gateway.named import read_named
from asr.gateway.regions import read_regions
from asr.gateway.resources import VIRTUAL_MACHINE, list_resources, put_group, read_group_location
from asr.gateway.session import Azure
from asr.gateway.vaults import list_vaults
from asr.model.resource_id import resource_id
from asr.model.vm_facts import VmFacts
from local.emulator.server import Emulator
from tests.gateway.sessions import TOKEN, within
from tests.words import sentence


@dataclass(frozen=True)
class Contoso:
    """The world of the tests: a subscription with VMs in East Asia."""

    url: str
    subscription: str

    @property
    def group(self) -> str:
        return f"/subscriptions/{self.subscription}/resourceGroups/contoso-app"

    def vm(self, name: str) -> str:
        return resource_id(self.group, VIRTUAL_MACHINE, name)

    def facts(self, name: str) -> VmFacts:
        async def work(azure: Azure) -> VmFacts:
            vm = await read_virtual_machine(azure, self.vm(name))
            assert vm is not None
            return await gather(azure, vm)

        return within(self.url, work)

    def eligible(self, name: str) -> VmFacts:
        async def work(azure: Azure) -> VmFacts:
            vm = await read_virtual_machine(azure, self.vm(name))
            assert vm is not None
            return await ask_eligibility(azure, VmFacts(vm))

        return within(self.url, work)

    def requests(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = httpx.get(f"{self.url}/_emulator/requests").json()
        return found

    def fault(self, **fields: Any) -> None:
        httpx.post(f"{self.url}/_emulator/faults", json=fields).raise_for_status()


@pytest.fixture
def contoso() -> Iterator[Contoso]:
    with Emulator("east-asia") as emulator:
        yield Contoso(emulator.url, emulator.subscription)


def test_a_vm_with_managed_disks(contoso: Contoso) -> None:
    """All disks with LUN and SKU, the set, the network and its subnets."""
    facts = contoso.facts("web-0")

    assert [(disk.lun, disk.sku) for disk in facts.vm.managed_disks] == [
        (None, "Premium_LRS"),
        (0, "Premium_LRS"),
        (1, "StandardSSD_LRS"),
    ]
    assert facts.availability_set is not None
    assert (facts.availability_set.fault_domains, facts.availability_set.update_domains) == (3, 5)
    assert facts.availability_set.sku == "Aligned"
    assert [network.address_prefixes for network in facts.networks] == [("10.1.0.0/16",)]
    assert [subnet.name for subnet in facts.networks[0].subnets] == ["web", "db"]
    assert (facts.vaults, facts.item, facts.eligibility) == ((), None, ())
    assert {region.name: region.paired for region in facts.regions}["eastasia"] == "southeastasia"


def test_a_vm_with_unmanaged_disks(contoso: Contoso) -> None:
    """The accounts are found by the names in the disks' URIs, with kind and SKU."""
    facts = contoso.facts("legacy-0")

    assert [disk.account_name for disk in facts.vm.unmanaged_disks] == ["contosolegacyos", "contosolegacydata"]
    assert {account.name: (account.kind, account.sku) for account in facts.storage_accounts} == {
        "contosolegacyos": ("Storage", "Premium_LRS"),
        "contosolegacydata": ("Storage", "Standard_LRS"),
    }


def test_a_deallocated_vm(contoso: Contoso) -> None:
    """The power state is told, and so is what Site Recovery says about it, verbatim."""
    facts = contoso.eligible("batch-0")

    assert facts.vm.power_state == "deallocated"
    assert [error.code for error in facts.eligibility] == ["AzureVmIsNotInDesiredPowerState"]
    assert facts.eligibility[0].recommended_action


def test_a_vm_costs_one_request_and_its_facts_few(contoso: Contoso) -> None:
    """Whether a VM asks for protection is known after one GET; nothing is asked twice, nothing is written."""
    contoso.facts("web-0")

    asked = contoso.requests()
    assert {request["method"] for request in asked} == {"GET"}
    assert Counter(request["path"].rpartition("/")[2].lower() for request in asked) == {
        "web-0": 1,
        "links": 1,
        "web-0-nic": 1,
        "contoso-vnet": 1,
        "web-set": 1,
        "resources": 1,
        "locations": 1,
    }
    assert all(request["client"].startswith("asr-autoprotect/") for request in asked)


def test_a_vm_that_is_gone(contoso: Contoso) -> None:
    """A VM that does not exist is None, and so is one whose group does not exist."""

    async def work(azure: Azure) -> list[object]:
        elsewhere = contoso.vm("web-0").replace("contoso-app", "nowhere")
        return [await read_virtual_machine(azure, id_) for id_ in (contoso.vm("no-0"), elsewhere)]

    assert within(contoso.url, work) == [None, None]


def test_named_targets(contoso: Contoso) -> None:
    """Of each named resource it is known where it is, or that it is not."""
    network = f"{contoso.group}/providers/Microsoft.Network/virtualNetworks/contoso-vnet"

    async def work(azure: Azure) -> list[str | None]:
        wanted = [
            ("resource_group", contoso.group),
            ("virtual_network", network),
            ("virtual_network", f"{network}-x"),
            ("resource_group", f"{contoso.group}-x"),
        ]
        return [target.location for target in await read_named(azure, wanted)]

    assert within(contoso.url, work) == ["eastasia", "eastasia", None, None]


def test_listed_machines_have_their_tags(contoso: Contoso) -> None:
    """Every VM is listed, tagged or not; the names of tags keep their casing."""
    httpx.patch(
        f"{contoso.url}{contoso.vm('db-0')}",
        params={"api-version": "2024-07-01"},
        headers={"Authorization": "Bearer x"},
        json={"tags": {"ASR-Protect": "true"}},
    ).raise_for_status()

    async def work(azure: Azure) -> list[tuple[str, dict[str, str]]]:
        found = await list_resources(azure, contoso.subscription, VIRTUAL_MACHINE)
        return [(machine.name, machine.tags) for machine in found]

    listed = dict(within(contoso.url, work))
    assert set(listed) == {"web-0", "web-1", "db-0", "batch-0", "legacy-0"}
    assert (listed["db-0"]["ASR-Protect"], "ASR-Protect" in listed["web-0"]) == ("true", False)


def test_groups_and_vaults(contoso: Contoso) -> None:
    """A group that does not exist has no region; a subscription without vaults is asked no more than that."""
    group = f"/subscriptions/{contoso.subscription}/resourceGroups/Elsewhere"

    async def work(azure: Azure) -> None:
        assert await read_group_location(azure, group) is None
        await put_group(azure, group, "westeurope")
        assert await read_group_location(azure, group) == "westeurope"
        assert await list_vaults(azure, contoso.subscription) == ()

    within(contoso.url, work)


def test_regions_are_read_once(contoso: Contoso) -> None:
    """Regions do not change while a process lives; only physical ones are told."""

    async def work(azure: Azure) -> None:
        first = await read_regions(azure, contoso.subscription)
        assert await read_regions(azure, contoso.subscription.upper()) is first
        assert {"brazilsouth", "southeastasia"} <= {region.name for region in first}
        assert next(region for region in first if region.name == "brazilsouth").paired == "southcentralus"

    within(contoso.url, work)

    assert len(contoso.requests()) == 1


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"status": 429, "retry_after": 11}, Throttled),
        ({"status": 500}, TransientFault),
        ({"reset": True}, TransientFault),
        ({"status": 403}, Rejected),
    ],
)
def test_one_failed_read_fails_the_gathering_as_itself(
    contoso: Contoso, fault: dict[str, object], error: type[Exception]
) -> None:
    """Facts are whole or not at all, and the error that leaves is the one that happened."""
    contoso.fault(path="*/virtualNetworks/*", **fault)

    with pytest.raises(error, match=r"GET /subscriptions/.*/virtualNetworks/contoso-vnet") as raised:
        contoso.facts("web-0")

    assert type(raised.value) is error
    assert TOKEN not in repr(raised.value)
    if isinstance(raised.value, Throttled):
        assert raised.value.after_seconds == 11
    if isinstance(raised.value, Rejected):
        assert raised.value.reason.code == "AuthorizationFailed"
        assert "Microsoft.Network/virtualNetworks/" in sentence(raised.value.reason)
