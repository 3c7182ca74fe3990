"""A plan of tags as recovery plans of Site Recovery."""

import re
from dataclasses import replace

import pytest

from asr.model.azure_plan import AzurePlan
from asr.model.outcome import Reason
from asr.model.resource_id import key
from asr.model.vm_facts import ProtectedItem
from asr.planning.plan_export import ExportChange, change_of, exported, limits
from asr.planning.waves import PlanMember, waves_of
from tests.unit.planning.contoso import ITEM_ID, VM_ID
from tests.unit.planning.test_failover import VAULT, item

FABRIC = f"{VAULT}/replicationFabrics/f2"


def about(n: int, recovery: str = "southeastasia", vault: str = "v1") -> ProtectedItem:
    id_ = f"{ITEM_ID}-{n}".replace("/vaults/v1/", f"/vaults/{vault}/")
    return replace(item(), id=id_, recovery_region=recovery, recovery_fabric_id=f"{FABRIC}-{recovery}")


def plans(waves: list[int], recovery: list[str] | None = None, name: str = "shop") -> tuple[AzurePlan, ...]:
    members = [PlanMember(f"{VM_ID}-{n:03}", wave) for n, wave in enumerate(waves)]
    regions = recovery or ["southeastasia"] * len(waves)
    items = {key(one.vm_id): about(n, regions[n]) for n, one in enumerate(members)}
    return exported(name, waves_of(members), items)


def test_each_wave_is_a_boot_group() -> None:
    """Waves may have gaps; groups have none."""
    (plan,) = plans([0, 7, 7])
    assert (plan.name, plan.id) == ("shop", f"{VAULT}/replicationRecoveryPlans/shop")
    assert [len(group) for group in plan.groups] == [1, 2]
    assert plan.primary_fabric_id == ITEM_ID.partition("/replicationProtectionContainers/")[0]


def test_a_pair_of_regions_has_a_plan_of_its_own() -> None:
    """Site Recovery binds a plan to one pair; names are told apart, and are such as it takes."""
    found = plans([0, 1, 1], ["southeastasia", "japaneast", "southeastasia"], name="a" * 65)
    assert [[len(group) for group in plan.groups] for plan in found] == [[1, 1], [1]]
    assert len({plan.name for plan in found}) == 2
    assert all(re.fullmatch("[a-zA-Z][a-zA-Z0-9-]{1,63}[a-zA-Z0-9]", plan.name) for plan in found)


@pytest.mark.parametrize(
    ("waves", "codes"),
    [
        (list(range(7)), []),
        (list(range(8)), ["ExportTooManyWaves"]),
        ([0] * 100, []),
        ([0] * 101, ["ExportTooManyVms"]),
    ],
)
def test_limits_are_known_before_the_write(waves: list[int], codes: list[str]) -> None:
    """Site Recovery's own, and no others."""
    (plan,) = plans(waves)
    assert [one.code for one in limits(plan)] == codes


def test_what_stands_is_left_as_it_is() -> None:
    """Order inside a group and casing are none; another fabric is another plan."""
    (plan,) = plans([0, 1, 1])
    turned = replace(plan, groups=tuple(tuple(one.upper() for one in reversed(group)) for group in plan.groups))
    assert change_of(plan, None) is ExportChange.CREATE
    assert change_of(plan, turned) is ExportChange.NONE
    assert change_of(plan, replace(plan, groups=plan.groups[::-1])) is ExportChange.UPDATE
    other = change_of(plan, replace(plan, recovery_fabric_id="/other"))
    assert isinstance(other, Reason)
    assert other.code == "ExportNameTaken"
