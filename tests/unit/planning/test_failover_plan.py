"""What a failover would do, told before: its hash, and what all VMs together need."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.failover import FailoverAction, FailoverRequest
from asr.model.preflight_facts import Size, Usage
from asr.planning.failover_plan import VmForecast, quotas_needed, saved_forecast
from asr.planning.plan_diff import moved
from asr.reasons import reason
from tests.unit.planning.contoso import VM_ID
from tests.unit.planning.test_failover import POINTS, codes, decided, item, point

UNPLANNED = FailoverAction.UNPLANNED
SIZE = Size("Standard_D2s_v5", "standardDSv5Family", 2)
USAGES = (Usage("cores", 96, 100), Usage("standardDSv5Family", 10, 20), Usage("other", 0, 0))


def vm(name: str = "web-0", request: FailoverRequest | None = None, **changes: Any) -> VmForecast:
    about = item(**changes.pop("about", {}))
    points = changes.pop("points", POINTS)
    decision = decided(UNPLANNED, about, request, points=points)
    return replace(VmForecast(f"{VM_ID}-{name}", about, decision, size=SIZE, usages=USAGES), **changes)


def hash_of(*vms: VmForecast, request: FailoverRequest | None = None) -> str:
    return saved_forecast(UNPLANNED, request or FailoverRequest(), vms).hash


def test_the_hash_does_not_move_with_the_newest_point() -> None:
    """Points are made every five minutes; the plan to take the newest is the same plan."""
    assert hash_of(vm()) == hash_of(vm(points=(point(59), *POINTS)))


@pytest.mark.parametrize(
    "other",
    [
        {"about": {"recovery_vm_size": "Standard_D8s_v5"}},
        {"about": {"recovery_vm_name": "web-9"}},
        {"about": {"allowed": ("Commit",)}},
        {"wave": 3},
        {"against": (reason("NotReplicated", vm="x"),)},
        {"name": "web-1"},
    ],
)
def test_the_hash_moves_with_everything_else(other: dict[str, Any]) -> None:
    """Another VM, decision, target or wave is another plan; what has moved is told."""
    then = saved_forecast(UNPLANNED, FailoverRequest(), [vm()])
    now = saved_forecast(UNPLANNED, FailoverRequest(), [vm(**other)])

    assert then.hash != now.hash
    assert list(moved(then, now))


def test_a_point_that_is_named_is_part_of_the_plan() -> None:
    """Another id is another plan."""
    asked = [FailoverRequest(name) for name in ("p10", "p55")]
    assert len({hash_of(vm(request=one), request=one) for one in asked}) == 2


def test_quotas_are_for_all_vms_together() -> None:
    """Each alone has room, three have not; one that is not begun needs none."""
    refused = vm("web-9", about={"allowed": ("Commit",)})
    told = quotas_needed([vm(f"web-{n}") for n in range(3)] + [refused])

    assert [(one.name, one.needed, one.free) for one in told] == [("cores", 6, 4), ("standardDSv5Family", 6, 10)]


@pytest.mark.parametrize(("used", "expected"), [(98, []), (99, ["FailoverQuota"])])
def test_a_quota_without_room_is_told_by_plan_and_run(used: int, expected: list[str]) -> None:
    """A warning: Azure's figures lag behind, and in an emergency a person decides."""
    usages = (Usage("Cores", used, 100),)
    found = [one for one in codes(decided(UNPLANNED, item(), size=SIZE, usages=usages)) if one == "FailoverQuota"]
    assert found == expected
    assert decided(UNPLANNED, item(), size=SIZE, usages=usages).plan is not None


def test_the_point_is_told_also_of_what_is_refused() -> None:
    """Somebody who has to decide wants to know how old the newest point is."""
    facts = decided(UNPLANNED, item("Commit"))
    assert (facts.plan, facts.point) == (None, POINTS[0])
