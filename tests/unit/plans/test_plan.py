"""Hashes, diffs and estimates of plans."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from asr.codec import decode, encode
from asr.data.prices import read_prices
from asr.model.change import Change, ChangeType
from asr.model.decision import Action, Decision
from asr.model.outcome import Outcome, Reason, State
from asr.planning.plan import VmPlan, plan_hash
from asr.planning.plan_cost import billed_gib
from asr.planning.plan_diff import SavedPlan, is_of, kept, moved
from asr.reporting.plan import difference

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm"
OTHER = f"{VM}-2"
NETWORK = Change(
    ChangeType.CREATE, "/r/net", "missing", {"prefixes": ["10.0.0.0/16", "10.1.0.0/16"]}, kind="virtual network"
)
GROUP = Change(ChangeType.REUSE, "/r", "it exists", {"location": "eastasia"}, kind="resource group")
ITEM = Change(
    ChangeType.CREATE, "/v/item", "none", {"disks": [{"id": "/D0", "sku": None}, {"id": "/d1"}]}, kind="protected item"
)
PLAN = VmPlan(VM, Decision(Action.PROTECT, VM), (GROUP, NETWORK), ITEM)


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: replace(plan, resources=(NETWORK, GROUP)),
        lambda plan: replace(plan, vm_id=VM.upper()),
        lambda plan: replace(plan, resources=(replace(GROUP, values={"location": "japaneast"}), NETWORK)),
        lambda plan: replace(plan, resources=(replace(GROUP, change_type=ChangeType.ADOPT), NETWORK)),
        lambda plan: replace(plan, resources=(GROUP, replace(NETWORK, because="another sentence"))),
        lambda plan: replace(
            plan, resources=(GROUP, replace(NETWORK, values={"prefixes": ["10.1.0.0/16", "10.0.0.0/16"]}))
        ),
        lambda plan: replace(plan, item=replace(ITEM, values={"disks": [{"id": "/d1"}, {"sku": None, "id": "/d0"}]})),
    ],
)
def test_a_hash_is_blind_to_what_changes_nothing(change: Callable[[VmPlan], VmPlan]) -> None:
    """Order, casing, words, and what is only reused."""
    assert plan_hash([change(PLAN)]) == PLAN.hash


@pytest.mark.parametrize(
    "change",
    [
        lambda plan: replace(plan, decision=Decision(Action.REFUSE, VM)),
        lambda plan: replace(plan, vm_id=OTHER),
        lambda plan: replace(plan, resources=(NETWORK,), item=None),
        lambda plan: replace(plan, resources=(replace(GROUP, change_type=ChangeType.CREATE), NETWORK)),
        lambda plan: replace(plan, resources=(GROUP, replace(NETWORK, change_type=ChangeType.UPDATE))),
        lambda plan: replace(plan, resources=(GROUP, replace(NETWORK, id="/r/net-2"))),
        lambda plan: replace(plan, resources=(GROUP, replace(NETWORK, values={"prefixes": ["10.0.0.0/16"]}))),
        lambda plan: replace(plan, item=replace(ITEM, values={"disks": [{"id": "/d0", "sku": "x"}, {"id": "/d1"}]})),
    ],
)
def test_a_hash_sees_every_decision_and_every_write(change: Callable[[VmPlan], VmPlan]) -> None:
    """Another decision, another write, another value."""
    assert plan_hash([change(PLAN)]) != PLAN.hash


def test_a_hash_does_not_depend_on_which_machine_pays_for_what_is_shared() -> None:
    """The same writes by other machines of the set are the same plan."""
    first, second = (
        PLAN,
        VmPlan(OTHER, Decision(Action.PROTECT, OTHER), (replace(NETWORK, change_type=ChangeType.REUSE),)),
    )
    swapped = (
        replace(first, resources=(GROUP, replace(NETWORK, change_type=ChangeType.REUSE))),
        replace(second, resources=(NETWORK,)),
    )

    assert plan_hash([first, second]) == plan_hash(swapped)


def test_what_has_moved_is_told_by_decision_and_resource() -> None:
    """A decision that changed, a write that is no longer needed, a value that is another; nothing that stayed."""
    now = replace(
        PLAN,
        decision=Decision(Action.REFUSE, VM, outcome=Outcome(State.REFUSED, (Reason("A"),))),
        problems=(Reason("B"),),
        resources=(replace(GROUP, change_type=ChangeType.ADOPT), replace(NETWORK, change_type=ChangeType.REUSE)),
        item=replace(ITEM, values={"disks": []}),
    )
    found = moved(kept("a", [PLAN]), kept("b", [now]))

    assert [one.kind for one in found] == ["decision", "virtual network", "protected item"]
    assert [one.sentence for one in found] == [
        "The decision about vm was to protect; now it is to refuse.",
        "The virtual network net was to be created; now it is to be reused.",
        "The protected item of vm is to be created with other values: disks.",
    ]
    assert [[one.code for one in each.reasons] for each in found] == [["A", "B"], [], []]
    assert difference(found[0], "asr-").sentence.endswith(
        "to refuse: Azure answered A and no more. Azure answered B and no more."
    )
    assert [one.changed for one in found] == [(), (), ("disks",)]
    assert [(one.planned or {}).get("action") for one in found] == ["protect", "create", "create"]
    assert [(one.now or {}).get("action") for one in found] == ["refuse", "reuse", "create"]
    assert moved(kept("a", [PLAN]), kept("a", [PLAN])) == ()


def test_what_only_one_of_two_plans_writes_has_moved() -> None:
    """A resource that appears or disappears is told with an empty side."""
    without = replace(PLAN, resources=(GROUP,))

    assert [(one.planned is None, one.now is None) for one in moved(kept("a", [PLAN]), kept("b", [without]))] == [
        (False, True)
    ]
    assert [(one.planned is None, one.now is None) for one in moved(kept("a", [without]), kept("b", [PLAN]))] == [
        (True, False)
    ]


def test_which_machine_pays_has_not_moved() -> None:
    """The first machine went away, so the second creates what they share: only the first's own is a difference."""
    second = VmPlan(OTHER, Decision(Action.PROTECT, OTHER), (GROUP, replace(NETWORK, change_type=ChangeType.REUSE)))
    gone = VmPlan(VM, Decision(Action.LEAVE, VM))
    found = moved(kept("a", [PLAN, second]), kept("b", [gone, replace(second, resources=(GROUP, NETWORK))]))

    assert [(one.kind, one.sentence) for one in found] == [
        ("decision", "The decision about vm was to protect; now it is to leave."),
        ("protected item", "The protected item of vm was to be created; now it is not needed."),
    ]


def test_a_kept_plan_survives_the_task_hub() -> None:
    """It crosses as JSON values and knows its machines."""
    plan = decode(SavedPlan, encode(kept("a", [PLAN])))

    assert moved(plan, kept("a", [PLAN])) == ()
    assert is_of(plan, [VM.upper()])
    assert not is_of(plan, [VM, OTHER])


@pytest.mark.parametrize(("size", "billed"), [(1, 4), (4, 4), (64, 64), (65, 128), (4095, 4096), (40000, 32767)])
def test_a_disk_is_charged_as_the_next_size(size: int, billed: int) -> None:
    """As Azure bills provisioned sizes."""
    assert billed_gib(size) == billed


def test_the_price_table_is_dated_and_every_rate_has_its_source() -> None:
    """And has the rates that an estimate looks for."""
    prices = read_prices()

    assert prices.as_of >= "2026"
    assert {rate.basis for rate in prices.rates.values()} == {"reported", "assumption"}
    assert all(rate.source.startswith("https://azure.microsoft.com/pricing/") for rate in prices.rates.values())
    assert {"protectedInstance", "disk.other", "snapshot", "transfer", "cache.Premium", "cacheWrites.Premium"} <= set(
        prices.rates
    )
