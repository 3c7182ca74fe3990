"""What a reprotection stands on, made by the same comparison as every other requirement."""

from asr.gateway.session import Azure
from asr.model.change import ChangeType
from asr.model.step import Failed, Operation, Ready
from asr.model.vm_facts import ProtectedItem
from asr.planning.reprotection import cache_of
from asr.resources.azure_view import AzureView
from asr.resources.resource_groups import RESOURCE_GROUP
from asr.resources.storage_accounts import STORAGE_ACCOUNT


async def ensure_cache(azure: Azure, item: ProtectedItem, *, was_begun: bool) -> Ready | Failed | Operation | None:
    """The cache account on the side where the VM runs now, and its group before it; the operation if one was begun.

    None: it is on its way, come back later. `was_begun`: an earlier call began it, so it is not written again.
    """
    spec, view = cache_of(item), AzureView(azure)
    group = await RESOURCE_GROUP.compare(view, spec.group, {})
    account = await STORAGE_ACCOUNT.compare(view, spec, {})
    problems = (*group.change.problems, *account.change.problems)
    if problems:
        return Failed(problems)
    if account.change.change_type is ChangeType.WAIT or (was_begun and account.change.writes):
        return None
    if group.change.writes:
        await RESOURCE_GROUP.apply(azure, group)
    operation = await STORAGE_ACCOUNT.apply(azure, account) if account.change.writes else None
    return operation or Ready(spec.id, account.change.change_type)
