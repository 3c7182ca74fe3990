"""The decision: what is done about a VM, and what is said about it."""

import json
from dataclasses import replace
from typing import Any

import pytest

from asr.choices.profiles import Profile
from asr.choices.request import ProtectionRequest
from asr.codec import decode, encode
from asr.model.decision import Action, Decision, ProtectionPlan
from asr.model.item_change import CompletionPlan, ItemChange
from asr.model.outcome import Outcome, State
from asr.model.vm_facts import HealthError, ItemInterface, ProtectedItem, VirtualMachine, VmFacts
from asr.planning.protection import decide
from tests.unit.planning.contoso import (
    REGIONS,
    SUBSCRIPTION,
    TEST_NETWORK_ID,
    VM_ID,
    account,
    blob,
    disk,
    facts,
    item,
    named,
    request,
    vault,
    vm,
)
from tests.words import fix, sentence, told

DRILLS = Profile("drills", {"test-network-id": TEST_NETWORK_ID})


def present(protected: ProtectedItem, asked: ProtectionRequest | None = None, **changes: Any) -> Decision:
    """The decision about a VM that has a protected item."""
    return decide(VM_ID, facts(item=protected, **changes), asked or request())


def outcome(decision: Decision) -> Outcome:
    """The outcome, which there must be."""
    assert decision.outcome is not None
    return decision.outcome


def plan(decision: Decision) -> ProtectionPlan:
    """The plan, which there must be."""
    assert decision.plan is not None, decision.outcome
    return decision.plan


def codes(decision: Decision) -> list[str]:
    """The codes of the outcome's reasons."""
    return [reason.code for reason in outcome(decision).reasons]


class TestNothingToDo:
    """A VM that is gone, or that nobody asked about."""

    def test_a_vm_that_is_gone_is_left(self) -> None:
        """The event came late, or was its deletion."""
        decision = decide(VM_ID, None, ProtectionRequest())

        assert (decision.action, outcome(decision).state) == (Action.LEAVE, State.GONE)

    @pytest.mark.parametrize("asked", [ProtectionRequest(), request(protect="false")])
    def test_a_vm_that_asks_for_nothing_is_left(self, asked: ProtectionRequest) -> None:
        """Also when it could not be protected anyway."""
        decision = decide(VM_ID, facts(vm(power_state="deallocated")), asked)

        assert (decision.action, codes(decision)) == (Action.LEAVE, [])
        assert outcome(decision).state is State.NOT_REQUESTED

    def test_a_protected_vm_that_asks_no_more_is_left_protected(self) -> None:
        """Removing a tag never ends a protection; the item is told."""
        decision = present(item(), ProtectionRequest())

        assert outcome(decision).state is State.NOT_REQUESTED
        assert outcome(decision).item_id == item().id


