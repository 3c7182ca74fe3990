"""How a plan's waves end, which VMs a plan is of, and when a run that nobody heard of is over."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.run import ActiveRun, Cause, RequestedBy, RunEntry, RunRequest, VmState
from asr.model.vm_facts import ProtectedItem
from asr.planning.lifecycle import run_id
from asr.planning.plan_members import planned_vms, torn_groups
from asr.planning.wave_outcomes import begun, ended_unseen, is_well, plan_result, wave_result
from asr.planning.waves import PlanTags
from tests.unit.planning.contoso import GROUP, ITEM_ID, VM_ID
from tests.unit.planning.test_failover import OTHER_VM, item

ERROR = {"code": "ProbeFailed", "facts": {"probe": "tcp 1", "attempts": 3, "problem": "closed"}}
WARNING = {"code": "FailoverWithCriticalHealth", "facts": {}}
KEY = "web-0-123"
RUN = run_id(KEY, "plan-1")
BY = RequestedBy("ops", verified=False)
AT = "2026-11-22T10:00:00+00:00"


@pytest.mark.parametrize(
    ("outcome", "well"),
    [
        ({"state": "failed_over", "reasons": []}, True),
        ({"state": "failed_over", "reasons": [WARNING]}, True),
        ({"state": "failed_over", "reasons": [ERROR]}, False),
        ({"state": "protected"}, True),
        ({"state": "enabling", "reasons": []}, True),
        ({"state": "refused", "reasons": [ERROR]}, False),
        ({"state": "failed", "reasons": []}, False),
        ({"state": "superseded"}, False),
        (None, False),
        ("terminated by ops", False),
    ],
)
def test_what_is_a_failure_of_a_vm(outcome: Any, well: bool) -> None:
    """A run that was refused, that failed, or whose probes never passed; never a mere warning."""
    assert is_well(outcome) is well


def entry(state: str | None) -> RunEntry:
    return RunEntry(RUN, "unplanned_failover", Cause.HTTP, BY, AT, AT, state=state)


def waiting() -> RunRequest:
    return RunRequest("unplanned_failover", "plan-1", VM_ID, BY, Cause.HTTP, AT, {})


@pytest.mark.parametrize(
    ("known", "over"),
    [
        ({}, None),
        ({"queue": (waiting(),), "answered": (RUN,)}, None),
        ({"active": ActiveRun(RUN, AT), "answered": (RUN,), "runs": (entry(None),)}, None),
        ({"answered": (RUN,), "runs": (entry("failed_over"),)}, True),
        ({"answered": (RUN,), "runs": (entry("refused"),)}, False),
        ({"turned_away": (RUN,)}, False),
    ],
)
def test_a_run_without_an_instance(known: dict[str, Any], over: bool | None) -> None:
    """It waits, was purged, or there was no place for it: a plan neither waits for ever nor goes on too soon."""
    assert ended_unseen(VmState(VM_ID, **known), RUN, KEY) is over


def wave(number: int, failed: list[str], *, halts: bool) -> dict[str, Any]:
    return wave_result({**begun(0), "number": number, "vms": 9, "failed": failed, "halts": halts})


def codes(result: dict[str, Any]) -> list[str]:
    return [one["code"] for one in result["reasons"]]


def test_a_plan_says_which_wave_stopped_it() -> None:
    """Some failures are named, all are counted; one that stops nothing is told, too."""
    names = [f"vm-{n}" for n in range(9)]
    stopped = plan_result("stopped", (), [wave(3, names, halts=True)], waves_left=2)
    assert codes(stopped) == ["WaveFailed"]
    assert stopped["waves"][0]["failed"] == 9
    assert len(stopped["waves"][0]["failedVms"]) == 5

    assert codes(plan_result("done", (), [wave(0, ["a"], halts=False), wave(1, [], halts=False)])) == [
        "WaveWithFailures"
    ]
    assert codes(plan_result("done", (), [wave(1, ["a"], halts=True)])) == ["WaveWithFailures"]


SHOP = PlanTags("shop", 2)


def test_a_vm_is_in_a_plan_once_wherever_it_runs() -> None:
    """Site Recovery copies tags to what a failover, a test or a fail-back made; none of these is a VM of its own."""
    about = item(test_vm_id=f"{OTHER_VM}-test", recovered_vm_id=OTHER_VM)
    said = {OTHER_VM.upper(): PlanTags("shop", 9), f"{OTHER_VM}-test": SHOP, VM_ID: SHOP, f"{VM_ID}-new": SHOP}
    found = planned_vms(said, [about])

    assert sorted((vm.vm_id, vm.said.wave, vm.item is not None) for vm in found) == [
        (VM_ID, 2, True),
        (f"{VM_ID}-new", 2, False),
    ]
    assert planned_vms({**said, VM_ID: PlanTags()}, [about])[0].vm_id == f"{VM_ID}-new"


def test_a_vm_that_is_called_otherwise_on_the_other_side_is_in_its_plan() -> None:
    """Its turned item tells the other name; the item's own name tells whose it is."""
    away = f"{OTHER_VM}-dr"
    there = {"source_region": "southeastasia", "recovery_region": "eastasia", "recovery_group_id": GROUP}
    turned = item(vm_id=away, recovery_vm_name="web-0-dr", **there)
    (vm,) = planned_vms({away: PlanTags("shop", 9), VM_ID: SHOP}, [turned])
    assert (vm.vm_id, vm.said, vm.item) == (VM_ID, SHOP, turned)
    assert planned_vms({away: PlanTags("shop", 9), VM_ID: PlanTags()}, [turned]) == ()


def test_a_vm_whose_region_is_lost_is_known_by_its_copy() -> None:
    """Nothing is known of the VM at home, so the tags of what the failover made count, under the id at home."""
    (vm,) = planned_vms({OTHER_VM: SHOP}, [item(recovered_vm_id=OTHER_VM)])
    assert (vm.vm_id, vm.said) == (VM_ID, SHOP)


def grouped(name: str, group: str | None = "tier") -> ProtectedItem:
    return replace(item(), id=f"{ITEM_ID}-{name}", vm_id=f"{VM_ID}-{name}", consistency_group=group)


def test_a_consistency_group_fails_over_whole() -> None:
    """One member is refused, and told which others belong to it; all together, and a group of another vault, pass."""
    one, two, alone = grouped("one"), grouped("two"), grouped("alone", None)
    elsewhere = replace(two, id=two.id.replace("/vaults/v1/", "/vaults/v2/"))

    ((found, why),) = torn_groups([one, alone], [one, two, alone, elsewhere])
    assert (found, why.code, why.facts["missing"]) == (one, "ConsistencyGroupNotWhole", [two.vm_id])
    assert list(torn_groups([one, two, alone], [one, two, alone, elsewhere])) == []


def test_what_is_missing_of_a_group_is_called_as_it_is_found() -> None:
    """A VM that runs on the other side under another name is not called by that name at home, where nobody has it."""
    there = {"source_region": "southeastasia", "recovery_region": "eastasia", "recovery_group_id": GROUP}
    turned = item(
        id=f"{ITEM_ID}-2", vm_id=f"{OTHER_VM}-dr", recovery_vm_name="web-0-dr", consistency_group="g", **there
    )
    named = replace(item(**there), consistency_group="g")
    ((_, why),) = torn_groups([named], [named, turned])
    assert why.facts["missing"] == [f"{OTHER_VM}-dr"]
