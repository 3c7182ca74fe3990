"""Who asked for a VM's protection, as the store remembers it when the task hub is lost.

Times are ISO 8601 texts in UTC, as the durable boundary takes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TagRequest:
    """The VM's own tags ask. `tags` are those that the app reads, as they were seen first at `at`."""

    tags: dict[str, str]
    at: str


@dataclass(frozen=True, slots=True)
class NamedRequest:
    """Somebody asked by the VM's name. `verified`: the platform or the app itself vouches for `requested_by`.

    `profile` and `overrides` (named as the tags are) are what was chosen on top of the tags; `plan_hash` is the plan
    that was agreed to. `fulfilled`: the VM was seen Protected since, so nothing is left to be done about the request.
    """

    requested_by: str
    verified: bool
    at: str
    request_id: str | None = None
    profile: str | None = None
    overrides: dict[str, str] = field(default_factory=dict)
    plan_hash: str | None = None
    fulfilled: bool = False


@dataclass(frozen=True, slots=True)
class SeenVm:
    """The VM that an item was made for, or was first seen with: its GUID, its security type, and the LUNs of its data
    disks by disk.

    It is of one lifecycle of the item, between two failovers; None where it was noted before there was an item.
    """

    guid: str | None
    luns: Mapping[str, int] = field(default_factory=dict)
    lifecycle_id: str | None = None
    failed_over_at: str | None = None
    security_type: str | None = None


@dataclass(frozen=True, slots=True)
class CompletedItem:
    """An item that a run of ours has completed, by its lifecycle: what was written only then is not written again."""

    lifecycle_id: str


@dataclass(frozen=True, slots=True)
class LeftVm:
    """A failover of `source` made the VM of this GUID, with the tags of its source; its item was in `vault`.

    So it does not ask for protection in its own right, also once that item is gone; another GUID is another VM.
    """

    guid: str
    source: str
    vault: str


@dataclass(frozen=True, slots=True)
class RememberedRequest:
    """What is known of who asked for this VM: the latest request of each way.

    `enabled` is the VM for which a run of ours enabled replication last, `completed` the item that one completed last.
    `left` says that a fail-back left the VM, with tags that are copies.
    """

    vm_id: str
    by_tag: TagRequest | None = None
    by_name: NamedRequest | None = None
    enabled: SeenVm | None = None
    completed: CompletedItem | None = None
    left: LeftVm | None = None


type Remembered = TagRequest | NamedRequest | SeenVm | CompletedItem | LeftVm
"""What is remembered of a VM beside what is known."""
