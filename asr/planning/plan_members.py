"""Which VMs a recovery plan is of: those that are tagged, each once, wherever they run today. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from asr.model.outcome import Reason
from asr.model.resource_id import key, same
from asr.model.vm_facts import ProtectedItem
from asr.planning.naming import item_name
from asr.planning.unfound import Unread, unfound
from asr.planning.waves import PlanMember, PlanTags
from asr.reasons import reason


@dataclass(frozen=True, slots=True)
class PlannedVm:
    """A VM with what its tags say of plans, by its id at home; `item` is None if no vault has one of it, or if `unread`
    tells what would have to be read to know.
    """

    vm_id: str
    said: PlanTags
    item: ProtectedItem | None
    unread: Unread | None = None

    @property
    def member(self) -> PlanMember:
        """The VM as its plan orders it."""
        return PlanMember(self.vm_id, self.said.wave, self.said.goes_on, group_of(self.item))

    @property
    def against(self) -> tuple[Reason, ...]:
        """What stands against everything that its plan may do with it: its tags, and that it has no known item."""
        return (*self.said.problems, *(() if self.item is not None else unfound(self.vm_id, self.unread).reasons))


def group_of(item: ProtectedItem | None) -> str | None:
    """The consistency group of an item, by a name that is unique among all vaults."""
    if item is None or item.consistency_group is None:
        return None
    return f"{item.vault_id}/{item.consistency_group}"


def planned_vms(said: Mapping[str, PlanTags], items: Sequence[ProtectedItem]) -> tuple[PlannedVm, ...]:
    """Every VM of a plan, each once. `said` is what the tags of every VM say that is known, by its id.

    Site Recovery copies tags: to the VM that a failover made, to test VMs, and what was left after a fail-back has them
    still. None of these is a VM of its own. The copy's tags count only where nothing is known of the VM at home, as
    after the loss of its region.
    """
    homes = {key(item.home_vm_id): item for item in items}
    at_home = {item_name(vm_id): vm_id for vm_id in said}
    turned = {at_home[name]: item for item in items if not item.is_home and (name := item.name.lower()) in at_home}
    homes |= {key(vm_id): item for vm_id, item in turned.items()}
    copies = {key(id_): item for item in items for id_ in _copies(item)}
    tests = {key(item.test_vm_id) for item in items if item.test_vm_id is not None}
    found: dict[str, PlannedVm] = {}
    of_copies: dict[str, PlannedVm] = {}
    for vm_id, tags in said.items():
        place = key(vm_id)
        if place in homes:
            found[place] = PlannedVm(vm_id, tags, homes[place])
        elif place in tests:
            continue
        elif place in copies:
            home = at_home.get(copies[place].name.lower(), copies[place].home_vm_id)
            of_copies[key(home)] = PlannedVm(home, tags, copies[place])
        else:
            found[place] = PlannedVm(vm_id, tags, None)
    return tuple(vm for vm in ({**of_copies, **found}).values() if vm.said.plan is not None)


def torn_groups(
    named: Iterable[ProtectedItem], items: Iterable[ProtectedItem]
) -> Iterator[tuple[ProtectedItem, Reason]]:
    """Of the items that are named, those whose consistency group is not named whole; `items` are those of their vaults.

    Site Recovery fails no VM of such a group over alone.
    Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions#multi-vm-consistency
    """
    asked = list(named)
    present = {key(item.id) for item in asked}
    whole: dict[str, list[ProtectedItem]] = {}
    for item in items:
        group = group_of(item)
        if group is not None:
            whole.setdefault(group.lower(), []).append(item)
    for item in asked:
        group = group_of(item)
        if group is None:
            continue
        missing = [one for one in whole.get(group.lower(), ()) if key(one.id) not in present]
        if missing:
            names = sorted(map(_named, missing))
            yield item, reason("ConsistencyGroupNotWhole", group=item.consistency_group, missing=names)


def _named(item: ProtectedItem) -> str:
    """An id by which the VM is found: at home, or where it has another name on the other side, that of the VM there."""
    known = item.is_home or same(item.name, item_name(item.home_vm_id))
    return item.home_vm_id if known else item.running_vm_id


def _copies(item: ProtectedItem) -> Iterator[str]:
    home = item.home_vm_id
    for id_ in (item.vm_id, item.recovered_vm_id, item.next_vm_id):
        if id_ is not None and not same(id_, home):
            yield id_
