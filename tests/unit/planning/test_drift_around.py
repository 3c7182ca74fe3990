"""Differences that are not the item's own, or that nobody can choose away; and what is written because of them."""

from dataclasses import replace

import pytest

from asr.choices.request import ProtectionRequest
from asr.model.drift import Drift, DriftDecision
from asr.model.fleet import FleetRow
from asr.model.item_around import ItemAround
from asr.model.item_change import PolicyChange, UpdatesChange
from asr.model.request import SeenVm
from asr.model.vault_facts import AgentUpdates, PolicyValues
from asr.model.vm_facts import HealthError, ItemAgent, ItemDisk, NamedTarget, ProtectedItem
from asr.planning.completion import completion
from asr.planning.completion_steps import steps_of
from asr.planning.drift import drift_reason, drifts
from asr.planning.drift_table import shared_choices
from asr.planning.fleet_rows import row_of
from asr.planning.fleet_state import machine_of
from asr.planning.led import leading
from asr.planning.naming import item_name
from asr.planning.readings import ItemReading, VmReading, with_shared_choices
from tests.unit.planning.contoso import GROUP, ITEM_ID, SUBSCRIPTION, VM_ID, disk, facts, item, request, vm
from tests.words import sentence

FIX, PROPOSE, REPORT = DriftDecision.FIX, DriftDecision.PROPOSE, DriftDecision.REPORT
NOON = "2026-11-22T12:00:00+00:00"
DISKS = tuple(ItemDisk(one.id.lower()) for one in vm().managed_disks)
DAY = PolicyValues(1440, 5, 60, multi_vm_sync=True)
ACCOUNT = f"{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Automation/automationAccounts/account"
UPDATES = AgentUpdates("/mapping", "/c", "/p", None)
OTHER_VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/web-1"
WARNING = HealthError("153039", "disks", "Warning", "protect them", category="Configuration", id="6:153039")


def differing(asked: ProtectionRequest, about: ProtectedItem, around: ItemAround, **changes: object) -> list[Drift]:
    """What differs of the VM of the stories, with these disks replicated."""
    return list(drifts(machine_of(vm(**changes)), asked, replace(about, disks=DISKS), around))


@pytest.mark.parametrize(
    ("agent", "errors", "told"),
    [
        (ItemAgent("9.55"), (), []),
        (ItemAgent("9.55", "2026-12-21T12:00:00+00:00"), (), ["9.55, which expires on 2026-12-21"]),
        (ItemAgent("9.55", "2026-12-23T12:00:00+00:00"), (), []),
        (ItemAgent("9.55", "2020-01-01T00:00:00+00:00", is_outdated=True), (), ["9.55, older", "2020-01-01"]),
        (ItemAgent("9.55", certificate_expires_at="2026-12-01T00:00:00+00:00"), (), ["certificate", "2026-12-01"]),
        (ItemAgent("9.55", is_certificate_outdated=True), (), ["a day that is not told"]),
        (ItemAgent("9.55"), (HealthError("78", "m", "Warning", "r", category="VersionExpiry"),), ["in error 78"]),
        (ItemAgent("9.55"), (HealthError("79", "m", "Warning", "r", category="AgentAutoUpdateInfra"),), ["79"]),
        (None, (HealthError("79", "m", "Warning", "r", category="Replication"),), []),
    ],
)
def test_an_agent_that_ages_is_reported(
    agent: ItemAgent | None, errors: tuple[HealthError, ...], told: list[str]
) -> None:
    """A month before, by whichever way Site Recovery tells it; nothing is written."""
    about = item(agent=agent, health_errors=errors)
    found = differing(request(), about, ItemAround(at=NOON))

    assert [(one.field, one.decision, one.in_place) for one in found] == ([("agent", REPORT, False)] if told else [])
    for one in found:
        assert all(part in sentence(drift_reason(one)) for part in told)


def test_dates_count_only_where_the_time_is_known() -> None:
    """A decision that reads no clock leaves dates to the rows of the fleet."""
    assert differing(request(), item(agent=ItemAgent("9.55", "2026-11-23T00:00:00+00:00")), ItemAround()) == []


