"""What a sweep reads: tagged VMs and protected items, a few calls for the whole fleet."""

from azure.durable_functions import Blueprint

from activities.step import as_step
from asr.codec import encode
from asr.gateway.resources import list_tagged_virtual_machines
from asr.gateway.session import connect
from asr.gateway.site_recovery import list_protected_items
from asr.gateway.vaults import list_vaults
from asr.model.facts import ProtectedItem
from asr.planning.fleet import expectations
from asr.planning.tags import PROTECT

bp = Blueprint()


async def find_unsettled(request: dict) -> dict:
    """Every VM that asks for protection with the outcomes that would mean nothing is to be done."""
    azure = await connect()
    tag = f"{azure.settings.tag_prefix}{PROTECT}"
    tagged: dict[str, str] = {}
    items: list[ProtectedItem] = []
    for subscription in azure.settings.subscriptions:
        for vm in await list_tagged_virtual_machines(azure, subscription, tag):
            tagged[vm.id] = next(value for name, value in vm.tags.items() if name.lower() == tag)
        for vault in await list_vaults(azure, subscription):
            items += await list_protected_items(azure, vault.id)
    return {"status": "ready", "looks": [encode(expected) for expected in expectations(tagged, items)]}


bp.activity_trigger(input_name="request")(as_step(find_unsettled))
