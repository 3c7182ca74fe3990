"""Whole worlds: what is decided about every machine in them, by what Azure tells over HTTP, without a single write."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from asr.choices.profiles import Profile
from asr.choices.tags import Asked, read_request
from asr.gateway.facts import gather
from asr.gateway.machines import read_virtual_machine
from asr.gateway.resources import VIRTUAL_MACHINE, list_resources
from asr.gateway.session import Azure
from asr.model.decision import Action, Decision
from asr.model.resource_id import resource_id
from asr.planning.targets import named_targets
from asr.services.decide import weigh
from local.emulator.server import Emulator
from tests.gateway.sessions import within

FOLDER = Path(__file__).parents[2] / "local" / "worlds"

EXPECTED: dict[str, dict[str, tuple[Action, list[str]]]] = {
    "adopted": {
        "kept-0": (Action.LEAVE, ["ProtectedDifferently"]),
        "next-0": (Action.PROTECT, ["SubnetSubstituted"]),
    },
    "cross-subscription": {"app-0": (Action.PROTECT, [])},
    "crowded": {
        "clear-0": (Action.PROTECT, []),
        "locked-0": (Action.REFUSE, ["LockedReadOnly"]),
        "kept-0": (Action.PROTECT, ["LockedCanNotDelete"]),
        "rare-0": (Action.REFUSE, ["SizeNotOffered"]),
        "big-0": (Action.REFUSE, ["QuotaTooSmall"]),
        "again-0": (Action.REFUSE, ["ReplicaManagedDiskExists"]),
        "tiny-0": (Action.PROTECT, ["SizeTooSmall"]),
    },
    "east-asia": {
        "web-0": (Action.PROTECT, []),
        "web-1": (Action.PROTECT, []),
        "db-0": (Action.PROTECT, []),
        "batch-0": (Action.REFUSE, ["AzureVmIsNotInDesiredPowerState"]),
        "legacy-0": (Action.PROTECT, []),
    },
    "encrypted": {
        "own-keys-0": (Action.REFUSE, ["DiskEncryptionSetMissing"]),
        "guest-0": (Action.REFUSE, ["DiskEncryptionKeysMissing"]),
        "data-only-0": (Action.REFUSE, ["DiskEncryptionKeysMissing"]),
        "trusted-0": (Action.PROTECT, []),
    },
    "high-churn": {
        "fast-0": (Action.PROTECT, ["HighChurnForced"]),
        "ultra-0": (Action.PROTECT, ["HighChurnForced", "UltraDiskUncertain"]),
        "calm-0": (Action.PROTECT, []),
    },
    "mixed": {
        "fine-0": (Action.PROTECT, []),
        "walled-0": (Action.PROTECT, ["OutboundTagsBlocked"]),
        "stopped-0": (Action.REFUSE, ["AzureVmIsNotInDesiredPowerState"]),
        "ephemeral-0": (Action.REFUSE, ["EphemeralOsDiskUnsupported"]),
        "accelerated-0": (Action.REFUSE, ["WriteAcceleratorUnsupported"]),
        "cluster-0": (Action.REFUSE, ["SharedDiskUnsupported"]),
        "again-0": (Action.REFUSE, ["StaleLinks"]),
    },
    "unmanaged": {
        "several-0": (Action.PROTECT, []),
        "single-0": (Action.PROTECT, []),
    },
    "zonal": {
        "zone-1": (Action.PROTECT, []),
        "zone-2": (Action.PROTECT, []),
        "nozone-0": (Action.PROTECT, []),
        "zrs-0": (Action.PROTECT, []),
    },
}
"""For each machine of each world, what is done about it by default, and the codes that are told with it."""


@dataclass(frozen=True)
class World:
    """A local Azure with one world in it."""

    url: str
    subscription: str

    def decide(self, vm_id: str, **choices: str) -> Decision:
        """The decision about a machine that a request names with these choices, as the app makes it."""

        async def work(azure: Azure) -> Decision:
            return await decision_of(azure, vm_id, choices)

        return within(self.url, work)

    def vm(self, group: str, name: str) -> str:
        """A machine's id."""
        return resource_id(f"/subscriptions/{self.subscription}/resourceGroups/{group}", VIRTUAL_MACHINE, name)

    def methods(self) -> set[str]:
        """The methods of all requests so far."""
        return {request["method"] for request in httpx.get(f"{self.url}/_emulator/requests").json()}


async def decision_of(azure: Azure, vm_id: str, choices: dict[str, str]) -> Decision:
    """Read, decide, and ask of what would be protected all that a run asks."""
    vm = await read_virtual_machine(azure, vm_id)
    assert vm is not None
    request = read_request(vm.tags, "asr-", {"default": Profile("default")}, "default", Asked(None, choices))
    facts = await gather(azure, vm, named=named_targets(vm, request))
    decision, _ = await weigh(azure, facts, request)
    return decision


def codes(decision: Decision) -> list[str]:
    """The codes of what is told with a decision."""
    return [one.code for one in (decision.outcome.reasons if decision.outcome else decision.warnings)]


@pytest.fixture
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with Emulator(request.param) as emulator:
        yield World(emulator.url, emulator.subscription)


def test_every_world_with_machines_is_decided_about_here() -> None:
    """A world that nobody looks at proves nothing."""
    assert set(EXPECTED) == {path.stem for path in FOLDER.glob("*.json") if "virtualMachines/" in path.read_text()}


