"""What is remembered of a request for protection when another one comes. Pure."""

from dataclasses import replace
from datetime import datetime

from asr.model.outcome import Reason
from asr.model.request import CompletedItem, LeftVm, NamedRequest, Remembered, RememberedRequest, SeenVm, TagRequest
from asr.model.resource_id import same as same_id
from asr.reasons import reason


def remembered(before: RememberedRequest | None, vm_id: str, request: Remembered) -> RememberedRequest:
    """The record after this request. The two ways of asking stand side by side; of each the latest counts.

    A `SeenVm` is no request: a run is about to enable replication of this VM. Nor is a `CompletedItem`, or a `LeftVm`.

    Tags that ask as they did before change nothing, so `at` stays when they were seen first and a sweep writes nothing.
    A request that comes late or a second time never replaces a later one.
    """
    known = before or RememberedRequest(vm_id)
    if isinstance(request, SeenVm):
        return replace(known, enabled=request)
    if isinstance(request, CompletedItem):
        return replace(known, completed=request)
    if isinstance(request, LeftVm):
        return replace(known, left=request)
    if isinstance(request, NamedRequest):
        return known if _is_past(known.by_name, request) else replace(known, by_name=request)
    same = known.by_tag is not None and known.by_tag.tags == request.tags
    return known if same or _is_later(known.by_tag, request) else replace(known, by_tag=request)


def without(known: RememberedRequest, before: str, *, still_tagged: bool) -> RememberedRequest | None:
    """The record once the protection has ended, which was asked for at `before`; None: nothing is left of it."""
    later = known.by_name if known.by_name and not _is_before(known.by_name.at, before) else None
    left = replace(known, by_tag=known.by_tag if still_tagged else None, by_name=later, enabled=None)
    return left if left.by_tag or left.by_name or left.left else None


def left_vm(made_by: Reason | None, guid: str | None) -> LeftVm | None:
    """What is to be remembered of a VM of this GUID of which this is said; None: nothing, it is none that was left."""
    if made_by is None or made_by.code != "RecoveredVmLeft" or guid is None:
        return None
    return LeftVm(guid, str(made_by.facts["source"]), str(made_by.facts["vault"]))


def left_by_failover(known: RememberedRequest | None, guid: str | None) -> Reason | None:
    """Why the tags of the VM of this GUID are no request: they are copies, and nobody has asked for it by name."""
    if known is None or known.left is None or known.by_name is not None:
        return None
    if guid is None or not same_id(known.left.guid, guid):
        return None
    return reason("LeftByFailover", source=known.left.source, vault=known.left.vault)


def _is_before(at: str, other: str) -> bool:
    return datetime.fromisoformat(at) < datetime.fromisoformat(other)


def _is_past(known: NamedRequest | None, request: NamedRequest) -> bool:
    """Whether a later request is known, or this one, as fulfilled."""
    return _is_later(known, request) or (known is not None and known.at == request.at and known.fulfilled)


def _is_later(known: TagRequest | NamedRequest | None, request: TagRequest | NamedRequest) -> bool:
    return known is not None and datetime.fromisoformat(known.at) > datetime.fromisoformat(request.at)
