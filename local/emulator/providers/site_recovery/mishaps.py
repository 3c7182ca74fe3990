"""Where troubles and locks meet an operation: what makes it fail, and what makes it leave something behind."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.providers.site_recovery import names, troubles
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.refusals import failure

LOCKS = "Microsoft.Authorization/locks"
_LOCK_SEGMENT = "/providers/microsoft.authorization/locks/"

LINKS_STAY = "linksStay"
"""The private fact of an item: a trouble says that its links cannot be removed."""


def strike(cloud: Cloud, key: str, target: ResourceId, machine_id: str = "") -> None:
    """Let an operation fail if a trouble says so.

    Args:
        cloud: the emulated Azure.
        key: the scenario's key.
        target: what is worked on.
        machine_id: the machine it is about; by default that of the item `target`.

    Raises:
        ServiceFailure: how it fails.
    """
    item = cloud.store.find(target)
    if not machine_id and item is not None and item.id.type == names.PROTECTED_ITEMS:
        machine_id = item.properties["providerSpecificDetails"]["fabricObjectId"]
    # a machine that is being enabled has no item yet to tell its name
    called = [target.name, *([names.name_of(machine_id)] if machine_id else [])]
    wanted = troubles.failing(cloud, key, *called)
    if wanted is None:
        return
    if wanted.is_information:
        if item is not None:
            item.private[LINKS_STAY] = True
        return
    machine = Machine.find(cloud, machine_id)
    known = {"reason": "a trouble was asked for"} | (machine.facts() if machine else {})
    raise failure(cloud, wanted.condition, **{field: known.get(field, called[-1]) for field in wanted.fields})


def links_stay(cloud: Cloud, item: Resource) -> bool:
    """Say whether the links of an item's machine cannot be removed: a lock holds them, or a trouble says so."""
    return bool(item.private.get(LINKS_STAY)) or is_locked(
        cloud, ResourceId.parse(item.properties["providerSpecificDetails"]["fabricObjectId"])
    )


def is_locked(cloud: Cloud, resource: ResourceId) -> bool:
    """Say whether a lock lies on a resource, its resource group or its subscription. Either level forbids deletion."""
    for lock in cloud.store.of_type(LOCKS):
        scope = ResourceId.parse(lock.id.key.partition(_LOCK_SEGMENT)[0])
        if scope.contains(resource):
            return True
    return False
