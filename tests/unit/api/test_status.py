"""One VM's status: Azure's words under the names that the API has, and figures only while they mean something."""

from asr.model.fleet import FleetRow
from asr.model.vm_facts import HealthError
from asr.planning.fleet_state import machine_of
from asr.planning.protection import decide
from asr.reporting.status import vm_status
from tests.unit.planning.contoso import VM_ID, facts, item, request


def test_health_errors_are_azures_words_in_one_casing() -> None:
    """In the item and, where they stand against the VM, among the reasons alike."""
    error = HealthError("153006", "No app-consistent point.", "Warning", "Look at VSS.")
    known = facts(item=item("InitialReplicationFailed", health_errors=(error,)))
    decision = decide(VM_ID, known, request())
    row = FleetRow(VM_ID, "eastasia", machine_of(known.vm), known.item, tagged=True, asked_before=True)
    status = vm_status(VM_ID, decision, row, known.item, None, None, "asr-").model_dump(by_alias=True)

    words = {"code": "153006", "message": "No app-consistent point.", "level": "Warning"}
    assert status["protectedItem"]["healthErrors"] == [
        {**words, "possibleCauses": "", "recommendedAction": "Look at VSS."}
    ]
    told = status["reasons"]
    assert [one["code"] for one in told] == ["ReplicationFailed", "153006"]
    assert [(one["code"], one["severity"], one["fix"]) for one in told][1] == ("153006", "warning", "Look at VSS.")
    assert told[1]["azure"] == {**words, "recommendedAction": "Look at VSS."}
    assert set(told[0]) == {"code", "severity", "sentence", "fix"}
