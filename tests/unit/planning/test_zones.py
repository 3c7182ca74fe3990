"""Zone to zone: one region, one fabric, two containers; and what stands against it."""

from typing import Any

import pytest

from asr.model.decision import ProtectionPlan
from asr.model.specs import GroupSpec
from asr.model.vault_facts import Container, Fabric
from asr.model.vm_facts import VirtualMachine
from asr.planning.foundation import enable_spec, requirements
from asr.planning.protection import decide
from asr.planning.reconcile import choose_container
from tests.unit.planning.contoso import GROUP, NETWORK_ID, SUBSCRIPTION, VM_ID, disk, facts, named, request, vault, vm

ZONAL = vm(zones=("1",), availability_set_id=None)
FABRIC = "asr-a2a-default-eastasia"


def decided(machine: VirtualMachine = ZONAL, /, changes: dict[str, Any] | None = None, **tags: str) -> Any:
    """The decision about a VM that asks for another zone of its own region."""
    asked = request(**{"recovery_region": "eastasia", "recovery_zone": "2", **tags})
    return decide(VM_ID, facts(machine, **(changes or {})), asked)


def planned(**changes: Any) -> ProtectionPlan:
    """Its plan, which there must be."""
    decision = decided(changes=changes)
    assert decision.plan is not None, decision.outcome
    plan: ProtectionPlan = decision.plan
    return plan


def test_the_plan_stays_in_the_region() -> None:
    """Another zone, another group, the same network; the vault may be in the region."""
    plan = planned(vaults=(vault("near", "eastasia"),))

    assert plan.zone_to_zone
    assert (plan.source_region, plan.recovery_region, plan.recovery_zone) == ("eastasia", "eastasia", "2")
    assert (plan.group.id, plan.group.location) == (f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr", "eastasia")
    assert (plan.network.recovery_id, plan.network.exists) == (NETWORK_ID, True)
    assert plan.vault.location == "eastasia"
    assert plan.availability_set is None


def test_the_foundation_is_one_fabric_with_two_containers() -> None:
    """Mapped both ways within the fabric; networks are not mapped."""
    plan = planned()
    required = requirements(plan)
    names: dict[str, list[object]] = {one.activity: [] for one in required}
    for one in required:
        names[one.activity].append(getattr(one.spec, "name", None))

    assert names["ensure_fabric"] == [FABRIC]
    assert names["ensure_container"] == [f"{FABRIC}-container", f"{FABRIC}-t-container"]
    assert len({one.key for one in required}) == len(required)
    assert len(names["ensure_container_mapping"]) == 2
    assert "ensure_network_mapping" not in names
    assert all(one.spec.barred_region is None for one in required if isinstance(one.spec, GroupSpec))

    spec = enable_spec(plan)
    assert (spec.source_container_key, spec.recovery_container_key) == (
        "container:eastasia",
        "container:eastasia:zones",
    )


def test_each_container_is_told_from_the_other() -> None:
    """The portal's target container is adopted for zones, and only for them."""
    fabric = Fabric("/f", FABRIC, "eastasia")
    usual, zonal = (Container(f"/f/{name}", name, "/f") for name in ("Mine", "portal-T-Container"))

    assert choose_container([usual, zonal], fabric, f"{FABRIC}-t-container") == zonal
    assert choose_container([usual, zonal], fabric, f"{FABRIC}-container") == usual
    assert choose_container([usual], fabric, f"{FABRIC}-t-container") == f"{FABRIC}-t-container"


@pytest.mark.parametrize(
    ("machine", "tags", "codes"),
    [
        (vm(availability_set_id=None), {}, ["ZoneToZoneNotZonal"]),
        (ZONAL, {"recovery_zone": "1"}, ["ZoneToZoneSameZone"]),
        (ZONAL, {"recovery_zone": "9"}, ["RecoveryZoneNotFound"]),
        (ZONAL, {"recovery_resource_group": "contoso-app"}, ["RecoveryGroupIsSource"]),
        (ZONAL, {"recovery_resource_group": "/subscriptions/o/resourceGroups/g"}, ["ZoneToZoneAcrossSubscriptions"]),
        (
            vm(zones=("1",), availability_set_id=None, managed_disks=(disk("os", None, "Premium_ZRS"),)),
            {},
            ["ZoneRedundantDisk"],
        ),
    ],
)
def test_what_stands_against_it(machine: VirtualMachine, tags: dict[str, str], codes: list[str]) -> None:
    """Each on its own."""
    known = (
        named("resource_group", GROUP, "eastasia"),
        named("resource_group", "/subscriptions/o/resourceGroups/g", "eastasia"),
    )
    decision = decided(machine, changes={"named": known}, **tags)

    assert decision.outcome is not None
    assert [one.code for one in decision.outcome.reasons] == codes


def test_the_own_region_without_a_zone_is_a_mistake() -> None:
    """A zone alone means one of the recovery region."""
    known = facts(ZONAL)
    refused = decide(VM_ID, known, request(recovery_region="eastasia"))
    abroad = decide(VM_ID, known, request(recovery_zone="2"))

    assert refused.outcome is not None
    assert [one.code for one in refused.outcome.reasons] == ["RecoveryRegionUnsuitable"]
    assert abroad.plan is not None
    assert (abroad.plan.recovery_region, abroad.plan.recovery_zone) == ("southeastasia", "2")