class TestRefused:
    """Never silently, never for the first reason only."""

    @pytest.mark.parametrize(
        ("vm_id", "code"),
        [
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.ClassicCompute/virtualMachines/v",
                "ClassicVirtualMachine",
            ),
            (
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/s"
                "/virtualMachines/0",
                "ScaleSetInstanceUnsupported",
            ),
        ],
    )
    def test_what_the_id_alone_tells(self, vm_id: str, code: str) -> None:
        """Such a VM cannot even be read as one."""
        decision = decide(vm_id, None, ProtectionRequest())

        assert (decision.action, codes(decision)) == (Action.REFUSE, [code])

    @pytest.mark.parametrize(
        ("machine", "action"),
        [
            (vm(provisioning_state="Updating"), Action.WAIT),
            (vm(provisioning_state="Creating", power_state="starting"), Action.WAIT),
            (vm(power_state="starting"), Action.WAIT),
            (vm(provisioning_state="Creating", agent_status="Not Ready"), Action.WAIT),
            (vm(provisioning_state="Failed"), Action.REFUSE),
            (vm(agent_status="Not Ready"), Action.REFUSE),
            (vm(provisioning_state="Updating", power_state="deallocated"), Action.REFUSE),
        ],
    )
    def test_what_will_pass_is_waited_for(self, machine: VirtualMachine, action: Action) -> None:
        """A VM that is being created or started is looked at again; the refusal is kept, should it not pass."""
        decision = decide(VM_ID, facts(machine), request())

        assert decision.action is action
        assert outcome(decision).state is State.REFUSED

    def test_a_deallocated_vm(self) -> None:
        """With a sentence and a fix."""
        decision = decide(VM_ID, facts(vm(power_state="deallocated")), request())
        (reason,) = outcome(decision).reasons

        assert (decision.action, outcome(decision).state) == (Action.REFUSE, State.REFUSED)
        assert reason.code == "AzureVmIsNotInDesiredPowerState"
        assert "deallocated" in sentence(reason)
        assert "Start the VM" in fix(reason)
        assert told(outcome(decision)) == sentence(reason)

    def test_tags_eligibility_and_plan_are_all_told(self) -> None:
        """And warnings beside them."""
        asked = request(recovery_zone="x", recovery_vnet="missing", exclude_disks="9", recovery_regoin="westeurope")
        decision = decide(VM_ID, facts(vm(power_state="stopped")), asked)

        assert codes(decision) == [
            "OverrideMalformed",
            "AzureVmIsNotInDesiredPowerState",
            "ExcludedDiskNotFound",
            "TargetNotFound",
            "TagUnknown",
        ]
        assert [warning.code for warning in decision.warnings] == ["TagUnknown"]

    def test_an_unknown_profile_still_lets_the_vm_be_decided_about(self) -> None:
        """There is no plan without a profile, but there are reasons."""
        decision = decide(VM_ID, facts(vm(power_state="stopped")), request(protect="golf"))

        assert codes(decision) == ["ProfileUnknown", "AzureVmIsNotInDesiredPowerState"]
        assert decision.profile is None

    @pytest.mark.parametrize(
        ("known", "asked", "code"),
        [
            (facts(vm(location="polandcentral")), request(), "RecoveryRegionNotFound"),
            (facts(), request(recovery_region="eastasia"), "RecoveryRegionUnsuitable"),
            (facts(), request(vault="missing"), "TargetNotFound"),
            (facts(interfaces=()), request(), "NetworkInterfaceNotFound"),
            (facts(availability_set=None), request(), "AvailabilitySetNotFound"),
            (
                facts(vm(managed_disks=(), unmanaged_disks=(blob("os", None, "a"),)), storage_accounts=(account("a"),)),
                request(Profile("long", {"recovery-point-minutes": "4321"})),
                "RetentionTooLong",
            ),
            (
                facts(named=(named("test_network", TEST_NETWORK_ID, "eastasia"),)),
                request(DRILLS),
                "TargetInWrongRegion",
            ),
        ],
    )
    def test_what_cannot_be_planned(self, known: VmFacts, asked: ProtectionRequest, code: str) -> None:
        """Each on its own."""
        assert codes(decide(VM_ID, known, asked)) == [code]


