"""Where a trouble that was asked for meets an operation: what makes it fail."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.providers.site_recovery import artifacts, names, troubles
from local.emulator.providers.site_recovery.machine import Machine
from local.emulator.providers.site_recovery.refusals import failure


def raise_injected(cloud: Cloud, key: str, target: ResourceId, machine_id: str = "") -> None:
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
            item.private[artifacts.LINKS_STAY] = True
        return
    machine = Machine.find(cloud, machine_id)
    known = {"reason": "a trouble was asked for"} | (machine.facts() if machine else {})
    raise failure(cloud, wanted.condition, **{field: known.get(field, called[-1]) for field in wanted.fields})
