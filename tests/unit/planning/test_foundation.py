"""Requirements: complete, in order, each once; and what enabling gets of them."""

import json
from dataclasses import asdict

import pytest

from asr.choices.profiles import Profile
from asr.choices.request import ProtectionRequest
from asr.codec import decode, encode
from asr.model.decision import Needed, ProtectionPlan, Requirement
from asr.model.specs import EnableSpec, GroupSpec, VaultSpec
from asr.model.vm_facts import VirtualNetwork, VmFacts
from asr.planning.foundation import enable_spec, needed, requirements
from asr.planning.keys import mark
from asr.planning.protection import decide
from asr.resources.table import KINDS
from tests.unit.planning.contoso import (
    GROUP,
    NETWORK_ID,
    SUBSCRIPTION,
    VM_ID,
    account,
    blob,
    facts,
    interface,
    named,
    request,
    vault,
    vm,
)

S = SUBSCRIPTION.strip("/").lower()
TWIN = mark(f"{S}/resourcegroups/contoso-app-asr")
CACHE_GROUP = mark(f"{S}/resourcegroups/asr-cache-eastasia")
NETWORK = mark(NETWORK_ID)
PAIR = "eastasia>southeastasia"


def plan(known: VmFacts | None = None, asked: ProtectionRequest | None = None) -> ProtectionPlan:
    """The plan, which there must be."""
    made = decide(VM_ID, known or facts(), asked or request())
    assert made.plan is not None, made.outcome
    return made.plan


def by_key(made: ProtectionPlan) -> dict[str, Requirement]:
    """The requirements; no key stands twice."""
    found = {requirement.key: requirement for requirement in requirements(made)}
    assert len(found) == len(requirements(made))
    return found


def test_the_story_takes_all_of_this_in_this_order() -> None:
    """Every object between an empty subscription and a protected VM."""
    stages: dict[int, set[str]] = {}
    for requirement in requirements(plan()):
        stages.setdefault(requirement.stage, set()).add(requirement.key.split("~")[0])

    assert stages == {
        1: {f"group:{PAIR}:{name}" for name in ("contoso-app-asr", "asr-vault-southeastasia", "asr-cache-eastasia")},
        3: {"vault:site-recovery-vault", f"storage:{PAIR}:asrcache6a4f52c5720298fe", f"set:{PAIR}:web-set-asr"},
        4: {"fabric:eastasia", "fabric:southeastasia", "policy:24-hour-retention-policy"},
        5: {"container:eastasia", "container:southeastasia"},
        6: {
            "container-mapping:eastasia>southeastasia:24-hour-retention-policy",
            "container-mapping:southeastasia>eastasia:24-hour-retention-policy",
        },
        7: {f"network:{PAIR}:contoso-vnet"},
        8: {f"network-mapping:{PAIR}:contoso-vnet"},
    }
    assert len(requirements(plan())) == 16


NEAR = f"{GROUP}/providers/Microsoft.Compute/proximityPlacementGroups/near"

PLANS = [
    plan(),
    plan(facts(vm(placement_group_id=NEAR))),
    plan(
        asked=request(
            Profile("p", {"recovery-point-minutes": "4320", "high-churn": "true"}), recovery_region="westeurope"
        )
    ),
    plan(facts(vaults=(vault("v", "southeastasia"),))),
    plan(
        facts(
            vm(managed_disks=(), unmanaged_disks=(blob("os", None, "a"),), availability_set_id=None),
            storage_accounts=(account("a"),),
        )
    ),
    plan(
        facts(named=(named("virtual_network", NETWORK_ID + "2", "southeastasia"),)),
        request(recovery_vnet=NETWORK_ID + "2"),
    ),
]


@pytest.mark.parametrize("made", PLANS)
def test_needs_are_met_by_earlier_stages(made: ProtectionPlan) -> None:
    """And keys that a spec names by role are among its needs."""
    found = by_key(made)
    for requirement in found.values():
        assert all(found[need].stage < requirement.stage for need in requirement.needs)
        roles = {value for name, value in asdict(requirement.spec).items() if name.endswith("_key")}
        assert roles <= set(requirement.needs)


@pytest.mark.parametrize("made", PLANS)
def test_specs_are_of_their_kind_and_stages_come_sorted(made: ProtectionPlan) -> None:
    """An activity reads back the record that was kept; a run builds them stage by stage as they come."""
    found = requirements(made)

    for one in found:
        assert decode(KINDS[one.activity].spec, json.loads(json.dumps(encode(one.spec)))) == one.spec
    assert [one.stage for one in found] == sorted(one.stage for one in found)
    assert all(one.key == one.key.lower() for one in found)


@pytest.mark.parametrize("made", PLANS)
def test_what_travels_names_the_same_needs_by_position_and_is_small(made: ProtectionPlan) -> None:
    """It is part of a run's history, which is read again at each of its steps."""
    found = requirements(made)
    travelling = needed(found)

    for requirement, one in zip(found, travelling, strict=True):
        assert (one.key, one.activity, one.stage) == (requirement.key, requirement.activity, requirement.stage)
        assert tuple(found[position].key for position in one.needs) == requirement.needs
    assert len(json.dumps(encode(travelling, tuple[Needed, ...]))) < 2500


