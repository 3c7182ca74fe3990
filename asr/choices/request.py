"""What is asked for a VM, after the request, the tags and the profile were read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from asr.choices.profiles import Profile
from asr.choices.readers import PerDisk
from asr.model.choices import Origin
from asr.model.outcome import Reason

DEFAULT_PREFIX = "asr-"

NO_DISK = PerDisk()
"""No choice for any disk."""


@dataclass(frozen=True, slots=True)
class ProtectionOptions:
    """Every choice for one VM, whoever made it; None and empty leave it to the rules. The table is `choices.OPTIONS`.

    Targets are names or full ids, as written; regions are lower case without spaces. Minutes throughout; 0
    app-consistent minutes means none are taken. `high_churn` puts the cache on premium block blobs.
    """

    recovery_regions: tuple[str, ...] = ()
    geography: str = "prefer"
    vault: str | None = None
    vault_group: str | None = None
    recovery_group: str | None = None
    recovery_network: str | None = None
    recovery_subnet: str | None = None
    recovery_availability_set: str | None = None
    recovery_zone: str | None = None
    placement_group: str | None = None
    capacity_group: str | None = None
    scale_set: str | None = None
    boot_diagnostics_account: str | None = None
    recovery_account: str | None = None
    encryption_set: str | None = None
    key_vault: str | None = None
    encryption_secrets: PerDisk = NO_DISK
    encryption_keys: PerDisk = NO_DISK
    replica_skus: PerDisk = NO_DISK
    target_skus: PerDisk = NO_DISK
    excluded_luns: tuple[int, ...] = ()
    cache_account: str | None = None
    high_churn: bool = False
    recovery_point_minutes: int = 1440
    app_consistent_minutes: int = 60
    multi_vm_sync: bool = True
    consistency_group: str | None = None
    automation_account: str | None = None
    test_network_id: str | None = None


@dataclass(frozen=True, slots=True)
class ProtectionRequest:
    """One VM's request. `problems` make it impossible to follow, `warnings` do not. `profile` is None if unknown.

    `requested` is also true for a request with problems: somebody asked for protection, so somebody has to be told.
    `origins` tell, by field of `options`, who made the choice; what is missing there is a default. `prefix` is that of
    the tags, to be used in words.
    """

    requested: bool = False
    profile: Profile | None = None
    options: ProtectionOptions = field(default_factory=ProtectionOptions)
    origins: Mapping[str, Origin] = field(default_factory=dict)
    problems: tuple[Reason, ...] = ()
    warnings: tuple[Reason, ...] = ()
    prefix: str = DEFAULT_PREFIX