class TestProtect:
    """The full plan, with the portal's defaults."""

    def test_the_defaults(self) -> None:
        """Each one is a requirement."""
        decision = decide(VM_ID, facts(), request())
        made = plan(decision)
        recovery = f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr"

        assert (decision.action, decision.profile, decision.warnings) == (Action.PROTECT, "default", ())
        assert (made.source_region, made.recovery_region) == ("eastasia", "southeastasia")
        assert "paired region" in made.region_reason
        assert made.vault.id.endswith(
            "/asr-vault-southeastasia/providers/Microsoft.RecoveryServices/vaults/Site-Recovery-Vault"
        )
        assert (made.group.id, made.group.location) == (recovery, "southeastasia")
        assert made.network.recovery_id == f"{recovery}/providers/Microsoft.Network/virtualNetworks/contoso-vnet-asr"
        assert made.availability_set is not None
        assert made.availability_set.id == f"{recovery}/providers/Microsoft.Compute/availabilitySets/web-set-asr"
        assert made.policy.name == "24-hour-retention-policy"
        assert (made.policy.values.recovery_point_minutes, made.policy.values.app_consistent_minutes) == (1440, 60)
        assert (made.policy.values.crash_consistent_minutes, made.policy.values.multi_vm_sync) == (5, True)
        assert [one.target_sku for one in made.disks] == ["Premium_LRS", "StandardSSD_LRS", "Standard_LRS"]
        assert made.cache.location == "eastasia"
        assert (made.target_storage, made.recovery_zone, made.consistency_group) == (None, None, None)

    def test_a_decision_survives_the_durable_boundary(self) -> None:
        """It is written to the history as JSON and read back."""
        decision = decide(VM_ID, facts(), request(consistency_group="app"))

        assert decode(Decision, json.loads(json.dumps(encode(decision)))) == decision

    def test_the_same_facts_give_the_same_plan_whatever_the_casing(self) -> None:
        """Names are hashed from ids in their compared form."""
        upper = vm(id=VM_ID.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/"))

        assert (
            plan(decide(VM_ID, facts(upper), request())).item_name == plan(decide(VM_ID, facts(), request())).item_name
        )

    def test_unmanaged_disks_over_two_accounts_get_one(self) -> None:
        """Premium, as one of the sources is."""
        disks = (blob("os", None, "legacyone"), blob("data", 0, "legacytwo"))
        accounts = (account("legacyone"), account("legacytwo", sku="Premium_LRS"))
        machine = vm(managed_disks=(), unmanaged_disks=disks, availability_set_id=None)
        made = plan(decide(VM_ID, facts(machine, storage_accounts=accounts), request()))

        assert made.target_storage is not None
        assert (made.target_storage.sku, made.target_storage.location) == ("Premium_LRS", "southeastasia")
        assert [one.uri for one in made.disks] == [one.uri for one in disks]
        assert made.availability_set is None

    def test_a_vault_of_another_subscription_is_used(self) -> None:
        """Its id is named, and it was read."""
        shared = "/subscriptions/other/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/shared"
        made = plan(decide(VM_ID, facts(named=(named("vault", shared, "westeurope"),)), request(vault=shared)))

        assert (made.vault.id, made.vault.exists) == (shared, True)

    def test_overrides_are_followed(self) -> None:
        """Tag over profile over rule."""
        asked = request(
            Profile("p", {"recovery-region": "northeurope"}),
            recovery_region="westeurope",
            recovery_zone="3",
            exclude_disks="1",
            consistency_group="app",
            vault="far",
        )
        made = plan(decide(VM_ID, facts(vaults=(vault("far", "northeurope"),)), asked))

        assert (made.recovery_region, made.recovery_zone, made.consistency_group) == ("westeurope", "3", "app")
        assert (made.vault.location, made.availability_set, len(made.disks)) == ("northeurope", None, 2)

    def test_a_set_and_a_zone_exclude_each_other(self) -> None:
        """A zonal VM keeps its zone's number; one in a set gets none."""
        zonal = plan(decide(VM_ID, facts(vm(zones=("2",), availability_set_id=None)), request()))
        in_set = plan(decide(VM_ID, facts(vm(zones=("2",))), request()))

        assert zonal.recovery_zone == "2"
        assert in_set.recovery_zone is None

    def test_warnings_do_not_block(self) -> None:
        """They go with the decision."""
        known = facts(vm(managed_disks=(disk("os", None, "PremiumV2_LRS"),)))
        decision = decide(VM_ID, known, request(recovery_regoin="x"))

        assert decision.action is Action.PROTECT
        assert [warning.code for warning in decision.warnings] == ["TagUnknown", "HighChurnForced"]

    def test_regions_compare_by_name(self) -> None:
        """Some resources answer `East Asia`."""
        assert plan(decide(VM_ID, facts(vm(location="East Asia")), request())).source_region == "eastasia"


class TestPresent:
    """A VM that has a protected item is never refused."""

    @pytest.mark.parametrize(
        ("protected", "action", "state"),
        [
            (item("InitialReplicationInProgress"), Action.LEAVE, State.ENABLING),
            (item("UnprotectedStatesBegin"), Action.LEAVE, State.ENABLING),
            (item("AStateNobodyHasSeen"), Action.LEAVE, State.ENABLING),
            (item("Protected"), Action.LEAVE, State.PROTECTED),
            (item("Protected", name="made-in-the-portal"), Action.LEAVE, State.ALREADY_PROTECTED),
            (item("UnplannedFailoverCommitted"), Action.LEAVE, State.ALREADY_PROTECTED),
            (item("InitialReplicationFailed"), Action.LEAVE, State.FAILED),
        ],
    )
    def test_its_state_is_the_outcome(self, protected: ProtectedItem, action: Action, state: State) -> None:
        """Nothing is written."""
        decision = present(protected)

        assert (decision.action, outcome(decision).state) == (action, state)
        assert outcome(decision).item_id == protected.id

    def test_a_stopped_vm_stays_protected(self) -> None:
        """What stands against enabling does not end a protection."""
        stopped = vm(power_state="deallocated", provisioning_state="Updating")
        decision = decide(VM_ID, facts(stopped, item=item()), request())

        assert (outcome(decision).state, codes(decision)) == (State.PROTECTED, [])

    def test_progress_is_told_with_azures_figures(self) -> None:
        """State and percent as Azure gives them."""
        enabling = item("InitialReplicationInProgress", percent=40, state_description="Initial replication")

        assert told(outcome(present(enabling))) == "Initial replication (InitialReplicationInProgress, 40 %)."
        assert told(outcome(present(item()))) == "Protected; replication health Normal, RPO 95 s."

    def test_a_request_that_cannot_be_followed_is_told_beside_the_state(self) -> None:
        """The VM is protected all the same."""
        decision = present(item(), request(protect="golf", recovery_zone="x"))

        assert outcome(decision).state is State.PROTECTED
        assert codes(decision) == ["ProfileUnknown", "OverrideMalformed"]

    def test_a_failed_item_tells_azures_errors(self) -> None:
        """Verbatim, after our own sentence."""
        error = HealthError("151072", "No connection.", "Error", "Open port 443.")
        decision = present(item("InitialReplicationFailed", health_errors=(error,)))

        assert codes(decision) == ["ReplicationFailed", "151072"]
        assert fix(outcome(decision).reasons[1]) == "Open port 443."

    def test_a_failover_is_none_of_our_business(self) -> None:
        """People are at work."""
        assert codes(present(item("UnplannedFailoverCommitted"))) == ["FailedOver"]


class TestAdopted:
    """An item that differs from the plan: told, never changed."""

    def test_what_others_made_differently(self) -> None:
        """Each difference on its own."""
        elsewhere = f"{SUBSCRIPTION}/resourceGroups/dr"
        foreign = item(
            name="portal",
            recovery_region="westeurope",
            recovery_group_id=elsewhere,
            recovery_availability_set_id=f"{elsewhere}/providers/Microsoft.Compute/availabilitySets/other",
            disk_ids=tuple(one.id.upper() for one in vm().managed_disks[:2]),
        )
        decision = present(foreign)

        assert outcome(decision).state is State.ALREADY_PROTECTED
        assert codes(decision) == ["ProtectedDifferently"] * 3 + ["DiskNotProtected"]
        assert "westeurope" in sentence(outcome(decision).reasons[0])
        assert decision.warnings == outcome(decision).reasons

    def test_an_excluded_disk_is_not_missed(self) -> None:
        """Nor is a vault or network that no one named."""
        foreign = item(
            name="portal", disk_ids=tuple(one.id for one in vm().managed_disks[:2]), recovery_network_id="/x"
        )

        assert codes(present(foreign, request(exclude_disks="1"))) == []

    def test_a_named_vault_and_network_are_compared(self) -> None:
        """Somebody asked for them."""
        network = f"{SUBSCRIPTION}/resourceGroups/dr/providers/Microsoft.Network/virtualNetworks/dr"
        decision = present(
            item(),
            request(vault="other", recovery_vnet=network),
            vaults=(vault("other", "southeastasia"),),
            named=(named("virtual_network", network, "southeastasia"),),
        )

        assert decision.completion is not None
        assert decision.completion.change == ItemChange(recovery_network_id=network)
        assert ["vault" in sentence(one) for one in decision.completion.warnings] == [True]
        assert [one.code for one in decision.warnings] == ["ProtectedDifferently", "DriftIsFixed"]

    def test_what_the_item_does_not_tell_is_not_compared(self) -> None:
        """Unknown is not different."""
        silent = item(recovery_region=None, recovery_group_id=None, recovery_availability_set_id=None)

        assert codes(present(silent)) == []


class TestComplete:
    """What Site Recovery accepts only once the item is Protected."""

    READ = (named("test_network", TEST_NETWORK_ID, "southeastasia"),)

    def test_a_test_network_that_is_not_set_is_completed(self) -> None:
        """On the item and on each of its interfaces."""
        decision = present(item(), request(DRILLS), named=self.READ)

        assert decision.action is Action.COMPLETE
        change = ItemChange(test_network_id=TEST_NETWORK_ID)
        assert decision.completion == CompletionPlan(item().id, VM_ID, change, fields=("testNetworkId",))

    def test_where_the_item_does_not_tell_its_region_existence_is_enough(self) -> None:
        """Azure judges the rest."""
        assert present(item(recovery_region=None), request(DRILLS), named=self.READ).action is Action.COMPLETE

    def test_once_it_is_set_nothing_is_left_to_do(self) -> None:
        """The item is protected; ids compare without case."""
        nic = ItemInterface("n", "nic", None, "web", TEST_NETWORK_ID.lower(), None, "ipconfig1")
        half = item(test_network_id=TEST_NETWORK_ID)
        done = replace(half, interfaces=(nic,))

        assert present(half, request(DRILLS), named=self.READ).action is Action.COMPLETE
        assert outcome(present(done, request(DRILLS), named=self.READ)).state is State.PROTECTED

    @pytest.mark.parametrize(
        ("protected", "asked", "read"),
        [
            (item("InitialReplicationInProgress"), request(DRILLS), READ),
            (item(name="portal"), request(DRILLS), READ),
            (item(), request(), READ),
            (item(), request(DRILLS, recovery_zone="x"), READ),
        ],
    )
    def test_otherwise_nothing_is_written(
        self, protected: ProtectedItem, asked: ProtectionRequest, read: tuple
    ) -> None:
        """Not too early, not on what others made, not unasked."""
        assert present(protected, asked, named=read).action is Action.LEAVE

    @pytest.mark.parametrize(("location", "code"), [(None, "TargetNotFound"), ("eastasia", "TargetInWrongRegion")])
    def test_a_test_network_that_cannot_serve_is_told(self, location: str | None, code: str) -> None:
        """The VM is protected, but its drills have no network: a run that fails to write it is put off."""
        decision = present(item(), request(DRILLS), named=(named("test_network", TEST_NETWORK_ID, location),))

        assert (outcome(decision).state, codes(decision)) == (State.FAILED, [code])


def test_every_region_has_a_plan_or_a_reason() -> None:
    """No source region whatever is left without an answer."""
    for region in REGIONS:
        decision = decide(VM_ID, facts(vm(location=region.name)), request())
        assert (decision.plan is None) != (decision.outcome is None)
