"""Reading the fleet, in steps that are small enough for activities: machines by pages, then the vaults' items.

What one step found lies in the store for the next. What cannot be read is a problem that is noted; the rest is read.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial

from asr.choices.allowed_targets import is_allowed
from asr.choices.options import BY_NAME
from asr.errors import Rejected, Throttled, TransientFault
from asr.gateway.answers import ids_understood
from asr.gateway.clock import now
from asr.gateway.concurrency import side_by_side
from asr.gateway.fleet_store import read_head, read_part, write_part
from asr.gateway.graph import find_machines
from asr.gateway.marks import are_ours
from asr.gateway.resources import is_absence, list_resources
from asr.gateway.rights import recall_permissions
from asr.gateway.session import Azure
from asr.gateway.site_recovery import list_agent_updates, list_policies, list_protected_items, mapped_networks
from asr.gateway.vaults import VAULT
from asr.model.fleet import FleetProblem, Machine, ReadItems, ReadMachines, ReadVault
from asr.model.outcome import Reason
from asr.model.resource_id import key, parse
from asr.model.run import VmState
from asr.model.vault_facts import AgentUpdates, Policy
from asr.model.vm_facts import ProtectedItem
from asr.planning.drift import vault_of
from asr.planning.rights import missing
from asr.planning.slim import compact
from asr.planning.unread import right_missing
from asr.reasons import reason

VAULTS_AT_ONCE = 4
"""Vaults that are read side by side."""

VAULTS_A_STEP = 16
"""Vaults that one step reads, so that it ends in good time."""

MOST_PAGES = 1_000
"""Pages of machines that one reading takes: a million machines."""

LONGEST_PAUSE = 5.0
"""Seconds that a step waits for Azure before it goes on without an answer."""

SEE_MACHINES = "Microsoft.Compute/virtualMachines/read"
"""The action by which Resource Graph shows machines."""

STATES, VAULTS, PROBLEMS = "states", "vaults", "problems"
"""Names of documents of a reading."""


async def keep_states(azure: Azure, reading: str, states: Iterable[VmState]) -> None:
    """Keep what the VMs' entities know, as far as it is compared."""
    await write_part(azure, reading, STATES, map(compact, states))


async def read_machines(azure: Azure, reading: str, page: int) -> bool:
    """Read one page of machines, counted from 0; whether there is another one. A page that cannot be read is the last.

    Raises:
        TransientFault: the store did not answer.
    """
    before = await read_part(azure, reading, f"cursor-{page - 1}", ReadMachines) if page else None
    machines: tuple[Machine, ...] = ()
    try:
        found = await _patiently(partial(find_machines, azure, before[0].continuation if before else None))
    except (Rejected, TransientFault) as error:
        read = ReadMachines(problem=reason_of(error))
    else:
        machines, read = found.machines, ReadMachines(found.continuation)
    await write_part(azure, reading, f"machines-{page}", machines)
    await write_part(azure, reading, f"cursor-{page}", (read,))
    return read.continuation is not None and page + 1 < MOST_PAGES


async def read_vaults(azure: Azure, reading: str, pages: int, step: int) -> bool:
    """Read the items of the next vaults, steps counted from 0; whether there are more.

    Raises:
        TransientFault: the store did not answer.
    """
    if step == 0:
        await _find_vaults(azure, reading, pages)
    vaults = await read_part(azure, reading, VAULTS, ReadVault) or ()
    chosen = vaults[step * VAULTS_A_STEP : (step + 1) * VAULTS_A_STEP]
    readings: list[ReadItems] = []
    for start in range(0, len(chosen), VAULTS_AT_ONCE):
        async with side_by_side() as group:
            tasks = [
                group.create_task(_items(azure, reading, vault, f"items-{step * VAULTS_A_STEP + start + place}"))
                for place, vault in enumerate(chosen[start : start + VAULTS_AT_ONCE])
            ]
        readings += [read for task in tasks if (read := task.result()) is not None]
    await write_part(azure, reading, f"read-{step}", readings)
    return (step + 1) * VAULTS_A_STEP < len(vaults)


def reason_of(error: Rejected | TransientFault) -> Reason:
    """Why something could not be read."""
    if isinstance(error, Rejected):
        return error.reason
    return reason("TransientFaultPersisted", step="read", problem=error.problem)


