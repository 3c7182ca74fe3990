"""Which VMs a caller means: by id, by name, or by what they have in common."""

from collections.abc import Sequence

from asr.errors import BadRequest, Rejected, TransientFault
from asr.gateway.session import connect
from asr.model.resource_id import key
from asr.services.machines import Scope, find_missing, list_machines, named
from asr.services.snapshot import at_home, known_ids
from triggers.asking import read_states
from triggers.http.models import MOST_VMS, MachineQuery, MachinesRequest, ScopeRequest
from triggers.http.route import Call
from triggers.http.vm_ids import vm_id, vm_ids

MOST_CANDIDATES = 20
"""VMs of one name that an answer lists."""


async def one_machine(call: Call, query: MachineQuery) -> str:
    """The id of the one VM that the query is about. A VM that is gone is found by name while anything tells of it.

    Raises:
        BadRequest: none is named, or no VM, or several, have the name.
    """
    if query.vm_id is not None:
        if query.name is not None:
            raise BadRequest("name", "vmId is given, too; give one of the two")
        return vm_id(call.settings, query.vm_id, "vmId")
    if query.name is None:
        raise BadRequest("vmId", "it is missing. Give a VM's full resource id here, or its name in `name`.")
    return await _known_by(call, query.name, query.resource_group)


async def several_machines(call: Call, body: MachinesRequest, *, may_be_gone: bool = False) -> list[str]:
    """The ids of the VMs that the body is about, each once; every one of them is there, as far as Azure tells, unless
    it `may_be_gone`.

    Raises:
        BadRequest: it names none, one that is not there, or too many.
    """
    given = [field for field, value in (("vmIds", body.vm_ids), ("names", body.names), ("scope", body.scope)) if value]
    if len(given) != 1:
        what = f"{' and '.join(given)} are given" if given else "it is missing"
        raise BadRequest(given[1] if given else "vmIds", f"{what}. Name the VMs by one of vmIds, names and scope.")
    if body.resource_group is not None and body.names is None:
        raise BadRequest("resourceGroup", "it goes with `names`; a scope has a resourceGroup of its own")
    if body.scope is not None:
        return await _in_scope(body.scope)
    if body.names is not None:
        if may_be_gone:
            found = [await _known_by(call, name, body.resource_group) for name in body.names]
            return list(dict.fromkeys(found))
        return await _by_name(call, body.names, body.resource_group)
    if may_be_gone:
        return vm_ids(call.settings, body.vm_ids or [])
    return await _by_id(call, body.vm_ids or [])


async def _by_id(call: Call, texts: Sequence[str]) -> list[str]:
    wanted = vm_ids(call.settings, texts)
    missing = await find_missing(await connect(), wanted)
    if missing:
        gone = {key(one) for one in missing}
        index = next((number for number, text in enumerate(texts) if key(text) in gone), 0)
        raise BadRequest(
            f"vmIds[{index}]",
            f"there is no such VM: {', '.join(missing[:MOST_CANDIDATES])}",
            status=404,
            code="VmNotFound",
            vmIds=list(missing),
        )
    return wanted


async def _by_name(call: Call, names: Sequence[str], resource_group: str | None) -> list[str]:
    azure = await connect()
    present = [machine.id for machine in await list_machines(azure, Scope())]
    found = [
        _only(f"names[{index}]", name, await at_home(azure, named(present, name, resource_group)), resource_group)
        for index, name in enumerate(names)
    ]
    return list(dict.fromkeys(found))


async def _known_by(call: Call, name: str, resource_group: str | None) -> str:
    """Among the VMs that are there; else, or while Azure does not tell, among those that an item or an entity tells of.

    Raises:
        Rejected, TransientFault: Azure does not tell, and nothing else does.
    """
    azure = await connect()
    untold: Rejected | TransientFault | None = None
    try:
        found = named([machine.id for machine in await list_machines(azure, Scope())], name, resource_group)
    except (Rejected, TransientFault) as error:
        found, untold = (), error
    if not found:
        states, known = await read_states(call.client), await known_ids(azure)
        told = [*(state.vm_id for state in states.values()), *known]
        found = named((one for one in told if one.startswith("/")), name, resource_group)
    if not found and untold is not None:
        raise untold
    return _only("name", name, await at_home(azure, found), resource_group)


def _only(field: str, name: str, found: Sequence[str], resource_group: str | None) -> str:
    if len(found) == 1:
        return found[0]
    if found:
        several = f"{len(found)} VMs are called {name!r}: {', '.join(found[:MOST_CANDIDATES])}"
        raise BadRequest(
            field,
            f"{several}. Give resourceGroup, too, or the id of the one that is meant.",
            code="VmAmbiguous",
            candidates=list(found[:MOST_CANDIDATES]),
        )
    where = f" in the group {resource_group!r}" if resource_group else ""
    detail = (
        f"no VM of the watched subscriptions is called {name!r}{where}. GET /api/protectable lists those there are."
    )
    raise BadRequest(field, detail, status=404, code="VmNotFound")


async def _in_scope(scope: ScopeRequest) -> list[str]:
    if scope.resource_group is None and scope.location is None and scope.tag is None:
        raise BadRequest("scope", "it is empty. Give resourceGroup, location or tag, or several of them.")
    wanted = Scope(resource_group=scope.resource_group, location=scope.location, tag=scope.tag)
    found = sorted((machine.id for machine in await list_machines(await connect(), wanted)), key=key)
    if not found:
        raise BadRequest("scope", "no VM of the watched subscriptions is in it", status=404, code="VmNotFound")
    if len(found) > MOST_VMS:
        raise BadRequest(
            "scope",
            f"{len(found)} VMs are in it, and a request takes {MOST_VMS} at most: ask for `vmIds` in parts.",
            code="ScopeTooLarge",
            vmIds=found,
        )
    return found
