"""The control routes of troubles, and what follows when a trouble is taken back.

GET  .../troubles                     what there is, and how often it has struck
POST .../troubles   {"target": ...}   one more (see `troubles`)
POST .../troubles   {"clear": true}   none any more; {"clear": "<id>"} one less
"""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.schema import OBJECT, deserialized_strictly
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, timestamp
from local.emulator.providers.site_recovery import conditions, names, recovery_points, replication, troubles
from local.emulator.providers.site_recovery.troubles import LAGGING, STUCK, Trouble

PATH = "/site-recovery/troubles"


def shown(cloud: Cloud, _: JsonObject) -> object:
    """Answer with every trouble."""
    return [trouble.entry() for trouble in troubles.present(cloud)]


def change(cloud: Cloud, body: JsonObject) -> object:
    """Add a trouble, or take one or all back.

    Raises:
        ValueError: the text names field, value and fix.
    """
    wanted = body.get("clear")
    if not wanted:
        listed = deserialized_strictly({"troubles": body.get("troubles", [body])}, {"troubles": [OBJECT]})["troubles"]
        added = [troubles.keep(cloud, one) for one in [troubles.read(each) for each in listed]]
        for trouble in added:
            conditions.refresh_all(cloud, _affected(cloud, trouble))
        return [trouble.entry() for trouble in added] if "troubles" in body else added[0].entry()
    leaving = [one for one in troubles.present(cloud) if wanted is True or one.kept.id.name == wanted]
    if not leaving and wanted is not True:
        raise ValueError(f"clear: {wanted!r} is the id of no trouble; write true for all")
    for trouble in leaving:
        _recover(cloud, trouble)
    return shown(cloud, body)


def _affected(cloud: Cloud, trouble: Trouble) -> list[Resource]:
    return [one for one in cloud.store.of_type(names.PROTECTED_ITEMS) if trouble.fits(conditions.machine_of(one))]


def _recover(cloud: Cloud, trouble: Trouble) -> None:
    """Take a trouble back: what was stuck goes on; the points that were not made stay missing."""
    word, affected = trouble.says("replication"), _affected(cloud, trouble)
    missed = {one.id.key: since for one in affected if (since := conditions.lagging_since(cloud, one))}
    troubles.remove(cloud, trouble)
    for item in affected:
        if word == STUCK:
            replication.resume(cloud, item)
        if word == LAGGING and item.id.key in missed and conditions.lagging_since(cloud, item) is None:
            gaps: list[list[str]] = item.private.setdefault(recovery_points.GAPS, [])
            gaps.append([timestamp(missed[item.id.key]), timestamp(cloud.clock.now())])
    conditions.refresh_all(cloud, affected)


CONTROLS = {("GET", PATH): shown, ("POST", PATH): change}