def test_a_placement_group_is_there_before_the_set_and_is_handed_to_enabling() -> None:
    """By the id that it turned out to have."""
    made = plan(facts(vm(placement_group_id=NEAR)))
    found = by_key(made)
    (near,) = (key for key in found if key.startswith(f"placement:{PAIR}:near-asr~"))

    assert (found[near].activity, found[near].needs) == ("ensure_proximity_placement_group", (f"group:{PAIR}:{TWIN}",))
    assert near in next(one.needs for key, one in found.items() if key.startswith("set:"))
    assert enable_spec(made).placement_group_key == near


def test_a_spec_is_the_plans_part() -> None:
    """What is wanted is said once."""
    made = plan()
    found = by_key(made)
    (storage,) = (one for key, one in found.items() if key.startswith("storage:"))

    assert storage.spec is made.cache
    assert found[f"vault:{mark(made.vault.id)}"].spec is made.vault
    assert found["policy:24-hour-retention-policy"].spec is made.policy
    assert found[f"network:{PAIR}:{NETWORK}"].spec is made.network


def test_an_existing_vaults_group_is_not_touched() -> None:
    """Somebody made it; the vault itself is looked at."""
    found = by_key(plan(facts(vaults=(vault("v", "southeastasia"),))))

    assert {key for key in found if key.startswith("group:")} == {
        f"group:{PAIR}:{TWIN}",
        f"group:{PAIR}:{CACHE_GROUP}",
    }
    (kept,) = (one for key, one in found.items() if key.startswith("vault:"))
    assert isinstance(kept.spec, VaultSpec)
    assert (kept.needs, kept.spec.exists) == ((), True)


def test_a_network_in_another_group_brings_its_own_group() -> None:
    """Each distinct group once; a named network none at all."""
    shared = f"{SUBSCRIPTION}/resourceGroups/HUB/providers/Microsoft.Network/virtualNetworks/shared"
    hub = facts(
        interfaces=(interface("apps", network=shared),),
        networks=(VirtualNetwork(shared, "eastasia", ("10.0.0.0/8",), ()),),
    )
    found = by_key(plan(hub))
    group = f"group:{PAIR}:{mark(f'{S}/resourcegroups/hub-asr')}"

    assert found[group].spec == GroupSpec(f"{SUBSCRIPTION}/resourceGroups/HUB-asr", "southeastasia", "eastasia")
    assert group in found[f"network:{PAIR}:{mark(shared)}"].needs
    other = facts(named=(named("virtual_network", shared, "southeastasia"),))
    assert not [key for key in by_key(plan(other, request(recovery_vnet=shared))) if "hub" in key and "group:" in key]


def test_a_named_network_has_a_key_of_its_own() -> None:
    """What a foundation remembers for one VM's request must not answer another's."""
    dr = f"{SUBSCRIPTION}/resourceGroups/dr/providers/Microsoft.Network/virtualNetworks/dr"
    asked = plan(facts(named=(named("virtual_network", dr, "southeastasia"),)), request(recovery_vnet=dr))
    keys = {key for key in by_key(asked) if key.startswith("network")}
    both = f"{PAIR}:{NETWORK}>{mark(dr)}"

    assert keys == {f"network:{both}", f"network-mapping:{both}:forward", f"network-mapping:{both}:reverse"}


def test_two_vms_share_all_but_their_own() -> None:
    """So a thousand VMs build one foundation."""
    other = vm(id=VM_ID.replace("web-0", "web-1"), name="web-1")
    lone = vm(id=VM_ID.replace("web-0", "db-0"), name="db-0", availability_set_id=None)

    assert set(by_key(plan(facts(other)))) == set(by_key(plan()))
    (own,) = set(by_key(plan())) - set(by_key(plan(facts(lone))))
    assert own.startswith(f"set:{PAIR}:web-set-asr~")
    assert plan(facts(other)).foundation_key == plan().foundation_key


def test_vms_of_two_regions_share_the_foundation_of_their_vault() -> None:
    """Its fabrics and policies are built by one run each; what is judged by the regions has them in its key."""
    shared = vault("shared", "westeurope")
    near, far = (
        plan(facts(vaults=(shared,)), request(vault="shared", recovery_region=region))
        for region in ("westeurope", "northeurope")
    )

    assert near.foundation_key == far.foundation_key
    assert {key for key in by_key(near) if key in by_key(far)} == {
        f"vault:{mark(shared.id)}",
        "fabric:eastasia",
        "container:eastasia",
        "policy:24-hour-retention-policy",
    }


def test_enabling_is_given_what_it_stands_on_and_nothing_else() -> None:
    """By keys, whose ids the foundation turns out to have: adopted objects have names of their own."""
    made = plan(asked=request(consistency_group="app"))
    spec = enable_spec(made)

    assert set(spec.needs) <= set(by_key(made))
    assert spec.policy_key == "policy:24-hour-retention-policy"
    assert spec.source_container_key == "container:eastasia"
    assert spec.recovery_container_key == "container:southeastasia"
    assert spec.network_key == f"network:{PAIR}:{NETWORK}"
    assert spec.group_key == f"group:{PAIR}:{TWIN}"
    assert spec.availability_set_key
    assert spec.availability_set_key.startswith("set:")
    assert spec.cache_account_key.startswith("storage:")
    assert (spec.target_account_key, spec.consistency_group) == (None, "app")
    assert (spec.vm_id, spec.subnet) == (VM_ID, "web")
    assert decode(EnableSpec, json.loads(json.dumps(encode(spec)))) == spec


@pytest.mark.parametrize("made", PLANS)
def test_what_enabling_needs_is_required(made: ProtectionPlan) -> None:
    """Of every plan."""
    assert set(enable_spec(made).needs) <= set(by_key(made))
