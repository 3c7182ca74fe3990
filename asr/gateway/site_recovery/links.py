"""From a VM to its protected item, in whatever vault: by the resource links that Site Recovery leaves on the VM."""

import json
from dataclasses import dataclass
from functools import partial

from asr.errors import Rejected, TransientFault
from asr.gateway.document import Json, section, sections, text
from asr.gateway.resources import is_absence, list_path, read_path
from asr.gateway.session import Azure
from asr.gateway.shared import recall_shared
from asr.gateway.site_recovery.items import get_protected_item
from asr.gateway.versions import api_version
from asr.model.resource_id import key, parse
from asr.model.vm_facts import ProtectedItem

LINK = "Microsoft.Resources/links"

PREFIXES = ("asr-protect-", "asr-policy-protect-")
"""How the names of the links begin, in lower case: written by Site Recovery, and by the built-in Azure Policy."""


LINKED_SECONDS = 60.0
"""How long it counts which VMs have links: one that is enabled meanwhile Azure itself refuses to enable again."""

FEW = 3
"""Decisions under way for which a list of a subscription's links is worth while."""

LINKS_EACH = 100
"""Links that may be listed, once in a while, to spare a decision a request of its own."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that Site Recovery left on a VM: its own id, and that of the protected item it names, if it names one."""

    id: str
    item_id: str | None


async def find_protected_item(azure: Azure, vm_id: str) -> ProtectedItem | None:
    """The VM's protected item; None if it has none. See `find_protection`."""
    item, _ = await find_protection(azure, vm_id)
    return item


async def find_protection(
    azure: Azure, vm_id: str, *, marked: bool = False
) -> tuple[ProtectedItem | None, tuple[str, ...]]:
    """The VM's protected item, and the ids of links of an earlier protection that lead nowhere.

    In a burst a lenient gathering asks once which VMs of the subscription have links, and reads those of such a VM, and
    of one that is `marked`: that bears Site Recovery's agent, so its link may be younger.

    Raises:
        Rejected: also when the item is in a vault that the app may not read; the VM is protected then, by someone else.
    """
    stale: list[str] = []
    recall = azure.memory.recall
    if azure.memory.lenient and not marked:
        linked = await _linked_machines(azure, parse(vm_id).subscription)
        if linked is not None and key(vm_id) not in linked:
            azure.memory.lean()
            return None, ()
    for link in await recall(("links", key(vm_id)), 0, partial(read_links, azure, vm_id)):
        item = None
        if link.item_id:
            item = await recall(("item", key(link.item_id)), 0, partial(get_protected_item, azure, link.item_id))
        if item is not None:
            return item, ()
        stale.append(link.id)
    return None, tuple(stale)


async def read_links(azure: Azure, vm_id: str) -> tuple[Link, ...]:
    """The links on the VM that protections left there. Source: Resource Links - List At Source Scope."""
    vm = parse(vm_id)
    try:
        found = await read_path(azure, vm.subscription, f"{vm}/providers/{LINK}", api_version(LINK))
    except Rejected as error:
        if is_absence(error):
            return ()
        raise
    links = [link for link in sections(found, "value") if text(link, "name").lower().startswith(PREFIXES)]
    return tuple(Link(text(link, "id"), _target(link)) for link in links)


async def _linked_machines(azure: Azure, subscription: str) -> frozenset[str] | None:
    """The VMs with links that protections left there, in compared form; None where to ask for them is not worth it.

    One list for a burst, unless the subscription holds very many links. Source: Resource Links - List At Subscription.
    """
    question, path = ("linked", key(subscription)), f"/subscriptions/{subscription}/providers/{LINK}"
    latest, crowd = azure.memory.latest(question), azure.turns.crowd
    worth = crowd >= FEW if latest is None else latest[1] <= LINKED_SECONDS or crowd * LINKS_EACH >= len(latest[0])
    if not worth:
        return None

    async def read() -> frozenset[str]:
        listed = await list_path(azure, subscription, path, api_version(LINK))
        ours = (text(link, "id") for link in listed if text(link, "name").lower().startswith(PREFIXES))
        return frozenset(key(id_).rpartition(f"/providers/{LINK.lower()}/")[0] for id_ in ours)

    try:
        return await recall_shared(azure, question, frozenset[str], LINKED_SECONDS, read)
    except (Rejected, TransientFault):
        return None


def _target(link: Json) -> str | None:
    """The item's id; the vault of another subscription cannot be a link's target, so there the notes hold the id."""
    noted = _noted(text(link, "properties", "notes"))
    for candidate in (noted, text(link, "properties", "targetId")):
        try:
            target = parse(candidate)
        except ValueError:
            continue
        if target.types[-1].lower() == "replicationprotecteditems":
            return str(target)
    return None


def _noted(notes: str) -> str:
    try:
        return text(section(json.loads(notes)), "protectedItemArmId")
    except ValueError:
        return ""
