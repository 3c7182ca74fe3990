"""Azure resource ids: compared without case and doubled slashes, kept as they were first written."""

import re
from dataclasses import dataclass
from functools import lru_cache

_REMEMBERED = 1 << 17
"""How many ids are taken apart once only: those of ten thousand machines with what belongs to them."""
_SLASHES = re.compile(r"/{2,}")


def normalised(path: str) -> str:
    """Return `path` with one leading slash, no doubled and no trailing slashes."""
    return "/" + _SLASHES.sub("/", path).strip("/")


@dataclass(frozen=True, slots=True)
class ResourceId:
    """One ARM resource id, taken apart.

    Attributes:
        text: the id in the casing it was written in.
        key: the lower-cased id; two ids are the same resource when their keys are equal.
        subscription: the subscription id, or "" above a subscription.
        group: the resource group name, or "".
        namespace: the provider of the last `/providers/` part (`Microsoft.Compute`), `Microsoft.Resources` without one.
        type: the full resource type (`Microsoft.Compute/virtualMachines/extensions`).
        name: the last segment.
    """

    text: str
    key: str
    subscription: str
    group: str
    namespace: str
    type: str
    name: str

    @classmethod
    @lru_cache(maxsize=_REMEMBERED)
    def parse(cls, path: str) -> "ResourceId":
        """Take `path` apart. Any path has an answer: an odd segment out is a type without a name."""
        text = normalised(path)
        segments = text.strip("/").split("/")
        found = {"subscriptions": "", "resourcegroups": ""}
        namespace, types, name = "Microsoft.Resources", list[str](), ""
        for kind, value in zip(segments[::2], [*segments[1::2], ""], strict=False):
            if kind.lower() == "providers":
                namespace, types, name = value, [], ""
                continue
            if kind.lower() in found and namespace == "Microsoft.Resources" and not found[kind.lower()]:
                found[kind.lower()] = value
                types = []
            types.append("resourceGroups" if kind.lower() == "resourcegroups" else kind)
            name = value
        return cls(
            text=text,
            key=text.lower(),
            subscription=found["subscriptions"],
            group=found["resourcegroups"],
            namespace=namespace,
            type="/".join([namespace, *types]),
            name=name,
        )

    def __str__(self) -> str:
        return self.text

    def child(self, *segments: str) -> "ResourceId":
        """Return the id made of this one and further segments (`vm.child("extensions", "agent")`)."""
        return ResourceId.parse("/".join((self.text, *segments)))

    def extension(self, *segments: str) -> "ResourceId":
        """Return the id of a resource that another provider keeps on this one (`/providers/` and the segments)."""
        return self.child("providers", *segments)

    @property
    def parent(self) -> "ResourceId":
        """The id without its last type and name."""
        return ResourceId.parse(self.text.rsplit("/", 2)[0])

    @property
    def group_id(self) -> "ResourceId":
        """The id of the resource group this resource is in."""
        return ResourceId.parse(f"/subscriptions/{self.subscription}/resourceGroups/{self.group}")

    @property
    def subscription_id(self) -> "ResourceId":
        """The id of the subscription this resource is in."""
        return ResourceId.parse(f"/subscriptions/{self.subscription}")

    @property
    def without_action(self) -> "ResourceId":
        """The id of what an action path acts on (`<vm>/start` -> the VM)."""
        return ResourceId.parse(self.text.rpartition("/")[0])

    @property
    def scopes(self) -> list[str]:
        """The keys of everything that contains this resource, from its subscription (or above) down to itself."""
        segments = self.key.strip("/").split("/")
        ends = range(2, len(segments) + 1, 2)
        return ["/" + "/".join(segments[:end]) for end in ends if segments[end - 2] != "providers"]

    def contains(self, other: "ResourceId") -> bool:
        """Say whether `other` is this resource or lies below it."""
        return other.key == self.key or other.key.startswith(self.key.rstrip("/") + "/")
