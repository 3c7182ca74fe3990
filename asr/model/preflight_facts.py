"""What the preflight checks read, only when nothing else stands against it: each read costs a request."""

from dataclasses import dataclass

from asr.model.outcome import Reason


@dataclass(frozen=True, slots=True)
class Lock:
    """A management lock. `scope` is the id it is set on; `level` is `ReadOnly` or `CanNotDelete`.

    Source: Management Locks - List At Subscription Level.
    """

    scope: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Size:
    """A VM size as a region offers it. `restriction` is Azure's reason code where the subscription may not use it.

    Source: Resource Skus - List.
    """

    name: str
    family: str
    vcpus: int | None = None
    memory_gib: float | None = None
    restriction: str | None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """How much of a quota is used; `name` is a size family or `cores`. Source: Usage - List."""

    name: str
    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class SecurityRule:
    """An outbound rule of a network security group. `allow` False denies. Lower `priority` wins.

    Source: Network Security Groups - Get.
    """

    name: str
    priority: int
    allow: bool
    protocol: str
    ports: tuple[str, ...]
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SecurityGroup:
    """A network security group on the way of the VM's outbound traffic, with its outbound rules, default ones too."""

    id: str
    rules: tuple[SecurityRule, ...]


@dataclass(frozen=True, slots=True)
class VaultItem:
    """A VM that a vault protects: how many of its disks, through which cache accounts, in which multi-VM group.

    `recovery_group_id` is the resource group that its disks are replicated into. The others are as those of
    `asr.model.vm_facts.ProtectedItem`.
    """

    vm_id: str
    disks: int
    cache_ids: tuple[str, ...] = ()
    consistency_group: str | None = None
    vault_id: str = ""
    recovery_group_id: str | None = None
    recovered_vm_ids: tuple[str, ...] = ()
    id: str = ""
    name: str = ""
    state: str = ""
    is_home: bool = True
    home_vm_id: str = ""
    next_vm_id: str | None = None
    recovered_vm_id: str | None = None
    test_vm_id: str | None = None


@dataclass(frozen=True, slots=True)
class RecoveryNetwork:
    """The network that the VM comes to; see `asr.planning.network`. `subnets` are the names of its subnets."""

    network_id: str
    subnets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """What the app may not read, and why. `request` is what was asked for, for example `GET <id>`."""

    request: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class PreflightFacts:
    """The answers. `sizes` are the recovery region's, `home_sizes` the source's; empty: not read, and not checked.

    `replicas` are the ids of replica disks in the recovery group. `items` are those of every vault that was read.
    `recovery_network` is the one that the VM comes to, as it is or as it would be made; None: it was not read. `roles`
    are the ids of role assignments on the VM itself. `refusals` are why something that it would stand on cannot serve,
    `writes` the ids of what would be written for it. `unread` is what the app may not read and so does not check.
    """

    locks: tuple[Lock, ...] = ()
    replicas: tuple[str, ...] = ()
    sizes: tuple[Size, ...] = ()
    home_sizes: tuple[Size, ...] = ()
    usages: tuple[Usage, ...] = ()
    items: tuple[VaultItem, ...] = ()
    security_groups: tuple[SecurityGroup, ...] = ()
    recovery_network: RecoveryNetwork | None = None
    roles: tuple[str, ...] = ()
    refusals: tuple[Reason, ...] = ()
    writes: tuple[str, ...] = ()
    unread: tuple[Unread, ...] = ()