def test_a_kernel_ahead_of_the_agent_is_reported() -> None:
    """Only Site Recovery knows: Resource Manager tells no kernel."""
    error = HealthError("151141", "kernel", "Error", "wait")
    (drift,) = differing(request(), item(health_errors=(error,), agent=ItemAgent("9.67")), ItemAround())

    assert (drift.field, drift.decision) == ("kernel", REPORT)
    assert "newer than agent 9.67" in sentence(drift_reason(drift))


@pytest.mark.parametrize(
    ("before", "security", "present", "generation", "fields"),
    [
        ("Standard", None, "V2", "V2", []),
        (None, "TrustedLaunch", "V2", "V2", []),
        ("Standard", "TrustedLaunch", "V2", "V2", ["securityType"]),
        ("TrustedLaunch", None, "V2", "V2", ["securityType"]),
        ("Standard", None, "V2", "V1", ["generation"]),
        ("Standard", None, None, "V1", []),
    ],
)
def test_a_converted_vm_takes_a_new_beginning(
    before: str | None, security: str | None, present: str | None, generation: str, fields: list[str]
) -> None:
    """What comes up is of the former kind; of what was never known nothing is said."""
    machine = machine_of(vm(security_type=security, generation=present))
    found = drifts(
        machine, request(), item(disks=DISKS, generation=generation), seen=SeenVm(None, security_type=before)
    )

    assert [(one.field, one.decision, one.in_place) for one in found] == [(one, PROPOSE, False) for one in fields]


def test_a_size_that_the_target_lacks_is_reported_and_not_written() -> None:
    """Also when a person asks; other fields are put right."""
    about = item(recovery_vm_size="Standard_D2s_v5", recovery_vm_name="by-hand")
    known = facts(vm(size="Standard_M128s"), item=about, around=ItemAround(sizes=frozenset({"standard_d2s_v5"})))
    (name, size) = (one for one in differing(request(), about, known.around, size="Standard_M128s"))
    there = replace(known, around=ItemAround(sizes=frozenset({"standard_m128s"})))

    assert [(one.field, one.decision) for one in (name, size)] == [("recoveryName", FIX), ("recoverySize", REPORT)]
    assert "does not offer" in sentence(drift_reason(size))
    for forced in (False, True):
        plan = completion(known, request(), about, forced=forced).plan
        assert plan is not None
        assert (plan.change.vm_name, plan.change.vm_size) == ("web-0", None)
        offered = completion(there, request(), about, forced=forced).plan
        assert offered is not None
        assert offered.change.vm_size == "Standard_M128s"


@pytest.mark.parametrize(
    ("tags", "dismissed"),
    [
        ({"new_disks": "ignore"}, True),
        ({"exclude_disks": "3"}, True),
        ({"exclude_disks": "4"}, False),
        ({"new_disks": "propose"}, False),
    ],
)
def test_the_warning_of_disks_that_nobody_wants_is_dismissed(tags: dict[str, str], *, dismissed: bool) -> None:
    """By its own id, once; a warning of any other disk is left."""
    grown = vm(managed_disks=(*vm().managed_disks, disk("new", 3)))
    about = item(disks=DISKS, health_errors=(WARNING,), unreplicated_luns=(3,))
    known = facts(grown, item=about, completed=True)
    found = drifts(machine_of(grown), request(**tags), about)
    plan = completion(known, request(**tags), about, forced=True).plan

    assert [one.field for one in found] == (["diskWarning"] if dismissed else ["dataDisks"])
    assert plan is not None
    assert plan.dismissed == (("6:153039",) if dismissed else ())


@pytest.mark.parametrize(("alone", "decision"), [(True, FIX), (False, PROPOSE)])
def test_what_is_shared_is_changed_only_for_our_own_that_ask_for_the_same(
    decision: DriftDecision, *, alone: bool
) -> None:
    """A policy and the updates of agents serve many VMs; asking does not make others' ours."""
    asked = request(recovery_point_minutes="4320", automation_account=ACCOUNT)
    about = item(policy_id="/policy")
    around = ItemAround(DAY, updates=UPDATES, alone=alone)
    found = differing(asked, about, around)
    there = NamedTarget("automation_account", ACCOUNT, "eastasia", identity="SystemAssigned")
    known = facts(item=about, around=around, completed=True, named=(there,))
    plan = completion(known, asked, about, forced=True).plan

    assert {one.field: one.decision for one in found} == {
        "recoveryPointMinutes": decision,
        "automationAccount": decision,
    }
    if not alone:
        assert plan is None
        assert all("which others protect" in sentence(drift_reason(one)) for one in found)
        return
    assert plan is not None
    assert plan.policy == PolicyChange("/policy", replace(DAY, recovery_point_minutes=4320))
    assert plan.updates == UpdatesChange("/mapping", ACCOUNT)
    assert [(step, change.id) for step, change in steps_of(plan)] == [("policy", "/policy"), ("updates", "/mapping")]