async def _find_vaults(azure: Azure, reading: str, pages: int) -> None:
    """Note every vault that an item of the fleet may be in: those of the watched subscriptions, those that tags and
    profiles name, those that entities know an item in, and those of the last snapshot.
    """
    settings, head = azure.settings, await read_head(azure)
    found: dict[str, str] = {}
    ours = set[str]()
    problems: list[FleetProblem] = []
    for subscription in settings.subscriptions:
        try:
            listed = await _patiently(partial(list_resources, azure, subscription, VAULT))
        except (Rejected, TransientFault) as error:
            scope = f"/subscriptions/{subscription}"
            problems.append(FleetProblem("subscription", scope, reason_of(error), head.as_of if head else None))
        else:
            found |= {key(vault.id): vault.id for vault in listed}
            ours |= {key(vault.id) for vault in listed if are_ours(vault.tags)}
        if (unseen := await _unseen(azure, subscription)) is not None:
            problems.append(unseen)
    further = [one.id for one in head.vaults] if head else []
    further += _named_by(profile.choices.get("vault") for profile in settings.profiles.values())
    for page in range(pages):
        machines = await read_part(azure, reading, f"machines-{page}", Machine) or ()
        named = _named_by(_vault_tags(machine, settings.tag_prefix) for machine in machines)
        further += [id_ for id_ in named if is_allowed(id_, settings.targets)]
    states = await read_part(azure, reading, STATES, VmState) or ()
    further += [vault_of(state.item_id) for state in states if state.item_id]
    for id_ in further:
        found.setdefault(key(id_), id_)
    await write_part(azure, reading, VAULTS, (ReadVault(id_, None, key(id_) in ours) for id_ in found.values()))
    await write_part(azure, reading, PROBLEMS, problems)


async def _unseen(azure: Azure, subscription: str) -> FleetProblem | None:
    """Resource Graph leaves out what the app may not read, without a word: that no machine is seen is told here."""
    scope = f"/subscriptions/{subscription}"
    with suppress(Rejected, TransientFault):
        if missing((SEE_MACHINES,), await recall_permissions(azure, scope)):
            head = await read_head(azure)
            return FleetProblem("subscription", scope, right_missing(SEE_MACHINES, scope), head.as_of if head else None)
    return None


async def _items(azure: Azure, reading: str, about: ReadVault, part: str) -> ReadItems | None:
    """One vault's items, kept; None for a vault that does not exist (any more)."""
    vault = about.id
    at = (await now(azure.settings)).isoformat()
    try:
        with ids_understood(f"GET {vault}"):
            items: tuple[ProtectedItem, ...] = await _patiently(partial(list_protected_items, azure, vault))
    except (Rejected, TransientFault) as error:
        if isinstance(error, Rejected) and is_absence(error):
            return None
        return ReadItems(vault, at, problem=reason_of(error))
    policies: tuple[Policy, ...] = ()
    mapped: tuple[tuple[str, str], ...] | None = None
    updates: tuple[AgentUpdates, ...] | None = None
    if items:
        with suppress(Rejected, TransientFault):  # without them their values are not compared this time
            policies = await list_policies(azure, vault)
            mapped = await mapped_networks(azure, vault)
            updates = await list_agent_updates(azure, vault)
    await write_part(azure, reading, part, items)
    values = {key(policy.id): policy.values for policy in policies}
    return ReadItems(vault, at, part, policies=values, mapped=mapped, updates=updates, ours=about.ours)


def _vault_tags(machine: Machine, prefix: str) -> str | None:
    names = {f"{prefix}{name}".lower() for name, option in BY_NAME.items() if option.field == "vault"}
    return next((value for name, value in machine.tags.items() if name.lower() in names), None)


def _named_by(values: Iterable[object]) -> list[str]:
    """The values that are ids of vaults; a bare name is one of the watched subscription's, which is listed."""
    return [value for value in values if isinstance(value, str) and _is_vault(value)]


def _is_vault(text: str) -> bool:
    try:
        return parse(text.strip()).is_type(VAULT)
    except ValueError:
        return False


async def _patiently[T](read: Callable[[], Awaitable[T]]) -> T:
    """What `read` answers, tried once more after a fault that passes soon. A long pause that Azure asks for is not
    made: the sweep goes on with the rest.
    """
    try:
        return await read()
    except TransientFault as fault:
        pause = fault.after_seconds if isinstance(fault, Throttled) else 0.0
        if pause > LONGEST_PAUSE:
            raise
        await asyncio.sleep(pause)
        return await read()
