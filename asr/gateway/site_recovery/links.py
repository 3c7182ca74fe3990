"""From a VM to its protected item, in whatever vault: by the resource links that Site Recovery leaves on the VM."""

import json
from dataclasses import dataclass
from functools import partial

from asr.errors import Rejected
from asr.gateway.document import Json, section, sections, text
from asr.gateway.resources import is_absence, read_path
from asr.gateway.session import Azure
from asr.gateway.site_recovery.items import get_protected_item
from asr.gateway.versions import api_version
from asr.model.resource_id import key, parse
from asr.model.vm_facts import ProtectedItem

LINK = "Microsoft.Resources/links"

PREFIXES = ("asr-protect-", "asr-policy-protect-")
"""How the names of the links begin, in lower case: written by Site Recovery, and by the built-in Azure Policy."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that Site Recovery left on a VM: its own id, and that of the protected item it names, if it names one."""

    id: str
    item_id: str | None


async def find_protected_item(azure: Azure, vm_id: str) -> ProtectedItem | None:
    """The VM's protected item; None if it has none. See `find_protection`."""
    item, _ = await find_protection(azure, vm_id)
    return item


async def find_protection(azure: Azure, vm_id: str) -> tuple[ProtectedItem | None, tuple[str, ...]]:
    """The VM's protected item, and the ids of links of an earlier protection that lead nowhere.

    Raises:
        Rejected: also when the item is in a vault that the app may not read; the VM is protected then, by someone else.
    """
    stale: list[str] = []
    recall = azure.memory.recall
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
