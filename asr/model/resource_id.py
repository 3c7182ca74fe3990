"""Azure resource ids: parsed once, compared without regard to case.

Azure keeps the casing a resource was created with, yet answers with other casings (Site Recovery lower-cases VM and
disk ids, Event Grid varies between events), so text is never compared directly.
Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

import re
from dataclasses import dataclass
from functools import lru_cache

_SUBSCRIPTION, _GROUP, _PROVIDERS = "subscriptions", "resourcegroups", "providers"

_FOREIGN = re.compile(r"[<>%&?#\\\x00-\x1f\x7f]|^\s|\s$|^\.{1,2}$")
"""What no part of an id holds. An id becomes a URL: a part with such a sign in it would name another resource."""

_LONGEST_PART = 260
"""Characters of the longest name that any resource may have."""

_REMEMBERED = 1 << 14
"""How many ids are taken apart once only: a burst compares the ids of all its machines with each other's."""

_LONGEST_SHOWN = 300
"""Characters of a text that an error shows of it."""


class NotAnId(ValueError):
    """A text is no id of a resource; the message shows it and the form, or the part that is wrong."""


@dataclass(frozen=True, slots=True)
class ResourceId:
    """An ARM id in its parts. `types` and `names` run in parallel, outermost first."""

    subscription: str
    resource_group: str
    provider: str
    types: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        """The last name: of a subnet the subnet's, of a VM the VM's."""
        return self.names[-1]

    @property
    def type(self) -> str:
        """`Microsoft.Compute/virtualMachines`, in the casing of the id."""
        return "/".join((self.provider, *self.types))

    @property
    def group_id(self) -> str:
        """The id of the resource group that holds the resource."""
        return group_id(self.subscription, self.resource_group)

    @property
    def parent(self) -> str:
        """The id without its last type and name; the group's id for a top-level resource."""
        if len(self.types) == 1:
            return self.group_id
        return str(ResourceId(self.subscription, self.resource_group, self.provider, self.types[:-1], self.names[:-1]))

    def is_type(self, type_: str) -> bool:
        """Whether the resource is of this full type, whatever the casing."""
        return self.type.lower() == type_.lower()

    def __str__(self) -> str:
        tail = "".join(f"/{type_}/{name}" for type_, name in zip(self.types, self.names, strict=True))
        return f"{self.group_id}/providers/{self.provider}{tail}"


@lru_cache(_REMEMBERED)
def parse(text: str) -> ResourceId:
    """The parts of an id of a resource inside a resource group.

    Doubled, leading and trailing slashes are accepted, as ARM accepts them.

    Raises:
        NotAnId: the text is none.
    """
    parts = [part for part in text.split("/") if part]
    lowered = [part.lower() for part in parts]
    well_formed = (
        len(parts) >= 8
        and len(parts) % 2 == 0
        and (lowered[0], lowered[2], lowered[4]) == (_SUBSCRIPTION, _GROUP, _PROVIDERS)
    )
    if not well_formed:
        message = (
            f"{_shown(text)} is not a resource id; expected "
            "/subscriptions/<id>/resourceGroups/<group>/providers/<namespace>/<type>/<name>"
        )
        raise NotAnId(message)
    for part in parts:
        if _FOREIGN.search(part) or len(part) > _LONGEST_PART:
            message = (
                f"{_shown(part)} cannot be part of a resource id: give a name of at most {_LONGEST_PART} characters "
                r"without < > % & ? # \ and control characters, and without spaces at its ends"
            )
            raise NotAnId(message)
    return ResourceId(parts[1], parts[3], parts[5], tuple(parts[6::2]), tuple(parts[7::2]))


def _shown(text: str) -> str:
    return repr(text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}...")


def group_id(subscription: str, name: str) -> str:
    """The id of a resource group."""
    return f"/subscriptions/{subscription}/resourceGroups/{name}"


def resource_id(group: str, type_: str, name: str) -> str:
    """The id of a top-level resource of a group given by its id, for example of `Microsoft.Network/virtualNetworks`."""
    return f"{group}/providers/{type_}/{name}"


def same(one: str | None, other: str | None) -> bool:
    """Whether two ids or names mean the same thing: case, doubled and trailing slashes do not count."""
    return one is not None and other is not None and key(one) == key(other)


def subscription_of(text: str) -> str:
    """The subscription in the id of a resource or a group, in lower case; empty in what is no id."""
    match key(text).split("/"):
        case ["subscriptions", subscription, *_]:
            return subscription
    return ""


@lru_cache(_REMEMBERED)
def key(text: str) -> str:
    """The form of an id under which it is compared and stored."""
    return "/".join(part for part in text.lower().split("/") if part)
