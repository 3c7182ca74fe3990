"""Where each value of a plan came from."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from asr.choices.option import Option
from asr.choices.options import OPTIONS
from asr.choices.request import ProtectionRequest
from asr.model.choices import Choice, Origin
from asr.model.decision import ProtectionPlan
from asr.model.outcome import Reason
from asr.model.vm_facts import VmFacts
from asr.reasons import reason

_FIXED = frozenset(
    {
        "geography",
        "high_churn",
        "recovery_point_minutes",
        "app_consistent_minutes",
        "multi_vm_sync",
        "rpo_minutes",
        "on_drift",
        "new_disks",
        "recovery_wave",
        "wave_failure",
    }
)
"""Fields whose default is a value, not a rule."""


def choices_of(plan: ProtectionPlan, request: ProtectionRequest) -> tuple[Choice, ...]:
    """Every choice of docs/choices.md as it stands in the plan, in the table's order."""
    found = _found(plan)
    rules = {"recovery_regions": plan.region_reason}
    return tuple(_choice(option, request, found, rules.get(option.field, option.default)) for option in OPTIONS)


def _choice(
    option: Option, request: ProtectionRequest, found: Mapping[str, str | int | bool | None], rule: str
) -> Choice:
    chosen: object = getattr(request.options, option.field)
    value = found.get(option.field, _plain(chosen))
    origin = request.origins.get(option.field)
    if origin is None or (option.field == "high_churn" and value != chosen):
        fixed = option.field in _FIXED and value == _plain(chosen)
        return Choice(option.name, value, Origin.DEFAULT if fixed else Origin.RULE, rule)
    by = f"the profile {request.profile.name}" if origin is Origin.PROFILE and request.profile else f"the {origin}"
    idle = ", without effect here" if value is None else ""
    return Choice(option.name, value, origin, f"chosen by {by}{idle}")


_UNENCRYPTED = "none of its disks uses Azure Disk Encryption"

_IDLE: Mapping[str, tuple[Callable[[VmFacts, ProtectionPlan], bool], str]] = {
    "vault_group": (lambda _facts, plan: plan.vault.exists, "an existing vault is used"),
    "recovery_account": (lambda _facts, plan: plan.target_storage is None, "all of its disks are managed"),
    "encryption_set": (
        lambda _facts, plan: not any(disk.encryption_set_id for disk in plan.disks),
        "none of its disks is encrypted with a customer's key",
    ),
    **{
        field: (lambda _facts, plan: not any(disk.keys for disk in plan.disks), _UNENCRYPTED)
        for field in ("key_vault", "encryption_secrets", "encryption_keys")
    },
    **{
        field: (lambda facts, _plan: not facts.vm.managed_disks, "none of its disks is managed")
        for field in ("target_skus", "replica_skus")
    },
}
"""Choices that a plan may have no use for, by field of `ProtectionOptions`: when, and why."""


def idle_choices(facts: VmFacts, plan: ProtectionPlan, request: ProtectionRequest) -> Iterator[Reason]:
    """What was chosen for this very VM and has no effect on it. A profile is for many VMs, so it may say more."""
    for option in OPTIONS:
        origin = request.origins.get(option.field)
        is_idle, because = _IDLE.get(option.field, (lambda _facts, _plan: False, ""))
        if origin in (Origin.BODY, Origin.TAG) and is_idle(facts, plan):
            yield reason("ChoiceWithoutEffect", by=option.place(origin), because=because)


def _found(plan: ProtectionPlan) -> dict[str, str | int | bool | None]:
    """What the rules made of the choices, by field of `ProtectionOptions`; the others stand as they were chosen."""
    return {
        "recovery_regions": plan.recovery_region,
        "vault": plan.vault.id,
        "vault_group": plan.vault.group.id,
        "recovery_group": plan.group.id,
        "recovery_network": plan.network.recovery_id,
        "recovery_subnet": plan.recovery_subnet or plan.source_subnet,
        "recovery_availability_set": plan.availability_set.id if plan.availability_set else None,
        "recovery_zone": plan.recovery_zone,
        "placement_group": plan.placement_group.id if plan.placement_group else None,
        "capacity_group": plan.capacity_group_id,
        "scale_set": plan.scale_set_id,
        "boot_diagnostics_account": plan.boot_diagnostics_account_id,
        "recovery_account": plan.target_storage.id if plan.target_storage else None,
        "encryption_set": next((disk.encryption_set_id for disk in plan.disks if disk.encryption_set_id), None),
        "cache_account": plan.cache.id,
        "high_churn": plan.cache.sku.startswith("Premium"),
        "target_skus": _listed(disk.target_sku for disk in plan.disks),
        "replica_skus": _listed(disk.replica_sku for disk in plan.disks),
    }


def _listed(skus: Iterable[str | None]) -> str | None:
    return ",".join(dict.fromkeys(sku for sku in skus if sku)) or None


def _plain(value: object) -> str | int | bool | None:
    if isinstance(value, tuple):
        return ",".join(str(part) for part in value) or None
    return value if isinstance(value, str | int | bool) or value is None else str(value) or None
