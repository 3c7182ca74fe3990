"""Drills in the store.

drills/<drill>/drill.json              Drill: who asked for what
drills/<drill>/machine-<vm key>.json   MachineDrill: one VM's part
open-drills/<drill>/<vm key>.json      a VM's part that is not closed: its test VM may still stand
evidence/<number>.json                 Evidence, never written again; each holds the hash of the one before
"""

from collections.abc import Callable
from dataclasses import dataclass

from asr.errors import Conflict, Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import change_document, read_document, write_document
from asr.gateway.store.interface import every_name
from asr.gateway.store.names import document_name, folder_name, parts_of
from asr.model.drill import Drill, Evidence, MachineDrill
from asr.planning.naming import vm_key


@dataclass(frozen=True, slots=True)
class EvidencePlace:
    """Where in the chain the evidence of a drill stands."""

    number: int


_DRILLS, _OPEN, _EVIDENCE = "drills", "open-drills", "evidence"
_MACHINE = "machine-"


async def keep_drill(azure: Azure, drill: Drill) -> bool:
    """Write what was asked for; False if this drill is known already. It is never written again."""
    try:
        await write_document(azure.store, document_name(_DRILLS, drill.id, "drill"), drill, if_none_match=True)
    except Conflict:
        return False
    return True


async def read_drill(azure: Azure, drill: str) -> Drill | None:
    """What was asked for; None if there is no such drill."""
    document = await read_document(azure.store, document_name(_DRILLS, drill, "drill"), Drill)
    return document.record if document else None


async def list_drills(azure: Azure) -> tuple[str, ...]:
    """The ids of all drills, in the order of their names."""
    found = [parts_of(name)[1] async for name in every_name(azure.store, folder_name(_DRILLS))]
    return tuple(dict.fromkeys(found))


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


async def append_evidence(azure: Azure, make: Callable[[int, str | None], Evidence], about: str) -> Evidence:
    """Append to the chain what `make` makes of its number and the hash before it; what is there for `about` stays.

    Two that append at once take two numbers: a document is only ever written where there is none.
    """
    while True:
        numbers = [int(parts_of(name)[-1]) async for name in every_name(azure.store, folder_name(_EVIDENCE))]
        last = max(numbers, default=0)
        before = await read_evidence(azure, last) if last else None
        for number in sorted(numbers, reverse=True)[:_RECENT]:
            known = await read_evidence(azure, number)
            if known is not None and known.about == about:
                return known
        made = make(last + 1, before.hash if before else None)
        try:
            await write_document(azure.store, _evidence(last + 1), made, if_none_match=True)
        except Conflict:
            continue
        return made


_RECENT = 50
"""So many last documents are looked at for one that a first try appended: it dies between two steps at most."""


async def read_evidence(azure: Azure, number: int) -> Evidence | None:
    """The evidence of this number; None if there is none."""
    document = await read_document(azure.store, _evidence(number), Evidence)
    return document.record if document else None


async def find_evidence(azure: Azure, about: str) -> Evidence | None:
    """The evidence of a drill; None while there is none."""
    known = await read_document(azure.store, document_name(_DRILLS, about, "evidence"), EvidencePlace)
    return await read_evidence(azure, known.record.number) if known else None


async def note_evidence(azure: Azure, evidence: Evidence) -> None:
    """Note where in the chain a drill's evidence stands."""
    name = document_name(_DRILLS, evidence.about, "evidence")
    await write_document(azure.store, name, EvidencePlace(evidence.number))


def _evidence(number: int) -> str:
    return document_name(_EVIDENCE, f"{number:08d}")
