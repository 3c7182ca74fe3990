"""The vault: by rule, and never where it would be lost together with the VMs."""

import pytest

from asr.choices.profiles import Profile
from asr.choices.request import ProtectionRequest
from asr.model.specs import VaultSpec
from asr.model.vm_facts import Vault
from asr.planning.protection import decide
from asr.planning.vaults import choose_vault
from tests.unit.planning.contoso import SUBSCRIPTION, VAULTS, facts, named, request, vault

FAR = vault("far", "westeurope")
NEAR = vault("near", "southeastasia")
PORTAL = vault("site-recovery-vault", "southeastasia", group="zz")
HOME = vault("home", "eastasia")
GROUP_AT_HOME = vault("sea", "southeastasia", group_location="eastasia")
PAIR = vault("pair", "northeurope", pairs=(("eastasia", "southeastasia"),))
WAY_BACK = vault("back", "northeurope", pairs=(("southeastasia", "eastasia"),))


def choose(*vaults: Vault, asked: ProtectionRequest | None = None, recovery: str = "southeastasia") -> VaultSpec | str:
    """The plan, or the code of the reason against every vault."""
    answer = choose_vault(facts(vaults=vaults), asked or request(), "eastasia", recovery)
    return answer if isinstance(answer, VaultSpec) else answer.code


@pytest.mark.parametrize(
    ("vaults", "expected"),
    [
        ((NEAR,), NEAR),
        ((FAR, NEAR), NEAR),
        ((NEAR, PAIR), PAIR),
        ((NEAR, WAY_BACK), NEAR),
        ((NEAR, PORTAL), PORTAL),
        ((vault("b", "southeastasia"), vault("a", "southeastasia")), vault("a", "southeastasia")),
        ((vault("spelled", "Southeast Asia"),), vault("spelled", "Southeast Asia")),
    ],
)
def test_an_existing_vault_is_chosen_by_rule(vaults: tuple[Vault, ...], expected: Vault) -> None:
    """One that protects between these regions; one in the recovery region, the portal's name first, else by id."""
    plan = choose(*vaults)

    assert isinstance(plan, VaultSpec)
    assert (plan.id, plan.exists) == (expected.id, True)


@pytest.mark.parametrize("vaults", [(), (FAR,), (HOME,), (GROUP_AT_HOME,)])
def test_else_one_is_made_in_the_recovery_region(vaults: tuple[Vault, ...]) -> None:
    """Vaults elsewhere, and those that would be lost with the source region, are left alone."""
    plan = choose(*vaults)

    assert isinstance(plan, VaultSpec)
    assert plan.id == f"{SUBSCRIPTION}/resourceGroups/asr-vault-southeastasia/{VAULTS}/Site-Recovery-Vault"
    assert (plan.location, plan.group.location, plan.exists) == ("southeastasia", "southeastasia", False)


@pytest.mark.parametrize(
    "asked", [request(vault="FAR"), request(vault=FAR.id.upper()), request(Profile("p", {"vault": "far"}))]
)
def test_a_named_vault_wins(asked: ProtectionRequest) -> None:
    """By name or id, from the tag or the profile, in whatever region but the source's."""
    plan = choose(NEAR, FAR, asked=asked)

    assert isinstance(plan, VaultSpec)
    assert plan.id == FAR.id


def test_the_tag_wins_over_the_profile() -> None:
    """Precedence: tag, profile."""
    plan = choose(NEAR, FAR, asked=request(Profile("p", {"vault": "far"}), vault="near"))

    assert isinstance(plan, VaultSpec)
    assert plan.id == NEAR.id


@pytest.mark.parametrize(
    ("vaults", "name", "code"),
    [
        ((NEAR,), "other", "TargetNotFound"),
        ((NEAR, vault("near", "westeurope", group="b")), "near", "VaultAmbiguous"),
        ((HOME,), "home", "TargetInWrongRegion"),
        ((GROUP_AT_HOME,), "sea", "TargetInWrongRegion"),
    ],
)
def test_a_named_vault_that_cannot_be_used_is_a_reason(vaults: tuple[Vault, ...], name: str, code: str) -> None:
    """Never another one instead."""
    assert choose(*vaults, asked=request(vault=name)) == code


def test_a_vault_of_another_subscription_is_named_by_its_id() -> None:
    """It is not among the subscription's own, but it was read."""
    other = f"/subscriptions/other/resourceGroups/g/{VAULTS}/shared"
    for location, expected in ((None, "TargetNotFound"), ("eastasia", "TargetInWrongRegion")):
        read = facts(named=(named("vault", other, location),))
        answer = choose_vault(read, request(vault=other), "eastasia", "southeastasia")
        assert not isinstance(answer, VaultSpec)
        assert answer.code == expected
    plan = choose_vault(facts(named=(named("vault", other, "westeurope"),)), request(vault=other), "eastasia", "x")

    assert isinstance(plan, VaultSpec)
    assert (plan.id, plan.location, plan.exists) == (other, "westeurope", True)


def test_a_region_without_vaults_needs_one_in_a_third_region() -> None:
    """New Zealand can be recovered to, but holds no vault."""
    assert choose(recovery="newzealandnorth") == "VaultNotPossible"
    plan = choose(FAR, asked=request(vault="far"), recovery="newzealandnorth")
    assert isinstance(plan, VaultSpec)


@pytest.mark.parametrize(
    ("made", "asked", "expected"),
    [
        (vault("site-recovery-vault", "westeurope", group="ASR-vault-westeurope"), request(), "southeastasia"),
        (vault("Site-Recovery-Vault", "westeurope", group="dr"), request(), "westeurope"),
        (vault("Site-Recovery-Vault", "westeurope", group="dr"), request(vault_resource_group="dr"), "southeastasia"),
        (vault("ours", "westeurope", group="asr-vault-westeurope"), request(), "westeurope"),
    ],
)
def test_a_vault_that_the_product_made_leads_no_other_vm_to_its_region(
    made: Vault, asked: ProtectionRequest, expected: str
) -> None:
    """Else the order of runs would decide about regions; the only vault that a person made does lead."""
    group = named("vault_resource_group", f"{SUBSCRIPTION}/resourceGroups/dr", "westeurope")
    decision = decide(facts().vm.id, facts(vaults=(made,), named=(group,)), asked)

    assert decision.plan is not None, decision.outcome
    assert decision.plan.recovery_region == expected


def test_a_vault_of_the_name_in_another_region_is_not_taken_for_the_new_one() -> None:
    """The chosen group holds the portal's vault of the source region: the new one gets a name of its own."""
    group = f"{SUBSCRIPTION}/resourceGroups/dr"
    portal = vault("site-recovery-vault", "eastasia", group="dr", group_location="southeastasia")
    known = facts(vaults=(portal,), named=(named("vault_resource_group", group, "southeastasia"),))
    plan = choose_vault(known, request(vault_resource_group="dr"), "eastasia", "southeastasia")

    assert isinstance(plan, VaultSpec)
    assert (plan.id, plan.exists) == (f"{group}/{VAULTS}/Site-Recovery-Vault-southeastasia", False)
