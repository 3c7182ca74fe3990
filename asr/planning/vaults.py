"""Which vault keeps the record of the protection."""

from collections.abc import Iterator, Sequence

from asr.model.decision import GroupPlan, VaultPlan
from asr.model.facts import Vault, VmFacts
from asr.model.outcome import Reason
from asr.planning import region_table
from asr.planning.naming import VAULT, vault_group_name
from asr.planning.reasons import reason
from asr.planning.regions import region_name
from asr.planning.targets import target_location, wanted_vault
from asr.planning.wish import Wish
from asr.resource_id import group_id, key, parse, resource_id, same

_TYPE = "Microsoft.RecoveryServices/vaults"


def choose_vault(facts: VmFacts, wish: Wish, source: str, recovery: str) -> VaultPlan | Reason:
    """The named vault; else one that protects between these regions; else one in the recovery region; else a new one.

    Never one that is in the source region, or whose group is: it would be lost together with the VMs.
    Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-powershell
    """
    if wanted := wanted_vault(wish):
        return _named(facts, wanted, source)
    safe = [vault for vault in facts.vaults if source not in places(vault)]
    for fitting in (
        [vault for vault in safe if (source, recovery) in vault.pairs],
        [vault for vault in safe if region_name(vault.location) == recovery],
    ):
        if fitting:
            return _existing(min(fitting, key=_portal_first))
    if recovery in region_table.NO_VAULTS:
        return reason("VaultNotPossible", region=recovery, source=source)
    group = GroupPlan(group_id(parse(facts.vm.id).subscription, vault_group_name(recovery)), recovery)
    return VaultPlan(resource_id(group.id, _TYPE, VAULT), recovery, group, exists=False)


def places(vault: Vault) -> tuple[str, ...]:
    """The regions whose loss would cost the vault: its own, and that of the group that holds it."""
    return tuple(region_name(place) for place in (vault.location, vault.group_location) if place)


def _portal_first(vault: Vault) -> tuple[bool, str]:
    return vault.name.lower() != VAULT.lower(), key(vault.id)


def _existing(vault: Vault) -> VaultPlan:
    location = region_name(vault.location)
    group = GroupPlan(parse(vault.id).group_id, region_name(vault.group_location or location))
    return VaultPlan(vault.id, location, group, exists=True)


def _named(facts: VmFacts, wanted: str, source: str) -> VaultPlan | Reason:
    found = list(_of_name(facts.vaults, wanted))
    if "/" in wanted and not found:
        location = target_location(facts, "vault", wanted)
        found = [Vault(wanted, parse(wanted).name, location)] if location else []
    if not found:
        return reason("TargetNotFound", role="vault", id=wanted)
    if len(found) > 1:
        return reason("VaultAmbiguous", name=wanted, found=", ".join(sorted(vault.id for vault in found)))
    vault = found[0]
    if source in places(vault):
        where = f"anywhere but in the VM's own region, {source}, and so has its resource group"
        return reason("TargetInWrongRegion", role="vault", id=vault.id, location=source, where=where)
    return _existing(vault)


def _of_name(vaults: Sequence[Vault], wanted: str) -> Iterator[Vault]:
    by_id = "/" in wanted
    return (vault for vault in vaults if same(vault.id if by_id else vault.name, wanted))
