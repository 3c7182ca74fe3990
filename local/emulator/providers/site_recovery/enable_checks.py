"""Whether a machine can be protected the way it was asked for. Each check is one function; the table is their order."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.regions import region_name
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import artifacts, container_mappings, disk_inputs, names, references
from local.emulator.providers.site_recovery.fabrics import location_of
from local.emulator.providers.site_recovery.machine import RUNNING, Machine
from local.emulator.providers.site_recovery.networks import mapping_of
from local.emulator.providers.site_recovery.recovery_networks import source_network
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.switches import (
    GROUP_IN_SOURCE_REGION,
    UNMAPPED_NETWORK,
    VAULT_IN_SOURCE_REGION,
    chosen,
)

NVME_SYSTEMS = re.compile(r"redhat \S*rhel\S* 9|canonical .*(24_04|24\.04|noble)|suse sles\S*15-sp[4-7]", re.IGNORECASE)
"""Systems that are supported behind an NVMe controller. Source: the text of 151273."""

LARGEST_GROUP = 16
"""How many machines a multi-VM consistency group holds. Source: "Common questions about Azure-to-Azure"."""


PLACEMENTS = {
    "recoveryProximityPlacementGroupId": "Microsoft.Compute/proximityPlacementGroups",
    "recoveryCapacityReservationGroupId": "Microsoft.Compute/capacityReservationGroups",
    "recoveryVirtualMachineScaleSetId": "Microsoft.Compute/virtualMachineScaleSets",
    "recoveryBootDiagStorageAccountId": names.STORAGE_ACCOUNTS,
}
"""What a recovered machine may be placed in besides an availability set -> its type."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What enabling asks for.

    Attributes:
        item: the protected item to be.
        policy: the policy's id, as sent.
        given: `properties.providerSpecificDetails`, as sent.
    """

    item: ResourceId
    policy: str
    given: JsonObject


@dataclass(frozen=True, slots=True)
class Situation:
    """What enabling finds: both fabrics, the recovery container and the machine all exist."""

    cloud: Cloud
    wanted: Wanted
    machine: Machine
    fabric: Resource
    container: Resource
    recovery_fabric: Resource

    @property
    def given(self) -> JsonObject:
        """What was sent."""
        return self.wanted.given

    @property
    def is_zone_to_zone(self) -> bool:
        """Whether both ends are in one fabric, so in one region."""
        return self.recovery_fabric.id.key == self.fabric.id.key


def check(cloud: Cloud, wanted: Wanted) -> None:
    """Check everything, in the order of the table.

    Raises:
        ServiceFailure: what is wrong first.
    """
    situation = _situation(cloud, wanted)
    for rule in RULES:
        rule(situation)


def _situation(cloud: Cloud, wanted: Wanted) -> Situation:
    vault = names.vault_of(wanted.item)
    fabric = references.own(cloud, vault, wanted.item.parent.parent.text, names.FABRICS)
    container = references.own(cloud, vault, wanted.given["recoveryContainerId"], names.CONTAINERS)
    references.own(cloud, vault, wanted.policy, names.POLICIES)
    recovery_fabric = cloud.resource(container.id.parent)
    machine = Machine.find(cloud, wanted.given["fabricObjectId"])
    if machine is None:
        raise failure(cloud, "VmNotFound", vm=wanted.given["fabricObjectId"])
    return Situation(cloud, wanted, machine, fabric, container, recovery_fabric)


def containers_are_paired(now: Situation) -> None:
    """The source container is mapped to the recovery container under this policy."""
    container_mappings.check_paired(now.cloud, now.wanted.item.parent, now.container.id, now.wanted.policy)


def machine_is_in_region(now: Situation) -> None:
    """The machine is in the region of the fabric that the item is created under."""
    if now.machine.location != location_of(now.fabric):
        raise failure(
            now.cloud,
            "VmNotInFabricRegion",
            vm=now.machine.id.name,
            region=now.machine.location,
            fabric=location_of(now.fabric),
        )


def vault_is_elsewhere(now: Situation) -> None:
    """The vault is not in the source region, where it would be lost together with the machine."""
    vault = now.cloud.resource(names.vault_of(now.wanted.item))
    allowed = now.is_zone_to_zone or chosen(now.cloud, VAULT_IN_SOURCE_REGION) == "accept"
    if region_name(vault.location) == now.machine.location and not allowed:
        raise failure(now.cloud, "VaultInSourceRegion", vm=now.machine.id.name, region=now.machine.location)


def machine_is_not_protected(now: Situation) -> None:
    """No vault protects the machine already, and no artifacts of an earlier protection are left."""
    key = now.machine.id.key
    for item in now.cloud.store.referring_to(now.machine.id, names.PROTECTED_ITEMS):
        if item.properties["providerSpecificDetails"]["fabricObjectId"] == key:
            raise failure(now.cloud, "VmAlreadyProtected", vm=now.machine.id.name, item=item.id.text)
    for link in now.cloud.store.of_type("Microsoft.Resources/links", now.machine.id):
        if link.id.name.lower().startswith(artifacts.LINK_PREFIX.lower()):
            raise failure(now.cloud, "StaleLinks", vm=now.machine.id.name)


def machine_is_provisioned(now: Situation) -> None:
    """The machine's provisioning state is Succeeded."""
    if now.machine.provisioning_state != "Succeeded":
        raise failure(now.cloud, "VmNotProvisioned", vm=now.machine.id.name, state=now.machine.provisioning_state)


