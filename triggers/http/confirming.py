"""What moves a VM or cannot be undone is confirmed by typing a name, or how many VMs it is about.

Case does not matter, as in no name that Azure gives a VM and in no name of a plan; everything else of the text does.
"""

from collections.abc import Sequence

from asr.errors import BadRequest
from asr.model.resource_id import same

MOST_SHOWN = 100
"""Characters of what was sent that a refusal repeats."""


def require_confirmed(confirm: str | None, vm_ids: Sequence[str]) -> None:
    """By the VM's name, or the number of several VMs.

    Raises:
        BadRequest: it is not confirmed, or by something else.
    """
    if len(vm_ids) == 1:
        name = vm_ids[0].rsplit("/", 1)[-1]
        _require(confirm, name, f"the VM's name, {name!r}")
    else:
        _require(confirm, str(len(vm_ids)), f"the number of VMs, {len(vm_ids)}")


def require_plan_confirmed(confirm: str | None, plan: str) -> None:
    """By the plan's name.

    Raises:
        BadRequest: it is not confirmed, or by something else.
    """
    _require(confirm, plan, f"the plan's name, {plan!r}")


def _require(confirm: str | None, wanted: str, what: str) -> None:
    if confirm is not None and same(confirm, wanted):
        return
    said = "it is missing" if confirm is None else f"{confirm[:MOST_SHOWN]!r} is not what is asked for"
    raise BadRequest("confirm", f"{said}. To confirm, send {what}; nothing was started.", code="NotConfirmed")
