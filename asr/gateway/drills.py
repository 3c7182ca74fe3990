"""Drills in the store.

drills/<drill>/drill.json              Drill: who asked for what
drills/<drill>/machine-<vm key>.json   MachineDrill: one VM's part
drills/<drill>/called-off.json         CalledOff: that somebody has called it off
drills/<drill>/health.json             VaultsHealth: when the health of each vault was refreshed for it
unfinished-drills/<drill>.json         Unfinished: there while the evidence of the drill is not kept
open-drills/<drill>/<vm key>.json      a VM's part that is not closed: its test VM may still stand
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from asr.errors import Conflict, Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import change_document, read_document, write_document
from asr.gateway.store.interface import every_name
from asr.gateway.store.names import document_name, folder_name, parts_of
from asr.model.drill import CalledOff, Drill, MachineDrill
from asr.planning.naming import vm_key


@dataclass(frozen=True, slots=True)
class Unfinished:
    """That a drill is not finished, or is about to be kept; when it was asked for."""

    asked_at: str


@dataclass(frozen=True, slots=True)
class VaultsHealth:
    """By vault, when its health was refreshed for a drill, or why it could not be."""

    vaults: Mapping[str, str]


_LOG = logging.getLogger(__name__)

_DRILLS, _OPEN, _UNFINISHED = "drills", "open-drills", "unfinished-drills"
_MACHINE = "machine-"


async def keep_drill(azure: Azure, drill: Drill) -> bool:
    """Write what was asked for; False if this drill is known already. It is never written again.

    That it is not finished is noted before, so that a drill which nobody begins is found.
    """
    await write_document(azure.store, document_name(_UNFINISHED, drill.id), Unfinished(drill.asked_at))
    try:
        await write_document(azure.store, document_name(_DRILLS, drill.id, "drill"), drill, if_none_match=True)
    except Conflict:
        return False
    return True


async def read_drill(azure: Azure, drill: str) -> Drill | None:
    """What was asked for; None if there is no such drill."""
    document = await read_document(azure.store, document_name(_DRILLS, drill, "drill"), Drill)
    return document.record if document else None


async def keep_called_off(azure: Azure, drill: str, called: CalledOff) -> CalledOff:
    """Note that the drill is called off; the first who did so stays."""
    return await change_document(azure.store, _called_off(drill), CalledOff, lambda before: before or called)


async def read_called_off(azure: Azure, drill: str) -> CalledOff | None:
    """Who has called the drill off; None if nobody has."""
    document = await read_document(azure.store, _called_off(drill), CalledOff)
    return document.record if document else None


def _called_off(drill: str) -> str:
    return document_name(_DRILLS, drill, "called-off")


async def find_unfinished(azure: Azure) -> tuple[str, ...]:
    """The ids of the drills whose evidence is not kept."""
    return tuple([parts_of(name)[1] async for name in every_name(azure.store, folder_name(_UNFINISHED))])


async def read_unfinished(azure: Azure) -> tuple[Drill, ...]:
    """The drills whose evidence is not kept, as far as they can be read."""
    return await _readable_drills(azure, await find_unfinished(azure))


async def read_drills(azure: Azure) -> tuple[Drill, ...]:
    """All drills in the order of their names, as far as they can be read."""
    found = [parts_of(name)[1] async for name in every_name(azure.store, folder_name(_DRILLS))]
    return await _readable_drills(azure, tuple(dict.fromkeys(found)))


async def _readable_drills(azure: Azure, ids: Iterable[str]) -> tuple[Drill, ...]:
    """One that somebody has spoiled keeps nobody from the others."""
    found = []
    for id_ in ids:
        try:
            drill = await read_drill(azure, id_)
        except Unreadable as error:
            _LOG.warning("a drill could not be read: %s", error)
            continue
        found += [drill] if drill is not None else []
    return tuple(found)


async def unfinished_since(azure: Azure, drill: str) -> str | None:
    """When the drill that is not finished was asked for; None if there is none."""
    document = await read_document(azure.store, document_name(_UNFINISHED, drill), Unfinished)
    return document.record.asked_at if document else None


async def forget_unfinished(azure: Azure, drill: str) -> None:
    """The drill is over, and its evidence is kept; or there is no such drill."""
    await azure.store.delete(document_name(_UNFINISHED, drill))


async def change_machine(
    azure: Azure, drill: str, vm_id: str, change: Callable[[MachineDrill | None], MachineDrill]
) -> MachineDrill:
    """Replace one VM's part by what `change` makes of it; `change` is pure, for it may be called again."""
    name = document_name(_DRILLS, drill, f"{_MACHINE}{vm_key(vm_id)}")
    return await change_document(azure.store, name, MachineDrill, change)


async def read_machines(azure: Azure, drill: str) -> tuple[MachineDrill, ...]:
    """The parts of all VMs of a drill that have begun."""
    found = []
    async for name in every_name(azure.store, folder_name(_DRILLS, drill)):
        if parts_of(name)[-1].startswith(_MACHINE):
            document = await read_document(azure.store, name, MachineDrill)
            found += [document.record] if document else []
    return tuple(found)


async def read_machine(azure: Azure, drill: str, vm_id: str) -> MachineDrill | None:
    """One VM's part; None if it has not begun."""
    name = document_name(_DRILLS, drill, f"{_MACHINE}{vm_key(vm_id)}")
    document = await read_document(azure.store, name, MachineDrill)
    return document.record if document else None


async def note_health(azure: Azure, drill: str, vault_id: str, refreshed: str) -> None:
    """Note when a vault's health was refreshed for the drill, or why it could not be."""

    def noted(before: VaultsHealth | None) -> VaultsHealth:
        return VaultsHealth({**(before.vaults if before else {}), vault_id: refreshed})

    await change_document(azure.store, document_name(_DRILLS, drill, "health"), VaultsHealth, noted)


async def read_health(azure: Azure, drill: str) -> Mapping[str, str]:
    """By vault, when its health was refreshed for the drill, or why it could not be."""
    document = await read_document(azure.store, document_name(_DRILLS, drill, "health"), VaultsHealth)
    return document.record.vaults if document else {}


async def note_open(azure: Azure, machine: MachineDrill) -> None:
    """Note that this VM's part may leave a test VM behind, before one is made."""
    await write_document(azure.store, document_name(_OPEN, machine.drill, vm_key(machine.vm_id)), machine)


async def forget_open(azure: Azure, drill: str, vm_id: str) -> None:
    """Nothing is left of this VM's part that would have to be cleaned up."""
    await azure.store.delete(document_name(_OPEN, drill, vm_key(vm_id)))


async def find_open(azure: Azure) -> tuple[MachineDrill, ...]:
    """Every VM's part, of whatever drill, that is not closed: one list, and one read of each."""
    found = []
    async for name in every_name(azure.store, folder_name(_OPEN)):
        try:
            document = await read_document(azure.store, name, MachineDrill)
        except Unreadable:
            continue
        found += [document.record] if document else []
    return tuple(found)