@pytest.mark.parametrize(("world", "expected"), EXPECTED.items(), ids=EXPECTED, indirect=["world"])
def test_every_machine_of_a_world(world: World, expected: dict[str, tuple[Action, list[str]]]) -> None:
    """Each with all its reasons, and not one write."""

    async def work(azure: Azure) -> dict[str, Decision]:
        machines = await list_resources(azure, world.subscription, VIRTUAL_MACHINE)
        return {machine.name: await decision_of(azure, machine.id, {}) for machine in machines}

    found = within(world.url, work)

    assert {name: (decision.action, codes(decision)) for name, decision in found.items()} == expected
    assert world.methods() == {"GET"}


@pytest.mark.parametrize("world", ["zonal"], indirect=True)
def test_zone_to_zone(world: World) -> None:
    """From a zone to another; refused of what is in no zone or in all of them."""

    def zones(name: str, zone: str) -> tuple[Action, list[str]]:
        decision = world.decide(world.vm("zonal", name), recoveryRegion="eastasia", recoveryZone=zone)
        return decision.action, codes(decision)

    assert zones("zone-1", "2") == (Action.PROTECT, [])
    assert zones("zone-2", "2") == (Action.REFUSE, ["ZoneToZoneSameZone"])
    assert zones("nozone-0", "2") == (Action.REFUSE, ["ZoneToZoneNotZonal"])
    assert zones("zrs-0", "1") == (Action.REFUSE, ["ZoneRedundantDisk"])


@pytest.mark.parametrize("world", ["encrypted"], indirect=True)
def test_a_disk_encryption_set_of_the_recovery_region(world: World) -> None:
    """It has to exist; then each disk that has a set of its own gets it."""
    vm_id = world.vm("secret", "own-keys-0")
    plan = world.decide(vm_id, recoveryDiskEncryptionSet="recovery-keys").plan
    assert plan is not None

    assert [(disk.encryption_set_id or "").split("/")[-1] for disk in plan.disks] == ["recovery-keys"]
    assert codes(world.decide(vm_id, recoveryDiskEncryptionSet="missing")) == ["TargetNotFound"]


@pytest.mark.parametrize("world", ["crowded"], indirect=True)
def test_a_cache_that_keeps_what_is_deleted(world: World) -> None:
    """The blob service is asked, so the refusal comes before anything is made."""
    assert codes(world.decide(world.vm("crowd", "clear-0"), cacheStorageAccount="crowdcache")) == [
        "CacheAccountSoftDelete"
    ]


@pytest.mark.parametrize("world", ["cross-subscription"], indirect=True)
def test_another_subscription_of_the_tenant(world: World) -> None:
    """Vault, group and network may lie there; each is judged as one at home would be."""
    hub = "/subscriptions/2c8f6da1-5e4b-4037-9d92-7fa03b6e8c24/resourceGroups"
    named = {
        "vault": f"{hub}/recovery/providers/Microsoft.RecoveryServices/vaults/hub-vault",
        "recoveryResourceGroup": f"{hub}/recovery",
        "recoveryVnet": "hub-vnet",
    }
    vm_id = world.vm("team", "app-0")
    plan = world.decide(vm_id, **named).plan
    assert plan is not None

    assert (plan.vault.id, plan.vault.exists, plan.group.id) == (named["vault"], True, f"{hub}/recovery")
    assert plan.network.recovery_id.startswith(f"{hub}/recovery/")
    assert plan.cache.id.startswith(f"/subscriptions/{world.subscription}/")
    missing = world.decide(vm_id, vault=named["vault"] + "-2", recoveryResourceGroup=f"{hub}/near-home")
    assert sorted(codes(missing)) == ["TargetInWrongRegion", "TargetNotFound"]


@pytest.mark.parametrize("world", ["unmanaged"], indirect=True)
def test_unmanaged_disks_get_one_account(world: World) -> None:
    """Premium if any source is; three days of recovery points at most."""
    vm_id = world.vm("classicdisks", "several-0")
    plan = world.decide(vm_id).plan
    assert plan is not None
    assert plan.target_storage is not None

    assert (plan.target_storage.kind, plan.target_storage.sku) == ("Storage", "Premium_LRS")
    assert len(plan.disks) == 3
    assert codes(world.decide(vm_id, recoveryPointMinutes="4321")) == ["RetentionTooLong"]


@pytest.mark.parametrize("world", ["adopted"], indirect=True)
def test_what_others_made(world: World) -> None:
    """The vault of the pair is chosen; a cache of theirs is taken by name; a network without the subnet is told."""
    dr = f"/subscriptions/{world.subscription}/resourceGroups/dr/providers/Microsoft.Network/virtualNetworks/dr-vnet"
    vm_id = world.vm("shop", "next-0")
    plan = world.decide(vm_id, cacheStorageAccount="shopstaging").plan
    assert plan is not None

    assert plan.vault.id.endswith("/vaults/dr-vault")
    assert plan.cache.exists
    assert codes(world.decide(vm_id, recoveryVnet=dr)) == ["SubnetSubstituted"]
    assert codes(world.decide(vm_id, recoveryVnet=dr, recoverySubnet="web")) == []


@pytest.mark.parametrize("world", ["east-asia"], indirect=True)
def test_a_decision_stays_cheap(world: World) -> None:
    """The second machine of a group asks again only for what is its own."""

    async def work(azure: Azure) -> None:
        for name in ("web-0", "web-1"):
            await decision_of(azure, world.vm("contoso-app", name), {})

    within(world.url, work)
    requests = httpx.get(f"{world.url}/_emulator/requests").json()
    asked = Counter((request["path"].lower(), str(request["query"])) for request in requests)
    shared = ("/locks", "/skus", "/usages", "/locations", "contoso-app/providers/microsoft.compute/disks")

    assert len(requests) <= 25
    assert [path for (path, _), times in asked.items() if path.endswith(shared) and times > 1] == []
