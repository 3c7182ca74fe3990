"""What a sweep reads: VMs with their tags and protected items, a few calls for the whole fleet."""

import json

from azure.durable_functions import Blueprint

from activities.step import as_step
from asr.choices.tags import PROTECT
from asr.codec import encode_compact
from asr.gateway.session import connect
from asr.planning.naming import digest
from asr.planning.sweep import expectations
from asr.services.fleet import read_fleet, tag_value

bp = Blueprint()


async def find_unsettled(request: dict) -> dict:
    """Every VM that a run may be needed for with the outcomes that would mean nothing is to be done."""
    azure = await connect()
    fleet = await read_fleet(azure, azure.settings.subscriptions)
    tag = f"{azure.settings.tag_prefix}{PROTECT}"
    machines = {vm.id: tag_value(vm.tags, tag) or "" for vm in fleet.machines}
    fingerprints = {vm.id: digest(json.dumps(sorted(vm.tags.items())), 8) for vm in fleet.machines}
    found = expectations(machines, fleet.items, fingerprints)
    return {"status": "ready", "looks": [encode_compact(expected) for expected in found]}


bp.activity_trigger(input_name="request")(as_step(find_unsettled))
