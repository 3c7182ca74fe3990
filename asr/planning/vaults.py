"""Which vault keeps the record of the protection."""

from collections.abc import Iterator, Sequence

from asr.choices.request import ProtectionRequest
from asr.model.outcome import Reason
from asr.model.resource_id import group_id, key, parse, resource_id, same
from asr.model.specs import GroupSpec, VaultSpec
from asr.model.vm_facts import Vault, VmFacts
from asr.planning.naming import VAULT, vault_group_name
from asr.planning.regions import region_name
from asr.planning.targets import VAULT as VAULT_ROLE
from asr.planning.targets import VAULT_HOLDER, target_id, target_location
from asr.reasons import reason

_TYPE = "Microsoft.RecoveryServices/vaults"


def choose_vault(facts: VmFacts, request: ProtectionRequest, source: str, recovery: str) -> VaultSpec | Reason:
    """The named vault; else one that protects between these regions; else one in the recovery region; else a new one.

    Never one that is in the source region, or whose group is: it would be lost together with the VMs. Between zones
    of one region that is no matter.
    Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-powershell
    """
    barred = None if source == recovery else source
    if wanted := request.options.vault:
        return _named(facts, wanted, barred)
    safe = [vault for vault in facts.vaults if barred not in places(vault)]
    for fitting in (
        [vault for vault in safe if (source, recovery) in vault.pairs],
        [vault for vault in safe if region_name(vault.location) == recovery],
    ):
        if fitting:
            return _existing(min(fitting, key=_portal_first))
    if recovery in facts.matrix.regions.no_vaults:
        return reason("VaultNotPossible", region=recovery, source=source)
    return _new(facts, request, recovery)


def made_by_others(facts: VmFacts, request: ProtectionRequest) -> tuple[Vault, ...]:
    """The vaults that somebody chose to have: all but those that the product itself made, which it knows by their ids.

    Where a run put its vault must not lead the next run: the order of runs would decide about regions.
    """
    return tuple(vault for vault in facts.vaults if not _is_own(facts, request, vault))


def _is_own(facts: VmFacts, request: ProtectionRequest, vault: Vault) -> bool:
    location = region_name(vault.location)
    group = _new_group(facts, request, location)
    return any(same(vault.id, resource_id(group.id, _TYPE, name)) for name in _new_names(location))


def _new(facts: VmFacts, request: ProtectionRequest, recovery: str) -> VaultSpec:
    """A vault of that name may stand in the chosen group, in another region: it is not the one that is wanted."""
    group = _new_group(facts, request, recovery)
    ids = [resource_id(group.id, _TYPE, name) for name in _new_names(recovery)]
    taken = any(same(vault.id, ids[0]) for vault in facts.vaults)
    return VaultSpec(ids[taken], recovery, group, exists=False)


def _new_group(facts: VmFacts, request: ProtectionRequest, recovery: str) -> GroupSpec:
    named = target_id(facts.vm, request, "vault_resource_group")
    if named:
        return GroupSpec(named, target_location(facts, "vault_resource_group", named) or recovery)
    return GroupSpec(group_id(parse(facts.vm.id).subscription, vault_group_name(recovery)), recovery)


def _new_names(recovery: str) -> tuple[str, str]:
    """The portal's name, and one that only a vault in this region has."""
    return VAULT, f"{VAULT}-{recovery}"


def places(vault: Vault) -> tuple[str, ...]:
    """The regions whose loss would cost the vault: its own, and that of the group that holds it."""
    return tuple(region_name(place) for place in (vault.location, vault.group_location) if place)


def _portal_first(vault: Vault) -> tuple[bool, str]:
    return vault.name.lower() != VAULT.lower(), key(vault.id)


def _existing(vault: Vault) -> VaultSpec:
    location = region_name(vault.location)
    group = GroupSpec(parse(vault.id).group_id, region_name(vault.group_location or location))
    return VaultSpec(vault.id, location, group, exists=True)


def _named(facts: VmFacts, wanted: str, barred: str | None) -> VaultSpec | Reason:
    found = list(_of_name(facts.vaults, wanted))
    if "/" in wanted and not found:
        location = target_location(facts, VAULT_ROLE, wanted)
        held = target_location(facts, VAULT_HOLDER, parse(wanted).group_id)
        found = [Vault(wanted, parse(wanted).name, location, held)] if location else []
    if not found:
        return reason("TargetNotFound", role="vault", id=wanted)
    if len(found) > 1:
        return reason("VaultAmbiguous", name=wanted, found=sorted(vault.id for vault in found))
    vault = found[0]
    where = f"anywhere but in the VM's own region, {barred}"
    if barred == region_name(vault.location):
        return reason("TargetInWrongRegion", role="vault", id=vault.id, location=barred, where=where)
    if barred in places(vault):
        group = parse(vault.id).group_id
        return reason("TargetInWrongRegion", role="vault's resource group", id=group, location=barred, where=where)
    return _existing(vault)


def _of_name(vaults: Sequence[Vault], wanted: str) -> Iterator[Vault]:
    by_id = "/" in wanted
    return (vault for vault in vaults if same(vault.id if by_id else vault.name, wanted))
