"""VM ids that callers give."""

from collections.abc import Sequence

from asr.errors import BadRequest
from asr.model import resource_id
from asr.planning.events import VM_TYPE, is_machine
from asr.settings import Settings


def vm_id(settings: Settings, text: str, field: str) -> str:
    """The VM id that a caller gave.

    Raises:
        BadRequest: it is none, or lies outside the app's subscriptions.
    """
    try:
        vm = resource_id.parse(text)
    except ValueError as error:
        raise BadRequest(field, str(error)) from None
    if not is_machine(vm):
        raise BadRequest(field, f"{text!r} is a {vm.type}; give the id of a {VM_TYPE}")
    require_subscription(settings, vm.subscription, field)
    return str(vm)


def vm_ids(settings: Settings, texts: Sequence[str]) -> list[str]:
    """The ids of a body, each VM once.

    Raises:
        BadRequest: one of them is none; its place in the list is named.
    """
    read = [vm_id(settings, text, f"vmIds[{index}]") for index, text in enumerate(texts)]
    return list({resource_id.key(one): one for one in reversed(read)}.values())[::-1]


def require_subscription(settings: Settings, subscription: str, field: str) -> None:
    """Check that the app watches this subscription.

    Raises:
        BadRequest: it does not.
    """
    if subscription.lower() not in settings.subscriptions:
        raise BadRequest(field, f"subscription {subscription!r} is not among ASR_SUBSCRIPTIONS; add it there first")
