"""What an item's state allows, from which point a VM is started, and what has to be known before."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.failover import (
    FailoverAction,
    FailoverFacts,
    FailoverRequest,
    Homecoming,
    RecoveryPoint,
)
from asr.model.vm_facts import ItemDisk, ProtectedItem
from asr.planning.failover import CONFIRMED, SCENARIOS, decide_failover, has_test_vm, is_about, is_done, loss_seconds
from asr.planning.homes import name_to_set
from asr.planning.recovery_points import choose, sent_id
from asr.planning.reprotection import cache_of, homecoming
from asr.reasons.render import failover_sentence
from tests.unit.planning.contoso import GROUP, ITEM_ID, NETWORK_ID, SUBSCRIPTION, TEST_NETWORK_ID, VM_ID, vm
from tests.unit.planning.contoso import item as protected

NOW = "2026-11-22T10:00:00+00:00"
OTHER_VM = f"{GROUP}-asr/providers/Microsoft.Compute/virtualMachines/web-0"
VAULT = ITEM_ID.partition("/replicationFabrics/")[0]
THERE = f"{VAULT}/replicationFabrics/f2/replicationProtectionContainers/c2"
DISK = ItemDisk(f"{GROUP}/providers/Microsoft.Compute/disks/os", "Premium_LRS", "Standard_LRS", name="os")


def item(*allowed: str, **changes: Any) -> ProtectedItem:
    """The item of the stories: Protected, from East Asia to Southeast Asia."""
    home = replace(
        protected(),
        vm_id=VM_ID,
        allowed=allowed or ("UnplannedFailover", "DisableProtection", "TestFailover"),
        active_location="Primary",
        source_region="eastasia",
        home_region="eastasia",
        recovery_container_id=THERE,
        policy_id=f"{VAULT}/replicationPolicies/day",
        recovery_vm_name="web-0",
        lifecycle_id="life",
        disks=(DISK,),
    )
    return replace(home, **changes)


def point(minute: int, *, app: bool = False, disks: tuple[str, ...] = ("os",)) -> RecoveryPoint:
    return RecoveryPoint(f"{ITEM_ID}/recoveryPoints/p{minute}", f"2026-11-22T09:{minute}:00+00:00", app, disks=disks)


POINTS = (point(58), point(55), point(50, app=True), point(10))


def decided(action: FailoverAction, about: ProtectedItem, request: FailoverRequest | None = None, **facts: Any) -> Any:
    found = FailoverFacts(about, **{"points": POINTS, "test_network_region": "southeastasia", **facts})
    return decide_failover(action, request or FailoverRequest(), found, NOW)


def codes(decision: Any) -> list[str]:
    return [one.code for one in decision.reasons]


@pytest.mark.parametrize(
    ("wanted", "minute", "sent"),
    [
        (None, 58, False),
        ("latest", 58, False),
        ("latestProcessed", 58, True),
        ("latestCrashConsistent", 58, True),
        ("latestAppConsistent", 50, True),
        ("p10", 10, True),
        (f"{ITEM_ID}/recoveryPoints/P55", 55, True),
    ],
)
def test_the_point_that_is_wanted(wanted: str | None, minute: int, sent: bool) -> None:
    """Site Recovery takes an id, or none for the latest; kinds are found in its list."""
    found = choose(POINTS, wanted)

    assert found == next(one for one in POINTS if one.id.endswith(f"p{minute}"))
    assert isinstance(found, RecoveryPoint)
    assert sent_id(found, wanted) == (found.id if sent else None)


def test_a_point_that_is_not_there_is_a_reason() -> None:
    """The newest and the oldest are told, so that the caller can choose."""
    assert choose((), "latest").code == "NoRecoveryPoint"  # type: ignore[union-attr]
    unknown = choose(POINTS, "p11")
    assert unknown.facts["newest"] == POINTS[0].at  # type: ignore[union-attr]
    assert choose((point(58),), "latestAppConsistent").code == "RecoveryPointUnknown"  # type: ignore[union-attr]


def test_every_action_has_its_jobs_and_its_words() -> None:
    """Whatever is carried out is kept as evidence, with its job if it has one, and said."""
    assert set(SCENARIOS) == set(FailoverAction)
    told = [failover_sentence({"action": action.value}) for action in FailoverAction]
    assert len(set(told)) == len(told)


@pytest.mark.parametrize("action", [one for one in FailoverAction if one is not FailoverAction.REMOVE_LEFT])
def test_what_the_state_does_not_allow_is_refused(action: FailoverAction) -> None:
    """Every action is one of Site Recovery's allowed operations, or is refused with what is allowed."""
    decision = decided(
        action, item("DisableProtection", home_region="southeastasia"), FailoverRequest("latest", NETWORK_ID)
    )

    assert decision.plan is None
    assert codes(decision)[0] == "FailoverNotAllowed"


