"""Which network a machine is recovered into, as decisions on the emulated Azure find it."""

from asr.gateway.resources import VIRTUAL_MACHINE
from asr.gateway.session import Azure
from asr.model.preflight_facts import RecoveryNetwork
from asr.model.resource_id import resource_id
from asr.model.run import Choices
from asr.services.decide import explain
from local.emulator.server import Emulator
from tests.gateway.sessions import within


def recovery_network(world: str, group: str, name: str) -> tuple[str, RecoveryNetwork]:
    """The subscription, and the network that the decision about a machine says it comes to."""
    with Emulator(world) as emulator:
        vm_id = resource_id(f"/subscriptions/{emulator.subscription}/resourceGroups/{group}", VIRTUAL_MACHINE, name)

        async def work(azure: Azure) -> RecoveryNetwork:
            facts = (await explain(azure, azure.settings, vm_id, Choices())).facts
            assert facts is not None
            assert facts.preflight_facts is not None
            assert facts.preflight_facts.recovery_network is not None
            return facts.preflight_facts.recovery_network

        return emulator.subscription, within(emulator.url, work, ASR_SUBSCRIPTIONS=emulator.subscription)


def test_the_vaults_mapping_says_where_a_machine_comes_up() -> None:
    """With the subnets of the network that it leads to."""
    subscription, found = recovery_network("adopted", "shop", "next-0")
    group = f"/subscriptions/{subscription}/resourceGroups/dr"

    assert found.network_id == f"{group}/providers/Microsoft.Network/virtualNetworks/dr-vnet"
    assert found.subnets


def test_where_nothing_is_yet_it_is_the_copy_that_would_be_made() -> None:
    """With the source's subnets."""
    _, found = recovery_network("east-asia", "contoso-app", "web-0")

    assert found.network_id.endswith("/contoso-app-asr/providers/Microsoft.Network/virtualNetworks/contoso-vnet-asr")
    assert found.subnets == ("web", "db")
