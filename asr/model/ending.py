"""How a protection ends: what asks for it, how it is to be done, and what is remembered of one that was begun.

Times are ISO 8601 texts in UTC, as the durable boundary takes them.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from asr.model.outcome import Reason
from asr.model.vm_facts import ProtectedItem


class EndCause(StrEnum):
    """Why a protection is to end."""

    UNTAGGED = "untagged"
    VM_GONE = "vm_gone"
    VM_REPLACED = "vm_replaced"
    ENABLING_FAILED = "enabling_failed"
    ASKED = "asked"


class EndStage(StrEnum):
    """How far it is.

    `GRACE`: nothing was done, and nothing is before the deadline. `WAITING`: something outside has to happen first;
    nothing was done. `ENDING`: writes were made, so it is gone through with.
    """

    GRACE = "grace"
    WAITING = "waiting"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class EndOptions:
    """How somebody wants a protection to end.

    `grace_days`: after so many days; None: at once. `untag`: set a tag that still asks to `false`. `force`: purge when
    the orderly way fails, or cannot be gone. `clean_up`: remove the target resources, too, that the app made and nobody
    uses. `start_to_disable`: start a stopped VM for it, and stop it again. `replace`: the VM is to be protected anew,
    so its tag may go on asking.
    """

    grace_days: float | None = None
    untag: bool = False
    force: bool = False
    clean_up: bool = False
    start_to_disable: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True)
class ItemLink:
    """A link that a protection left on the VM. `item_id` is the protected item that it names, if it names one."""

    id: str
    item_id: str | None


@dataclass(frozen=True, slots=True)
class Artifacts:
    """What enabling left outside of the item, by id, taken before the item is removed: what may be cleaned up after.

    `targets` are what the item's recovery side stands on: network, set, group and so on, whoever made them. `vault_id`
    is the item's; None where there was no item.
    """

    vault_id: str | None
    links: tuple[ItemLink, ...] = ()
    extension_ids: tuple[str, ...] = ()
    replica_ids: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ending:
    """A protection that is to end, as the store remembers it until it has.

    `item_id` None: there was no item, only what else had to be put away. `since` is when it was asked for or noticed,
    `by` who asked. `removals` counts how often a run has sent the removal, `missed` how often it looked for the item in
    vain although no removal has ended well. `started`: the VM was started for it, and is to be stopped again.
    `lifecycle_id` is that of the item: another one of the same name is not to end.

    `pending` are the ids that the step `pending_of` has still to remove, in their order. `trying` is what was asked for
    last: one of these, or a removal of the item; `tries` counts how often, and `tried_at` is when Azure took it, None
    if it did not. `stumbles` is how often in a row the step `stumbled` met what may be over at the next try. `kept`
    says what stays, and why; `reasons` what it waits for.
    """

    vm_id: str
    item_id: str | None
    cause: EndCause
    stage: EndStage
    since: str
    deadline: str
    by: str
    options: EndOptions = field(default_factory=EndOptions)
    artifacts: Artifacts | None = None
    removals: int = 0
    started: bool = False
    purging: bool = False
    lifecycle_id: str | None = None
    pending: tuple[str, ...] = ()
    pending_of: str | None = None
    trying: str | None = None
    tries: int = 0
    tried_at: str | None = None
    missed: int = 0
    stumbled: str | None = None
    stumbles: int = 0
    kept: tuple[Reason, ...] = ()
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class RecoveryPlan:
    """A recovery plan that holds the item. Source: Replication Recovery Plans - Get."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class ItemEnds:
    """A protected item with what only its end asks for.

    `replica_ids` are the disks that Site Recovery made for it; `test_vm_id` is the VM of a test failover that was not
    cleaned up, `is_tested` whether there is such a test at all. `allowed` are the operations that it takes now.
    """

    item: ProtectedItem
    replica_ids: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    is_tested: bool = False
    test_vm_id: str | None = None