@pytest.mark.parametrize(
    ("action", "operation"),
    [
        (FailoverAction.TEST, "testfailover"),
        (FailoverAction.CLEAN_UP, "TestFailoverCleanup"),
        (FailoverAction.PLANNED, "UnplannedFailover"),
        (FailoverAction.UNPLANNED, "UnplannedFailover"),
        (FailoverAction.CHANGE_POINT, "ChangePit"),
        (FailoverAction.CANCEL, "CancelFailover"),
        (FailoverAction.COMMIT, "Commit"),
        (FailoverAction.REPROTECT, "SwitchProtection"),
        (FailoverAction.FAIL_BACK, "UnplannedFailover"),
    ],
)
def test_what_the_state_allows_becomes_a_plan(action: FailoverAction, operation: str) -> None:
    """The plan names the item; it needs no more than the one operation, whatever its casing."""
    away = action is FailoverAction.FAIL_BACK
    about = item(operation, home_region="southeastasia" if away else "eastasia", test_network_id=TEST_NETWORK_ID)
    decision = decided(action, about)

    assert decision.plan is not None
    assert (decision.plan.action, decision.plan.item_id) == (action, ITEM_ID)


def test_only_a_test_and_its_clean_up_need_no_confirmation() -> None:
    """They leave the VM as it runs."""
    assert set(FailoverAction) - CONFIRMED == {FailoverAction.TEST, FailoverAction.CLEAN_UP}


@pytest.mark.parametrize(
    ("request_", "about", "region", "told"),
    [
        (FailoverRequest(), item(), None, ["TestNetworkMissing"]),
        (FailoverRequest(None, TEST_NETWORK_ID), item(), None, ["TestNetworkNotFound"]),
        (FailoverRequest(None, TEST_NETWORK_ID), item(), "westeurope", ["TestNetworkElsewhere"]),
        (FailoverRequest(None, TEST_NETWORK_ID), item(), "southeastasia", []),
        (FailoverRequest(), item(test_network_id=TEST_NETWORK_ID), "southeastasia", []),
        (
            FailoverRequest(None, NETWORK_ID),
            item(recovery_network_id=NETWORK_ID),
            "southeastasia",
            ["TestInRecoveryNetwork"],
        ),
    ],
)
def test_the_network_of_a_test(
    request_: FailoverRequest, about: ProtectedItem, region: str | None, told: list[str]
) -> None:
    """It is there, in the recovery region; that of a real failover is taken with a warning."""
    decision = decided(FailoverAction.TEST, about, request_, test_network_region=region)

    assert codes(decision) == told
    assert (decision.plan is None) == (told not in ([], ["TestInRecoveryNetwork"]))


def test_what_is_lost_is_said_before() -> None:
    """The age of the point, a source that runs, a test VM that stands, a consistency group, critical health."""
    about = item(test_vm_id=OTHER_VM, consistency_group="shop", health="Critical")
    decision = decided(FailoverAction.UNPLANNED, about, source_is_running=True)

    assert decision.plan is not None
    wanted = {
        "TestVmStands",
        "ConsistencyGroupMember",
        "FailoverWithCriticalHealth",
        "PointNotShared",
        "DataAfterPointIsLost",
        "SourceStillRuns",
    }
    assert set(codes(decision)) == wanted
    lost = next(one for one in decision.reasons if one.code == "DataAfterPointIsLost")
    assert lost.facts["seconds"] == 120


def test_a_point_without_a_disk_is_told() -> None:
    """The VM would come up without it."""
    about = item(disks=(DISK, replace(DISK, name="data")))

    assert "PointLacksDisks" in codes(decided(FailoverAction.UNPLANNED, about))


def test_an_item_at_home_is_not_failed_back() -> None:
    """Its next failover would take it away."""
    assert codes(decided(FailoverAction.FAIL_BACK, item()))[0] == "NothingToFailBack"


def test_a_reprotection_needs_the_vm_and_managed_disks() -> None:
    """Both are known before anything is written."""
    about = item("SwitchProtection", disks=(ItemDisk("https://a/b.vhd"),), recovered_vm_id=OTHER_VM)
    decision = decided(FailoverAction.REPROTECT, about, recovered_vm_exists=False)

    assert set(codes(decision)) == {"ReprotectUnmanagedDisks", "RecoveredVmGone"}


def test_the_vm_at_home_keeps_its_name_over_a_reprotection() -> None:
    """A turned item replicates the other VM, and would fail over into the one at home; it is about both."""
    turned = item(vm_id=OTHER_VM, recovery_group_id=GROUP, source_region="southeastasia", recovery_region="eastasia")

    assert item().home_vm_id == turned.home_vm_id == VM_ID
    assert is_about(turned, VM_ID)
    assert is_about(turned, OTHER_VM.upper())
    assert is_about(item(recovered_vm_id=OTHER_VM), OTHER_VM)
    assert not is_about(item(), OTHER_VM)
    assert name_to_set(turned, VM_ID) is None
    renamed = replace(turned, vm_id=f"{OTHER_VM}-dr", recovery_vm_name="web-0-dr")
    assert is_about(renamed, VM_ID)
    assert name_to_set(renamed, VM_ID) == "web-0"
    assert name_to_set(item(recovery_vm_name="web-0-dr"), VM_ID) is None


