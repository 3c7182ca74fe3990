"""What the app sends through its task hub fits both back ends: Azure Storage and the Durable Task Scheduler."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bench.fleet import RECOVERY, SUBSCRIPTION, machine_id, world
from tests.e2e.stack import Stack, stack

HUB = "/runtime/webhooks/durabletask"
MACHINES = 100
"""As many as one request may name."""

LARGEST_OF_A_SCHEDULER = 1024 * 1024
"""Bytes of one message of a Durable Task Scheduler, without its feature for larger ones.

Source: https://github.com/Azure-Samples/Durable-Task-Scheduler, samples/durable-task-sdks/dotnet/LargePayload
"""

LARGEST_IN_A_QUEUE = 45 * 1024
"""Bytes of a message that Azure Storage puts into its queue; a larger one takes a blob, and another request each time.

Source: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-azure-storage-provider
"""

LARGEST_STATUS = 16 * 1024
"""Bytes of a custom status, in UTF-16. Source: durable-functions-custom-orchestration-status on the same site."""

LONGEST_ID = 100
"""Characters of an instance's id. Source: durable-functions-instance-management on the same site."""

NAMES = re.compile(r"[^/\\#?\x00-\x1f\x7f-\x9f]+")
"""What a key in Azure's tables may consist of."""


def read(up: Stack, path: str, **query: str) -> Any:
    """An answer of the host's management API."""
    answer = up.http.get(f"{up.host}{HUB}/{path}", params=query, headers={"x-functions-key": up.key})
    assert answer.status_code in {200, 202}, answer.text
    return answer.json()


def size(value: Any, encoding: str = "utf-8") -> int:
    """Bytes of a value as it is sent."""
    return 0 if value is None else len(json.dumps(value, ensure_ascii=False).encode(encoding))


def messages(up: Stack) -> Iterator[tuple[str, Any]]:
    """Everything that orchestrations were given, gave on and answered, with where it stands."""
    for one in read(up, "instances", top="10000"):
        told = read(
            up, f"instances/{one['instanceId']}", showHistory="true", showHistoryOutput="true", showInput="true"
        )
        yield f"{told['name']} input", told["input"]
        yield f"{told['name']} output", told["output"]
        for event in told["historyEvents"]:
            kind = f"{told['name']} {event['EventType']} {event.get('FunctionName') or event.get('Name') or ''}"
            yield from ((f"{kind} {part}", event[part]) for part in ("Input", "Result", "Reason") if part in event)


def largest(found: Iterator[tuple[str, Any]]) -> Mapping[str, int]:
    """Of each kind the bytes of the largest."""
    sizes: dict[str, int] = {}
    for kind, value in found:
        sizes[kind] = max(sizes.get(kind, 0), size(value))
    return sizes


def made_network(up: Stack) -> str:
    """The id of a network for test VMs, made by an operator."""
    network = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/fleet-asr/providers/Microsoft.Network/virtualNetworks/test"
    subnets = [{"name": "app", "properties": {"addressPrefix": "10.9.0.0/16"}}]
    body = {
        "location": RECOVERY,
        "properties": {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}, "subnets": subnets},
    }
    assert up.call("PUT", network, "2023-09-01", body).is_success
    return network


def test_what_is_sent_fits_both_back_ends(tmp_path: Path) -> None:
    """Plans of as many VMs as a request may name, protections, a sweep, a failover, a drill: with room to spare."""
    made = tmp_path / "world.json"
    made.write_text(json.dumps(world(MACHINES)))
    vm_ids = [machine_id(number) for number in range(MACHINES)]
    with stack(str(made), "instant", ASR_SUBSCRIPTIONS=SUBSCRIPTION, ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as up:
        assert up.api("POST", "plans", {"vmIds": vm_ids}).status_code == 200
        few = vm_ids[:4]
        assert up.api("POST", "protections", {"vmIds": few, "wait": 120}).status_code == 200
        up.until(lambda: all(up.status(one)["state"] == "protected" for one in few))
        up.api(
            "POST",
            "failovers",
            {"vmIds": few[:1], "kind": "unplanned", "confirm": few[0].rsplit("/", 1)[1], "wait": 120},
        )
        drilled = {"vmIds": few[1:], "testNetworkId": made_network(up)}
        assert up.api("POST", "drills", drilled).status_code == 202
        assert up.api("POST", "sweeps", {"wait": 60}).status_code in {200, 202}
        up.until(lambda: all(one["runtimeStatus"] != "Running" for one in read(up, "instances", top="10000")))

        sizes = largest(messages(up))
        instances = read(up, "instances", top="10000", showInput="false")
        entities = read(up, "entities", top="10000", fetchState="true")
        states = {one["entityId"]["name"]: size(one["state"]) for one in entities}

    assert sizes["drill input"] / len(few[1:]) * MACHINES < LARGEST_OF_A_SCHEDULER / 4
    assert {"protect_vm input", "fail_over input", "sweep input"} <= set(sizes)
    assert states.keys() >= {"plan", "virtualmachine", "foundation"}
    assert {kind: bytes_ for kind, bytes_ in sizes.items() if bytes_ > LARGEST_IN_A_QUEUE / 4} == {}
    assert {name: bytes_ for name, bytes_ in states.items() if bytes_ > LARGEST_OF_A_SCHEDULER / 4} == {}
    assert [one for one in instances if size(one["customStatus"], "utf-16") > LARGEST_STATUS / 4] == []
    ids = [one["instanceId"] for one in instances]
    ids += [f"@{one['entityId']['name']}@{one['entityId']['key']}" for one in entities]
    assert [one for one in ids if len(one) > LONGEST_ID or not NAMES.fullmatch(one)] == []
