"""Which VMs a failover or a drill means, and what is answered where one of them cannot be followed."""

from collections.abc import Sequence

import azure.functions as func

from asr.errors import BadRequest
from asr.gateway.session import connect
from asr.model.outcome import Reason
from asr.model.resource_id import key, parse, same
from asr.model.run import KINDS, VmState
from asr.model.vm_facts import ProtectedItem
from asr.planning.plan_members import PlannedVm
from asr.planning.run_index import active_entry
from asr.planning.waves import MOST_VMS
from asr.reasons import reason
from asr.reporting.outcome import reasons_shown
from asr.services.recovery_plans import RecoveryPlans
from asr.services.snapshot import at_home, known_ids
from triggers.asking import read_state
from triggers.http.machines import several_machines
from triggers.http.models import MachinesRequest
from triggers.http.problems import problem
from triggers.http.route import Call
from triggers.http.vm_ids import vm_ids

_NETWORKS = "Microsoft.Network/virtualNetworks"


async def named_machines(call: Call, body: MachinesRequest) -> list[str]:
    """The VMs that are meant: by id also those that are gone, or that a failover made."""
    if body.vm_ids is not None and body.names is None and body.scope is None:
        if body.resource_group is not None:
            raise BadRequest("resourceGroup", "it goes with `names`")
        return vm_ids(call.settings, body.vm_ids)
    if body.names is not None and body.vm_ids is None and body.scope is None:
        found = await _known(body.names, body.resource_group)
        if found is not None:
            return found
    return await several_machines(call, body)


async def _known(names: Sequence[str], resource_group: str | None) -> list[str] | None:
    """The VMs of these names that the last snapshot knows, those that are gone among them; None if one is not known
    there, or several bear its name.
    """
    azure = await connect()
    known = [one for one in await known_ids(azure) if one.startswith("/")]
    found: list[str] = []
    for name in names:
        fitting = [
            one
            for one in known
            if same(parse(one).name, name) and (not resource_group or same(parse(one).resource_group, resource_group))
        ]
        meant = await at_home(azure, fitting)
        if len(meant) != 1:
            return None
        found += meant
    return list({key(one): one for one in found}.values())


type Explained = tuple[ProtectedItem | None, Sequence[Reason] | None]
"""The item of a VM, and what stands against what was asked; None: nothing."""

type Refused = tuple[str, ProtectedItem | None, Sequence[Reason]]
"""A VM by its id at home, its item, and what stands against what was asked."""


async def refused_problem(call: Call, homes: Sequence[str], explained: Sequence[Explained]) -> func.HttpResponse | None:
    """A problem if one cannot be followed as its item is; behind other commands it is decided in its turn."""
    against = await refused_among(call, homes, explained)
    return refusal(call, against) if against else None


async def refused_among(call: Call, homes: Sequence[str], explained: Sequence[Explained]) -> list[Refused]:
    """Those that cannot be followed as their items are. One behind other commands is decided in its turn."""
    against: list[Refused] = []
    for vm_id, (item, reasons) in zip(homes, explained, strict=True):
        if reasons is None:
            continue
        state = await read_state(call.client, vm_id) if item is not None else None
        if state is None or not _has_commands(state):
            against.append((vm_id, item, reasons))
    return against


async def busy_among(call: Call, vms: Sequence[PlannedVm], explained: Sequence[Explained]) -> list[Reason]:
    """Of the VMs whose items do not allow it now, those that another command holds: theirs waits for its turn."""
    found = []
    for vm, (item, reasons) in zip(vms, explained, strict=True):
        state = await read_state(call.client, vm.vm_id) if item is not None and reasons is not None else None
        active = active_entry(state) if state is not None else None
        if active is not None and KINDS[active.kind].is_command:
            by = active.requested_by.name
            found.append(
                reason("WaitsForRun", vm=vm.vm_id, kind=active.kind, run=active.run, who=by, since=active.first)
            )
    return found


def refusal(call: Call, against: Sequence[Refused]) -> func.HttpResponse:
    """The problem that these VMs are; there is one of them at least."""
    told = [(vm_id, reasons_shown(found, call.settings.tag_prefix)) for vm_id, _, found in against]
    about = [
        {"vmId": vm_id, "reasons": [one.model_dump(mode="json", by_alias=True) for one in reasons]}
        for vm_id, reasons in told
    ]
    unread = [one for _, reasons in told for one in reasons if one.code == "ItemNotRead"]
    if unread:
        why = f"{unread[0].sentence} {unread[0].fix} Nothing was started."
        return problem(502, unread[0].code, "Azure did not tell", why, refused=about)
    first = told[0][1][0]
    missing = all(item is None for _, item, _ in against)
    return problem(
        404 if missing else 409,
        first.code,
        "There is no such protected VM" if missing else "The item's state does not allow it",
        f"{first.sentence} {first.fix} Nothing was started.",
        refused=about,
    )


def plan_of(found: RecoveryPlans, name: str) -> tuple[PlannedVm, ...]:
    """The VMs of this plan.

    Raises:
        BadRequest: tags make no such plan, or it is too large.
    """
    vms = found.plans.get(name, ())
    if not vms:
        raise BadRequest(
            "plan",
            f"no VM of the watched subscriptions is in a recovery plan {name!r}. GET /api/failovers/plans lists them.",
            status=404,
            code="RecoveryPlanUnknown",
            known=list(found.plans)[:20],
        )
    if len(vms) > MOST_VMS:
        raise BadRequest("plan", f"{len(vms)} VMs are in it; a plan has {MOST_VMS} at most. Divide it.")
    return vms


def _has_commands(state: VmState) -> bool:
    """Whether a command of the VM is under way or waits: what the item allows may be another thing after it."""
    active = active_entry(state)
    return bool(state.queue) or (active is not None and KINDS[active.kind].is_command)


def require_network(field: str, text: str) -> None:
    """Check that the text is a virtual network's id.

    Raises:
        BadRequest: it is not.
    """
    try:
        found = parse(text)
    except ValueError as error:
        raise BadRequest(field, str(error)) from None
    if not found.is_type(_NETWORKS):
        raise BadRequest(field, f"{text!r} is a {found.type}; give the id of a network, {_NETWORKS}")
