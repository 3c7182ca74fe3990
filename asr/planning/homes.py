"""Which VM an item is about while its VM runs on the other side: a failover and a reprotection never change that. Pure.

Rows, runs and requests are kept under the VM that was protected first, its home. What a failover made of it bears the
same tags and is no VM of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from asr.model.fleet import Machine
from asr.model.outcome import Reason
from asr.model.request import SeenVm
from asr.model.resource_id import key, parse, same
from asr.model.vm_facts import ProtectedItem
from asr.planning.fleet_state import seen_vm
from asr.planning.naming import item_name
from asr.planning.states import Phase, phase
from asr.reasons import reason

AWAY = SeenVm(None)
"""What is known of the VM of an item that was failed over: the one that comes home may have another GUID."""


class Replicated(Protocol):
    """What an item, read alone or among its vault's, tells of the VMs that it is about."""

    @property
    def name(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def vault_id(self) -> str: ...
    @property
    def vm_id(self) -> str: ...
    @property
    def is_home(self) -> bool: ...
    @property
    def home_vm_id(self) -> str: ...
    @property
    def next_vm_id(self) -> str | None: ...
    @property
    def recovered_vm_id(self) -> str | None: ...
    @property
    def test_vm_id(self) -> str | None: ...
    @property
    def recovered_vm_ids(self) -> tuple[str, ...]: ...


def is_of(item: Replicated, vm_id: str) -> bool:
    """Whether the item is this VM's: it is its home, by its id, or by the name that we gave the item."""
    if same(item.home_vm_id, vm_id):
        return True
    return not item.is_home and same(item.name, item_name(vm_id))


def name_to_set(item: ProtectedItem, home: str) -> str | None:
    """The name of the VM at home, where its turned item would bring it back under another one; None if it would not.

    A reprotection gives a turned item the name of the VM that the failover made.
    """
    name = parse(home).name
    is_other = not item.is_home and is_of(item, home) and not same(item.recovery_vm_name or name, name)
    return name if is_other else None


def made_by_failover(item: Replicated, vm_id: str) -> Reason | None:
    """Why the VM is not to be protected as one of its own: a failover of the item's VM made it, or would make it.

    What stands where the item comes up while its VM runs at home was left there by a fail-back, as a rule.
    """
    if is_of(item, vm_id):
        return None
    made = any(id_ and same(id_, vm_id) for id_ in (item.vm_id, item.recovered_vm_id, item.test_vm_id))
    if not made and not any(same(id_, vm_id) for id_ in (item.next_vm_id or "", *item.recovered_vm_ids)):
        return None
    at_home = item.is_home and phase(item.state) in (Phase.PROTECTED, Phase.ENABLING)
    left = not made and at_home and same(item.next_vm_id, vm_id)
    code = "RecoveredVmLeft" if left else "MadeByFailover"
    return reason(code, source=item.home_vm_id, vault=item.vault_id)


def copy_of(made_by: Reason | None) -> str | None:
    """The VM of which a failover made this one, by the reason for which it is none of its own."""
    return str(made_by.facts["source"]) if made_by and made_by.facts.get("source") else None


def stands_for(items: Iterable[ProtectedItem]) -> dict[str, ProtectedItem]:
    """By the compared form of their ids, the VMs that failovers of these items made, or would make."""
    found: dict[str, ProtectedItem] = {}
    for item in items:
        # What a failover is just making is there before the item names it.
        for id_ in (item.next_vm_id, *item.recovered_vm_ids, item.recovered_vm_id, item.test_vm_id, item.vm_id):
            if id_ and not is_of(item, id_):
                found[key(id_)] = item
    return found


def home_of(item: ProtectedItem, homes: Mapping[tuple[str, str], str]) -> str:
    """The VM whose row the item is in, by `homes` if that knows it. See `mark_of`."""
    return item.vm_id if item.is_home else homes.get(mark_of(item), item.home_vm_id)


def mark_of(item: ProtectedItem) -> tuple[str, str]:
    """What stays the same over a reprotection: the item lies elsewhere then, by the same name, in the same vault."""
    return key(item.vault_id), item.name.lower()


def rank_of(item: ProtectedItem) -> tuple[bool, bool]:
    """Of several items of one VM the last counts: rather one that protects, rather ours."""
    return phase(item.state) in (Phase.PROTECTED, Phase.ENABLING), same(item.name, item_name(item.home_vm_id))


def seen_with(item: ProtectedItem, machine: Machine | None, *known: SeenVm | None) -> SeenVm | None:
    """The VM that the item protects: the first of those `known` that counts, else what is there now.

    After a failover the VM of the same item may be another one, so that only counts which was seen since. An item that
    tells no lifecycle, of which one was known, has been turned around meanwhile.
    """
    if not item.is_home or phase(item.state) is Phase.FAILED_OVER:
        return replace(AWAY, lifecycle_id=item.lifecycle_id, failed_over_at=item.failed_over_at)
    was_away = any(seen.guid is None and not seen.luns for seen in known[:1] if seen)
    turned = item.lifecycle_id is None and any(seen.lifecycle_id for seen in known if seen)
    forgets = was_away or turned
    counting = None if forgets else next((seen for seen in known if seen and _counts(seen, item)), None)
    if counting is not None:
        return replace(
            counting,
            lifecycle_id=item.lifecycle_id,
            failed_over_at=item.failed_over_at,
            security_type=counting.security_type or (machine.security_type if machine else None),
        )
    if machine is None and was_away:
        return known[0]
    return seen_vm(machine, item) if machine else None


def _counts(seen: SeenVm, item: ProtectedItem) -> bool:
    if seen.lifecycle_id is None:  # noted when the item was about to be made
        return item.failed_over_at is None
    return same(seen.lifecycle_id, item.lifecycle_id) and seen.failed_over_at == item.failed_over_at
