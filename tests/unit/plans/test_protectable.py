"""Which VMs can be protected: the state of each, and why not."""

import pytest

from asr.model.vm_facts import VmFacts
from asr.planning.fleet_state import Standing, machine_of, standing
from asr.planning.protection import decide
from asr.reporting.protectable import Candidate, listing
from tests.unit.planning.contoso import VM_ID, facts, item, request, vm


@pytest.mark.parametrize(
    ("state", "name", "expected", "codes"),
    [
        ("Protected", None, "protected", []),
        ("InitialReplicationInProgress", None, "protected", []),
        ("Protected", "by-hand", "already_protected", []),
        ("EnablingFailed", None, "not_protectable", ["ReplicationFailed"]),
        ("EnablingFailed", "by-hand", "not_protectable", ["ReplicationFailed"]),
    ],
)
def test_an_item_decides_the_state(state: str, name: str | None, expected: str, codes: list[str]) -> None:
    """Whose it is, and whether it protects at all."""
    found = item(state, **({"name": name} if name else {}))
    condition = standing(Standing(VM_ID, machine_of(vm()), found, asks=True, asked_before=True))
    (row,) = listing([Candidate(VM_ID, "eastasia", "true", found, condition)], 1, None, "asr-").machines

    assert (row.state, [one.code for one in row.reasons]) == (expected, codes)
    assert row.item_state == state


@pytest.mark.parametrize(
    ("known", "expected", "codes"),
    [
        (facts(), "protectable", []),
        (facts(vm(failed_extensions=("x",))), "protectable", ["ExtensionFailed"]),
        (facts(vm(power_state="deallocated")), "not_protectable", ["AzureVmIsNotInDesiredPowerState"]),
        (facts(item=item()), "protected", []),
        (facts(item=item(name="by-hand")), "already_protected", []),
        (facts(vm(provisioning_state="Creating")), "not_protectable", ["AzureVmIsNotInDesiredProvisioningState"]),
    ],
)
def test_else_the_decision_does(known: VmFacts, expected: str, codes: list[str]) -> None:
    """With all reasons, warnings too; the summary counts states and codes."""
    answer = listing([Candidate(VM_ID, "eastasia", None, decision=decide(VM_ID, known, request()))], 7, "next", "asr-")
    (row,) = answer.machines

    assert (row.state, [one.code for one in row.reasons]) == (expected, codes)
    assert (answer.summary.states, answer.summary.reasons) == ({expected: 1}, dict.fromkeys(codes, 1))
    assert (answer.total, answer.continuation) == (7, "next")
