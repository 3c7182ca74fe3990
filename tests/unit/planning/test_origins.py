"""Each choice of a plan says where its value came from."""

import pytest

from asr.choices.options import OPTIONS
from asr.choices.profiles import Profile
from asr.choices.tags import Asked, read_request
from asr.model.choices import Choice, Origin
from asr.model.vm_facts import NamedTarget
from asr.planning.protection import decide
from asr.planning.targets import named_targets
from tests.unit.planning.contoso import SUBSCRIPTION, VM_ID, disk, facts, request, vault, vm
from tests.words import fix, sentence

NETWORKS = "/providers/Microsoft.Network/virtualNetworks"
DR = f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr{NETWORKS}/dr"
PROFILES = {"default": Profile("default", {"recovery-point-minutes": "4320", "vault": "far"})}
KNOWN = facts(vaults=(vault("far", "northeurope"), vault("near", "southeastasia")))


def choices(tags: dict[str, str], body: dict[str, str]) -> dict[str, Choice]:
    """The choices of the plan, by name."""
    asked = read_request(tags, "asr-", PROFILES, "default", Asked(None, body))
    plan = decide(VM_ID, KNOWN, asked).plan
    assert plan is not None
    return {choice.name: choice for choice in plan.choices}


@pytest.mark.parametrize(
    ("name", "value", "origin"),
    [
        ("recovery-region", "westeurope", Origin.BODY),
        ("consistency-group", "app", Origin.TAG),
        ("recovery-point-minutes", 4320, Origin.PROFILE),
        ("app-consistent-minutes", 60, Origin.DEFAULT),
        ("multi-vm-sync", True, Origin.DEFAULT),
        ("high-churn", False, Origin.DEFAULT),
        ("geography", "prefer", Origin.DEFAULT),
        ("recovery-subnet", "web", Origin.RULE),
        ("recovery-disk-sku", "Premium_LRS,StandardSSD_LRS,Standard_LRS", Origin.RULE),
        ("recovery-scale-set", None, Origin.RULE),
        ("exclude-disks", None, Origin.RULE),
    ],
)
def test_the_origin_of_a_choice(name: str, value: object, origin: Origin) -> None:
    """Request over tag over profile over default; what no one chose is found by rule, and the rule is told."""
    made = choices({"asr-consistency-group": "App"}, {"recoveryRegion": "West Europe"})[name]

    assert (made.value, made.origin) == (value, origin)
    assert made.because


def test_every_choice_is_told_in_the_tables_order() -> None:
    """Also those that nobody made."""
    assert list(choices({}, {})) == [option.name for option in OPTIONS]


def test_a_rule_that_overrules_says_so() -> None:
    """A disk that needs a premium cache gets one, whatever the profile says."""
    known = facts(vm(managed_disks=(disk("os", None), disk("fast", 0, "PremiumV2_LRS"))))
    plan = decide(VM_ID, known, request(high_churn="false")).plan
    assert plan is not None
    (churn,) = (choice for choice in plan.choices if choice.name == "high-churn")

    assert (churn.value, churn.origin) == (True, Origin.RULE)


def test_a_chosen_subnet_is_in_the_network() -> None:
    """Of a copy it is one of the source's; of a named network one of its own. Else it is refused, not replaced."""
    known = facts(named=(NamedTarget("virtual_network", DR, "southeastasia", ("apps", "Web")),))

    def subnet(**tags: str) -> object:
        decision = decide(VM_ID, known, request(**tags))
        if decision.plan:
            return decision.plan.recovery_subnet
        return [one.code for one in decision.outcome.reasons] if decision.outcome else []

    assert subnet(recovery_subnet="DB") == "DB"
    assert subnet(recovery_subnet="apps") == ["RecoverySubnetNotFound"]
    assert subnet(recovery_subnet="apps", recovery_vnet="dr") == "apps"
    assert subnet(recovery_subnet="db", recovery_vnet="dr") == ["RecoverySubnetNotFound"]


def test_a_subnet_that_stands_in_for_another_is_told() -> None:
    """The portal takes the first in the alphabet and says nothing."""

    def warnings(subnets: tuple[str, ...]) -> list[str]:
        known = facts(named=(NamedTarget("virtual_network", DR, "southeastasia", subnets),))
        decision = decide(VM_ID, known, request(recovery_vnet="dr"))
        return [sentence(one) for one in decision.warnings]

    assert warnings(("apps", "Web")) == []
    (told,) = warnings(("data", "apps"))
    assert "comes up in apps" in told


def test_words_speak_of_tags_by_the_configured_prefix() -> None:
    """What a person is told to set has to be the tag that is read."""
    tags = {"dr-protect": "true", "dr-recovery-region": "nowhere"}
    decision = decide(VM_ID, facts(), read_request(tags, "dr-", {"default": Profile("default")}, "default"))
    assert decision.outcome is not None
    (reason,) = decision.outcome.reasons

    assert "the tag dr-recovery-region" in fix(reason, "dr-")
    assert "asr-" not in fix(reason, "dr-") + sentence(reason, "dr-")


MANAGED = "all of its disks are managed"


@pytest.mark.parametrize(
    ("name", "value", "because"),
    [
        ("recoveryStorageAccount", "target", MANAGED),
        ("recoveryDiskEncryptionSet", "set", "none of its disks is encrypted with a customer's key"),
        ("vaultResourceGroup", "contoso-app-asr", "an existing vault is used"),
    ],
)
def test_a_choice_without_effect_is_told(name: str, value: str, because: str) -> None:
    """To whoever made it for this VM; a profile is for many VMs and may say more than one needs."""
    option = next(option for option in OPTIONS if option.json_name == name)
    asked: dict[str, tuple[dict[str, str], dict[str, str], dict[str, str]]]
    asked = {"body": ({}, {name: value}, {}), "tag": ({f"asr-{option.name}": value}, {}, {})}
    asked["profile"] = ({}, {}, {option.name: value})
    told = {}
    for by, (tags, body, profile) in asked.items():
        profiles = {"default": Profile("default", profile)}
        idle = read_request(tags, "asr-", profiles, "default", Asked(None, body))
        found = tuple(NamedTarget(role, id_, "southeastasia") for role, id_ in named_targets(vm(), idle))
        decision = decide(VM_ID, facts(vaults=(vault("near", "southeastasia"),), named=found), idle)
        assert decision.plan is not None, decision.outcome
        told[by] = [sentence(warning) for warning in decision.warnings]

    end = f"is chosen, but {because}: the choice has no effect on this VM."
    assert told == {"body": [f"The request's {name} {end}"], "tag": [f"Tag asr-{option.name} {end}"], "profile": []}
