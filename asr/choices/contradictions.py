"""Choices that cannot hold together, whoever made them."""

from collections.abc import Callable, Iterator, Mapping

from asr.choices.options import OPTIONS, ProtectionOptions
from asr.model.choices import Origin
from asr.model.outcome import Reason
from asr.reasons import reason

LEAST_FREQUENCY_MINUTES = 60
"""Application-consistent points are taken hourly at most.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions
"""

_CONTRADICTIONS: tuple[tuple[Callable[[ProtectionOptions], bool], str, str, str], ...] = (
    (
        lambda chosen: bool(chosen.recovery_zone and chosen.recovery_availability_set),
        "recovery_zone",
        "recovery_availability_set",
        "a VM is either in an availability set or in a zone",
    ),
    (
        lambda chosen: bool(chosen.scale_set and chosen.recovery_availability_set),
        "scale_set",
        "recovery_availability_set",
        "a VM is either in an availability set or in a scale set",
    ),
    (
        lambda chosen: bool(chosen.consistency_group) and not chosen.multi_vm_sync,
        "consistency_group",
        "multi_vm_sync",
        "the VMs of a group share recovery points only under a policy with multi-VM sync",
    ),
    (
        lambda chosen: bool(chosen.encryption_keys.by_disk) and not chosen.encryption_secrets.by_disk,
        "encryption_keys",
        "encryption_secrets",
        "a key without a secret opens no disk",
    ),
    (
        lambda chosen: bool(chosen.encryption_secrets.by_disk) and chosen.key_vault is None,
        "encryption_secrets",
        "key_vault",
        "a secret's vault has to be named by its id, too",
    ),
)
"""When it is so, the two fields, and why not."""


def contradictions(chosen: ProtectionOptions, origins: Mapping[str, Origin]) -> Iterator[Reason]:
    """Every contradiction among the choices, each choice named as whoever made it did."""
    for holds, one, other, because in _CONTRADICTIONS:
        if holds(chosen):
            yield reason("TagsContradict", one=_place(one, origins), other=_place(other, origins), because=because)
    minutes, kept = chosen.app_consistent_minutes, chosen.recovery_point_minutes
    if minutes and not LEAST_FREQUENCY_MINUTES <= minutes <= kept:
        allowed = "0 (none)" if kept < LEAST_FREQUENCY_MINUTES else f"0 (none) or {LEAST_FREQUENCY_MINUTES} to {kept}"
        yield reason("FrequencyOutOfRange", minutes=minutes, kept=kept, allowed=allowed)


def _place(field: str, origins: Mapping[str, Origin]) -> dict[str, str]:
    return next(option for option in OPTIONS if option.field == field).place(origins.get(field))
