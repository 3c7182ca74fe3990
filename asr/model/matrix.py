"""What Site Recovery can do, as its documents say. `asr/data/support-matrix.json` in the product's words.

A matrix that says nothing refuses nothing: what is not known is left to Azure's own answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

NO_LIMIT = 10**9
"""A limit that nothing reaches."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the matrix was written from, and the date that it bears, or that it bears none."""

    about: str
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are GiB, retention is in minutes. `most_premium_account_gib` is what the unmanaged disks that go to one
    premium account may have together. `most_protected_disks` counts the disks of a subscription."""

    most_data_disks: int = NO_LIMIT
    most_os_disk_gib: int = NO_LIMIT
    most_data_disk_gib: int = NO_LIMIT
    most_unmanaged_disk_gib: int = NO_LIMIT
    least_data_disk_gib: int = 0
    least_cores: int = 0
    least_memory_gib: int = 0
    most_protected_disks: int = NO_LIMIT
    most_group_members: int = NO_LIMIT
    most_minutes_unmanaged: int = NO_LIMIT
    most_premium_account_gib: int = NO_LIMIT
    disks_per_cache_account: int = NO_LIMIT


@dataclass(frozen=True, slots=True)
class Disks:
    """`replica_skus`: SKUs whose replica is kept on another one, by way of a premium cache only.

    `local_skus` are zone-redundant SKUs with what stands for them in a region without zones. Of `uncertain_skus` the
    documents disagree. `data_only_skus` are those of no OS disk. A replica is called like its disk, `replica_suffix`
    behind it.
    """

    replica_skus: Mapping[str, str] = field(default_factory=dict)
    local_skus: Mapping[str, str] = field(default_factory=dict)
    uncertain_skus: frozenset[str] = frozenset()
    data_only_skus: frozenset[str] = frozenset()
    replica_suffix: str = "-ASRReplica"


@dataclass(frozen=True, slots=True)
class System:
    """Operating systems by the beginnings of the names that the guest agent gives them.

    `versions` are first and last of ranges, compared in as many parts as a bound has; none: the name says it all.
    """

    names: tuple[str, ...]
    versions: tuple[tuple[str, str], ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Machines:
    """`proven_security_types` are security types with the systems for which the documents name them.

    `unnamed_systems` are names that tell no system. `controller_systems` are disk controllers that Site Recovery takes
    with these systems only. `appliances` are publishers, in lower case, of appliances that it does not take.
    `unsupported_security_types` are security types with what is said about them.
    """

    proven_security_types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unsupported_security_types: Mapping[str, str] = field(default_factory=dict)
    controller_systems: Mapping[str, tuple[System, ...]] = field(default_factory=dict)
    appliances: Mapping[str, str] = field(default_factory=dict)
    generations: frozenset[str] = frozenset()
    unnamed_systems: frozenset[str] = frozenset()
    systems: tuple[System, ...] = ()


@dataclass(frozen=True, slots=True)
class Regions:
    """What is said about single regions; Azure itself tells pairs and geographies.

    `on_request`: regions that Azure opens to a subscription on request, and those for which they are meant.
    `only_targets`: regions whose VMs can go to these regions only. `closed_circles`: how the names of regions begin
    between which and all others nothing is replicated.
    """

    on_request: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    only_targets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    not_targets: frozenset[str] = frozenset()
    not_sources: frozenset[str] = frozenset()
    no_vaults: frozenset[str] = frozenset()
    no_block_blobs: frozenset[str] = frozenset()
    closed_circles: Mapping[str, str] = field(default_factory=dict)

    def circle(self, region: str) -> str | None:
        """The closed circle that this region is in; None for the public cloud at large."""
        return next((name for name, start in self.closed_circles.items() if region.startswith(start)), None)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole of it. `version` counts its changes, `as_of` is the date of the document behind most of it."""

    version: int = 0
    as_of: str = ""
    about: str = ""
    documents: tuple[Document, ...] = ()
    limits: Limits = Limits()
    disks: Disks = Disks()
    machines: Machines = Machines()
    regions: Regions = Regions()


UNKNOWN = Matrix()
"""The matrix that says nothing."""
