"""Scripts inside of machines: children that tell how they ended."""

from typing import Any

import pytest

from tests.emulator.conftest import Arm

MACHINE = "/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/web-0"
COMMAND = f"{MACHINE}/runCommands/check"


@pytest.fixture
def arm(east_asia: Arm) -> Arm:
    """The world `east-asia`, whose machines run."""
    return east_asia


def command(script: str) -> dict[str, Any]:
    """The body of a run command."""
    return {"location": "eastasia", "properties": {"source": {"script": script}, "asyncExecution": True}}


def view(arm: Arm) -> dict[str, Any]:
    """How the script went."""
    found: dict[str, Any] = arm.get(f"{COMMAND}?$expand=instanceView")["properties"]["instanceView"]
    return found


def test_a_script_ends_as_it_was_told(arm: Arm) -> None:
    """Well by default; as told where its text is met; and its view is shown to who asks for it."""
    arm.put(COMMAND, command("systemctl is-active nginx"))
    ended = view(arm)
    assert (ended["executionState"], ended["exitCode"], ended["output"]) == ("Succeeded", 0, "")
    assert "instanceView" not in arm.get(COMMAND)["properties"]
    answer = {"vm": "WEB-*", "contains": "is-active", "exit_code": 3, "error": "inactive"}
    assert arm.request("POST", "/_emulator/scripts", answer).status_code == 200
    arm.put(COMMAND, command("systemctl is-active nginx "))
    ended = view(arm)
    assert (ended["executionState"], ended["exitCode"], ended["error"]) == ("Failed", 3, "inactive")
    arm.request("POST", "/_emulator/scripts", {"clear": True})
    assert arm.request("GET", "/_emulator/scripts").json() == []
    assert "vm: it is missing" in arm.request("POST", "/_emulator/scripts", {"contains": "x"}).text


def test_a_machine_that_does_not_run_takes_no_script(arm: Arm) -> None:
    """Nor is a command without a script taken."""
    assert arm.request("PUT", COMMAND, {"location": "eastasia", "properties": {}}).status_code == 400
    arm.finish(arm.request("POST", f"{MACHINE}/deallocate"))
    assert arm.request("PUT", COMMAND, command("true")).status_code == 409
