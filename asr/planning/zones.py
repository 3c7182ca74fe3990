"""Zone to zone: a VM recovered to another zone of its own region."""

from collections.abc import Iterator

from asr.choices.request import ProtectionRequest
from asr.model.outcome import Reason
from asr.model.resource_id import parse, same, subscription_of
from asr.model.specs import GroupSpec
from asr.model.vm_facts import ManagedDisk, VmFacts
from asr.planning.disks import replicated_disks
from asr.reasons import reason


def is_zone_to_zone(source: str, request: ProtectionRequest) -> bool:
    """Whether the VM's own region is asked for, together with a zone of it. The region alone is a mistake."""
    return request.options.recovery_zone is not None and request.options.recovery_regions == (source,)


def zone_problems(facts: VmFacts, request: ProtectionRequest, source: str, group: GroupSpec) -> Iterator[Reason]:
    """What stands against going from the VM's zone to the one asked for. Whether the region has it is checked
    elsewhere.

    Zones are numbered for each subscription on its own, so equal numbers mean equal places within one only.
    Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-how-to-enable-zone-to-zone-disaster-recovery
    """
    asked, vm = request.options.recovery_zone, facts.vm
    if not vm.zones:
        yield reason("ZoneToZoneNotZonal", zone=asked, source=source)
    if asked in vm.zones:
        yield reason("ZoneToZoneSameZone", zone=asked)
    if same(group.id, parse(vm.id).group_id):
        yield reason("RecoveryGroupIsSource", id=group.id)
    if subscription_of(group.id) != subscription_of(vm.id):
        yield reason("ZoneToZoneAcrossSubscriptions", id=group.id)
    for disk in replicated_disks(vm, request):
        if isinstance(disk, ManagedDisk) and disk.sku in facts.matrix.disks.local_skus:
            yield reason("ZoneRedundantDisk", disk=disk.name, sku=disk.sku)
