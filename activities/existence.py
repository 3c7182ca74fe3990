"""Whether a resource is there and at rest, before it is used or made."""

from asr.gateway.document import Json, text
from asr.gateway.resources import read
from asr.gateway.session import Azure
from asr.model.step import Wait

AT_REST = frozenset({"succeeded", ""})
"""Provisioning states of a resource that can be used; some types tell none."""

BROKEN = frozenset({"failed", "canceled"})
"""Provisioning states after which Azure wants the same PUT again."""


async def read_at_rest(azure: Azure, resource_id: str) -> Json | Wait | None:
    """The resource; `Wait` while somebody creates or changes it; None when it has to be put.

    A call that is repeated after a crash meets here what its first try began.
    """
    body = await read(azure, resource_id)
    if body is None:
        return None
    state = text(body, "properties", "provisioningState").lower()
    if state in AT_REST:
        return body
    if state in BROKEN:
        return None
    return Wait(azure.settings.poll_seconds, f"{resource_id} is {state}")
