"""What is remembered of a request for protection when another one comes. Pure."""

from dataclasses import replace
from datetime import datetime

from asr.model.request import NamedRequest, ProtectionRequest, TagRequest


def remembered(before: ProtectionRequest | None, vm_id: str, request: TagRequest | NamedRequest) -> ProtectionRequest:
    """The record after this request. The two ways of asking stand side by side; of each the latest counts.

    Tags that ask as they did before change nothing, so `at` stays when they were seen first and a sweep writes nothing.
    A request that comes late or a second time never replaces a later one.
    """
    known = before or ProtectionRequest(vm_id)
    if isinstance(request, NamedRequest):
        return known if _is_later(known.by_name, request) else replace(known, by_name=request)
    same = known.by_tag is not None and known.by_tag.tags == request.tags
    return known if same or _is_later(known.by_tag, request) else replace(known, by_tag=request)


def _is_later(known: TagRequest | NamedRequest | None, request: TagRequest | NamedRequest) -> bool:
    return known is not None and datetime.fromisoformat(known.at) > datetime.fromisoformat(request.at)