def row(vm_id: str, asked: ProtectionRequest) -> FleetRow:
    """A row of the last snapshot."""
    return FleetRow(vm_id, "eastasia", None, shared=shared_choices(asked))


def test_who_shares_a_policy() -> None:
    """All VMs of the policy are ours, were known before, and ask for the same as this one does now."""
    week, day = request(recovery_point_minutes="10080"), request()
    ours = item(policy_id="/p")
    other = replace(ours, id=f"{ITEM_ID}2", name=item_name(OTHER_VM), vm_id=OTHER_VM)
    portal = replace(other, name="portal")

    def alone(asked: ProtectionRequest, items: list[ProtectedItem], *rows: FleetRow, vault_ours: bool = True) -> bool:
        known = {one.vm_id.strip("/").lower(): one for one in rows}
        (first, *_) = with_shared_choices(
            [ItemReading(one, NOON, ItemAround(alone=vault_ours)) for one in items], known
        )
        return row_of(VmReading(VM_ID, machine_of(vm()), first, tagged=True, request=asked)).alone

    assert alone(week, [ours], row(VM_ID, week))
    assert not alone(week, [ours], row(VM_ID, week), vault_ours=False)
    assert not alone(week, [ours], row(VM_ID, day))
    assert not alone(week, [ours])
    assert alone(week, [ours, other], row(VM_ID, week), row(OTHER_VM, week))
    assert not alone(week, [ours, other], row(VM_ID, week), row(OTHER_VM, day))
    assert not alone(week, [ours, other], row(VM_ID, week))
    assert not alone(week, [ours, portal], row(VM_ID, week), row(OTHER_VM, week))
    assert alone(week, [ours, replace(portal, policy_id="/q")], row(VM_ID, week), row(OTHER_VM, day))


def test_what_many_share_is_put_right_by_one() -> None:
    """The first that is found; its run may be asked for again, and what is its own is every VM's matter."""
    shared = Drift("recoveryPointMinutes", "4320", "1440", FIX)
    mapping = Drift("networkMapping", "/a to /b", "none", FIX)
    own, proposed = Drift("recoveryName", "a", "b", FIX), Drift("appConsistentMinutes", "0", "60", PROPOSE)
    first = replace(row(VM_ID, request()), item=item(policy_id="/p"), drifts=(shared, mapping, own, proposed))
    second = replace(first, vm_id=OTHER_VM)
    elsewhere = replace(second, item=item(policy_id="/q"))
    leaders: dict[str, str] = {}

    assert leading(first, leaders).drifts == (shared, mapping, own, proposed)
    assert leading(second, leaders).drifts == (own, proposed)
    assert leading(elsewhere, leaders).drifts == (shared, own, proposed)
    assert leading(first, leaders).drifts == (shared, mapping, own, proposed)


def test_recovery_points_are_not_deleted_because_of_a_tag() -> None:
    """A shorter retention is only proposed; who asks by name gets it, and a longer one is put right by itself."""
    asked, longer = request(recovery_point_minutes="120"), request(recovery_point_minutes="4320")
    about, around = item(policy_id="/policy", disks=DISKS), ItemAround(DAY, alone=True)
    known = facts(item=about, around=around, completed=True)
    (drift,) = differing(asked, about, around)

    assert (drift.decision, drift.in_place) == (PROPOSE, True)
    assert "would delete the recovery points" in sentence(drift_reason(drift))
    assert completion(known, asked, about).plan is None
    forced = completion(known, asked, about, forced=True).plan
    assert forced is not None
    assert forced.policy == PolicyChange("/policy", replace(DAY, recovery_point_minutes=120))
    assert [one.decision for one in differing(longer, about, around)] == [FIX]
