"""What a run leaves in the task hub: small records only, however many disks, and nothing in the store."""

import json
from typing import Any

from tests.e2e.stack import VM_API, Stack, stack

CALL_BYTES = 4096
"""What goes into an activity, and what comes out of it, is smaller."""

FIRST_BYTES = 60_000
FURTHER_BYTES = 25_000
"""Whole histories with inputs and outputs: of the first VM of a foundation, and of a further one."""

MOST_DISKS = 64
ROOMY = "Standard_DS5_v2"
"""A size that takes as many."""


def protect(up: Stack, name: str) -> str:
    """Protect the VM; the id of its run."""
    answer = up.api("POST", "protections", {"vmIds": [up.vm(name)], "wait": 120})
    assert answer.status_code == 200, answer.text
    [one] = answer.json()["protections"]
    assert one["outcome"]["state"] == "enabling", one
    run: str = one["id"]
    return run


def history(up: Stack, run: str) -> tuple[int, list[dict[str, Any]]]:
    """How many bytes a run's status has with its whole history, and the history's events."""
    path = f"{up.host}/runtime/webhooks/durabletask/instances/{run}"
    shown = {"showHistory": "true", "showHistoryOutput": "true", "showInput": "true", "code": up.key}
    answer = up.http.get(path, params=shown)
    assert answer.status_code in (200, 202), answer.text
    return len(answer.content), answer.json()["historyEvents"]


def largest_calls(events: list[dict[str, Any]]) -> dict[str, int]:
    """The most bytes that went into, or came out of, each activity."""
    most: dict[str, int] = {}
    for event in events:
        if event["EventType"] == "TaskCompleted":
            bytes_ = max(len(json.dumps(event.get(part))) for part in ("Input", "Result"))
            most[event["FunctionName"]] = max(most.get(event["FunctionName"], 0), bytes_)
    return most


def with_disks(up: Stack, name: str, count: int) -> None:
    """Attach as many data disks as make `count` with the OS disk."""
    disks = [
        {"lun": lun, "name": f"{name}-data-{lun}", "createOption": "Empty", "diskSizeGB": 32}
        for lun in range(count - 1)
    ]
    for changed in ({"hardwareProfile": {"vmSize": ROOMY}}, {"storageProfile": {"dataDisks": disks}}):
        answer = up.call("PATCH", up.vm(name), VM_API, {"properties": changed})
        assert answer.status_code in (200, 202), answer.text
        up.until(lambda: up.get(up.vm(name), VM_API)["properties"]["provisioningState"] == "Succeeded")


def test_histories_are_lean_and_the_store_is_left_as_it_was(tmp_path: Any) -> None:
    """The first VM builds a foundation, the second finds it, and the third brings 64 disks; operations take seconds."""
    with stack("east-asia", "fast", ASR_STORE=str(tmp_path)) as up:
        with_disks(up, "db-0", MOST_DISKS)
        runs = [protect(up, name) for name in ("web-0", "web-1", "db-0")]
        (first, _), (further, _), (large, _) = sizes = [history(up, run) for run in runs]
        calls = [largest_calls(events) for _, events in sizes]
        items = up.site_recovery("replicationProtectedItems")

    most_disks = max(len(item["properties"]["providerSpecificDetails"]["protectedManagedDisks"]) for item in items)
    assert most_disks == MOST_DISKS
    assert first < FIRST_BYTES, calls[0]
    assert further < FURTHER_BYTES, calls[1]
    assert large < FURTHER_BYTES, calls[2]
    assert {name: most for call in calls for name, most in call.items() if most > CALL_BYTES} == {}
    assert list(tmp_path.rglob("plan-*.json")) == []
