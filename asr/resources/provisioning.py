"""Whether a resource is there and at rest, before it is used or made."""

from asr.gateway.document import text
from asr.gateway.resources import read
from asr.gateway.session import Azure
from asr.model.change import Change, wait
from asr.resources.azure_view import Query

AT_REST = frozenset({"succeeded", ""})
"""Provisioning states of a resource that can be used; some types tell none."""

BROKEN = frozenset({"failed", "canceled"})
"""Provisioning states after which Azure wants the same PUT again."""


async def _provisioning_state(azure: Azure, id_: str) -> str | None:
    body = await read(azure, id_)
    return None if body is None else text(body, "properties", "provisioningState")


PROVISIONING = Query[str | None](_provisioning_state, None)
"""The provisioning state of a resource; empty where its type tells none, None where it does not exist."""


def has_to_be_put(state: str | None) -> bool:
    """Whether the resource is missing, or was left half made."""
    return state is None or state.lower() in BROKEN


def unrest(id_: str, state: str | None) -> Change | None:
    """The change while somebody creates or changes the resource; None while nobody does.

    A call that is repeated after a crash meets here what its first try began.
    """
    if state is None or state.lower() in AT_REST | BROKEN:
        return None
    return wait(id_, f"{id_} is {state}")