def machine_is_running(now: Situation) -> None:
    """The machine runs, so that the mobility service can be installed."""
    if now.machine.power_state != RUNNING:
        raise failure(now.cloud, "VmNotRunning", vm=now.machine.id.name)


def controller_is_supported(now: Situation) -> None:
    """Behind an NVMe controller only some systems can be protected."""
    if now.machine.is_nvme and not NVME_SYSTEMS.match(now.machine.system):
        system = now.machine.system or "an unknown system"
        raise failure(now.cloud, "NvmeNotSupported", vm=now.machine.id.name, system=system)


def recovery_group_is_elsewhere(now: Situation) -> None:
    """The recovery resource group exists and is not in the source region."""
    group_id = now.given.get("recoveryResourceGroupId") or ""
    group = references.find(now.cloud, group_id, names.GROUPS)
    if group is None:
        raise failure(now.cloud, "RecoveryGroupNotFound", group=group_id)
    allowed = now.is_zone_to_zone or chosen(now.cloud, GROUP_IN_SOURCE_REGION) == "accept"
    if region_name(group.location) == now.machine.location and not allowed:
        raise failure(now.cloud, "RecoveryGroupInSourceRegion", group=group.id.name, region=group.location)


def zones_differ(now: Situation) -> None:
    """Within one region the machine is in a zone and goes to another."""
    if not now.is_zone_to_zone:
        return
    source, target = now.machine.zone, now.given.get("recoveryAvailabilityZone") or ""
    if not source or not target or source == target:
        raise failure(now.cloud, "ZonesNotDifferent", vm=now.machine.id.name, source=source, target=target)


def availability_set_exists(now: Situation) -> None:
    """The recovery availability set, when one was named, is in the recovery region."""
    set_id = now.given.get("recoveryAvailabilitySetId")
    if not set_id:
        return
    region = location_of(now.recovery_fabric)
    if references.find(now.cloud, set_id, names.AVAILABILITY_SETS, region) is None:
        raise failure(now.cloud, "AvailabilitySetNotFound", set=set_id, region=region)


def placements_exist(now: Situation) -> None:
    """Everything else that the machine is to be placed in is in the recovery region."""
    for key, kind in PLACEMENTS.items():
        wanted = now.given.get(key)
        if wanted and references.find(now.cloud, wanted, kind, location_of(now.recovery_fabric)) is None:
            raise failure(now.cloud, "RelatedResourceNotFound", resource=names.name_of(wanted))


def disks_are_fit(now: Situation) -> None:
    """The disks are attached, the one it boots from is among them, and their accounts are in place."""
    named = {disk["diskId"].lower() for disk in disk_inputs.managed_of(now.given)}
    named |= {disk["diskUri"].lower() for disk in disk_inputs.unmanaged_of(now.given)}
    boot = next((disk.key for disk in now.machine.disks() if disk.is_os_disk), None)
    if not named or (boot and boot not in named):
        raise failure(now.cloud, "NoDisks", vm=now.machine.id.name)
    disk_inputs.check(now.cloud, now.machine, now.given, location_of(now.recovery_fabric))


def network_is_known(now: Situation) -> None:
    """The recovery network exists in the recovery region; when none was named, the source network is mapped."""
    region = location_of(now.recovery_fabric)
    if network_id := now.given.get("recoveryAzureNetworkId"):
        if references.find(now.cloud, network_id, names.VIRTUAL_NETWORKS, region) is None:
            raise failure(now.cloud, "TargetNetworkNotFound", network=network_id, region=region)
        return
    if now.is_zone_to_zone or chosen(now.cloud, UNMAPPED_NETWORK) == "accept":
        return
    for nic in now.machine.nics():
        source = source_network(nic)
        if source and mapping_of(now.cloud, now.fabric.id, source, now.recovery_fabric.id) is None:
            raise failure(now.cloud, "NetworkNotMapped", network=source)


def consistency_group(cloud: Cloud, vault: ResourceId, name: str | None) -> list[Resource]:
    """Return the items of a vault that are in the multi-VM consistency group called `name`; none without a name."""
    items = cloud.store.of_type(names.PROTECTED_ITEMS, vault) if name else []
    return [one for one in items if one.properties["providerSpecificDetails"]["multiVmGroupName"] == name]


def group_has_room(now: Situation) -> None:
    """The multi-VM consistency group, when one was named, is not full."""
    name = now.given.get("multiVmGroupName")
    members = consistency_group(now.cloud, names.vault_of(now.wanted.item), name)
    if len(members) >= LARGEST_GROUP:
        raise failure(now.cloud, "GroupFull", group=name or "", count=str(len(members)))


type Rule = Callable[[Situation], None]

RULES: tuple[Rule, ...] = (
    containers_are_paired,
    machine_is_in_region,
    vault_is_elsewhere,
    machine_is_not_protected,
    machine_is_provisioned,
    machine_is_running,
    controller_is_supported,
    zones_differ,
    recovery_group_is_elsewhere,
    availability_set_exists,
    placements_exist,
    disks_are_fit,
    network_is_known,
    group_has_room,
)
