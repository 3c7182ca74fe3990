"""What many VMs share is put right by one of them: a sweep asks no others for a run because of it. Pure."""

from collections.abc import MutableMapping
from dataclasses import replace

from asr.choices.options import OPTIONS
from asr.model.drift import Drift, DriftDecision
from asr.model.fleet import FleetRow
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem
from asr.planning.drift import MAPPING, vault_of
from asr.planning.drift_table import SHARED

_SHARED = frozenset(option.json_name for option in OPTIONS if option.field in SHARED)


def leading(row: FleetRow, leaders: MutableMapping[str, str]) -> FleetRow:
    """The row without what another VM's run puts right. `leaders` tells by thing which VM that is; the first is it."""
    item = row.item
    if item is None:
        return row

    def leads(drift: Drift) -> bool:
        thing = _thing(item, drift)
        return thing is None or leaders.setdefault(thing, key(row.vm_id)) == key(row.vm_id)

    return replace(row, drifts=tuple(one for one in row.drifts if leads(one)))


def _thing(item: ProtectedItem, drift: Drift) -> str | None:
    """What is to be put right, if VMs share it."""
    if drift.decision is not DriftDecision.FIX:
        return None
    if drift.field == MAPPING:
        return f"{key(vault_of(item.id))} {drift.wished.lower()}"
    return f"{key(item.policy_id or '')} {drift.field}" if drift.field in _SHARED else None