@pytest.mark.parametrize(
    ("word", "stands"), [("None", False), ("", False), ("MarkedForDeletion", False), ("Initiating", True)]
)
def test_a_test_vm_by_the_items_words(word: str, stands: bool) -> None:
    """A word that nobody knows counts as a test: it is looked at, not overlooked."""
    assert has_test_vm(item(test_state=word)) is stands
    assert has_test_vm(item(test_state=word, test_vm_id=OTHER_VM))


def test_what_an_action_leaves_is_known() -> None:
    """So a call that is repeated does nothing twice."""

    def done(action: FailoverAction, about: ProtectedItem, **plan: Any) -> bool:
        made = decided(action, item(*ALL, home_region="southeastasia", test_network_id=NETWORK_ID))
        return is_done(replace(made.plan, **plan), about)

    waits, committed = item("Commit", "ChangePit"), item("SwitchProtection")
    assert done(FailoverAction.TEST, item(test_vm_id=OTHER_VM))
    assert not done(FailoverAction.TEST, item())
    assert done(FailoverAction.CLEAN_UP, item())
    assert done(FailoverAction.PLANNED, waits)
    assert done(FailoverAction.UNPLANNED, committed)
    assert not done(FailoverAction.FAIL_BACK, item())
    assert done(FailoverAction.COMMIT, committed)
    assert not done(FailoverAction.COMMIT, waits)
    assert done(FailoverAction.CANCEL, item())
    assert done(FailoverAction.REPROTECT, item(id=ITEM_ID.replace("/c/", "/c2/")))
    assert not done(FailoverAction.REPROTECT, item())
    assert done(FailoverAction.CHANGE_POINT, item(point_id="/P1"), point_id="/p1")
    assert not done(FailoverAction.CHANGE_POINT, item(point_id="/p2"), point_id="/p1")


ALL = (
    "TestFailover",
    "TestFailoverCleanup",
    "UnplannedFailover",
    "ChangePit",
    "CancelFailover",
    "Commit",
    "SwitchProtection",
)


def test_the_age_of_a_point() -> None:
    """Never negative: clocks differ."""
    assert loss_seconds("2026-11-22T09:59:00+00:00", NOW) == 60
    assert loss_seconds("2026-11-22T10:01:00+00:00", NOW) == 0
    assert loss_seconds(None, NOW) is None


def test_the_way_back_is_written_through_an_account_where_the_vm_runs_now() -> None:
    """In its region and subscription; it goes back to the group it came from."""
    away = item("SwitchProtection", recovered_vm_id=OTHER_VM)
    cache = cache_of(away)

    assert (cache.location, cache.group.id) == (
        "southeastasia",
        f"{SUBSCRIPTION}/resourceGroups/asr-cache-southeastasia",
    )
    assert cache == cache_of(away)
    assert homecoming(away, None) == Homecoming(GROUP)
    source = vm(availability_set_id="/set", zones=("2",), placement_group_id="/ppg")
    assert homecoming(away, source) == Homecoming(GROUP, "/set", "2", "/ppg")


@pytest.mark.parametrize(
    ("wanted", "minute", "is_shared"),
    [
        (None, 58, False),
        ("latest", 58, False),
        ("latestProcessed", 54, True),
        ("latestCrashConsistent", 54, True),
        ("latestAppConsistent", 50, False),
        ("p58", 58, False),
        ("p54", 54, True),
    ],
)
@pytest.mark.parametrize("action", [FailoverAction.UNPLANNED, FailoverAction.TEST, FailoverAction.CHANGE_POINT])
def test_a_consistency_group_comes_up_from_the_point_that_it_shares(
    action: FailoverAction, wanted: str | None, minute: int, is_shared: bool
) -> None:
    """The newest of its kind that all have, on either side; where there is none, or the latest is asked for, it is said
    that each has its own. A VM that is in no group has nothing to share."""
    points = (*POINTS[:1], replace(point(54), is_multi_vm=True), *POINTS[2:])
    network = f"{VM_ID.partition('/providers/')[0]}/providers/Microsoft.Network/virtualNetworks/t"
    request = FailoverRequest(wanted, network if action is FailoverAction.TEST else None)
    allowed = ("UnplannedFailover", "TestFailover", "ChangePit")
    for side in ({}, {"active_location": "Recovery"}):
        grouped = decided(action, item(*allowed, consistency_group="g", **side), request, points=points)
        assert grouped.point.at == point(minute).at
        assert ("PointNotShared" in codes(grouped)) == (not is_shared)
    assert "PointNotShared" not in codes(decided(action, item(*allowed), request, points=points))
    stopped = decided(FailoverAction.PLANNED, item(consistency_group="g"), FailoverRequest(None), points=points)
    assert "PointNotShared" not in codes(stopped)
