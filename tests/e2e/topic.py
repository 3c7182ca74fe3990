"""A custom topic of the emulated Azure that the app of a story publishes to, and what has arrived there."""

from typing import Any

from tests.e2e.stack import Stack

NAME = "told"
PATH = f"/topics/{NAME}.eastasia-1.eventgrid.azure.net/api/events"
"""Where the topic takes events; the app's ASR_EVENTS_ENDPOINT, and what faults are set on."""

API = "2025-02-15"
GROUP = "operators"


def make_topic(up: Stack) -> str:
    """Make the topic; its id."""
    group = up.group(GROUP)
    assert up.call("PUT", group, "2021-04-01", {"location": "eastasia"}).is_success
    topic = f"{group}/providers/Microsoft.EventGrid/topics/{NAME}"
    body = {"location": "eastasia", "properties": {"inputSchema": "CloudEventSchemaV1_0"}}
    assert up.call("PUT", topic, API, body).is_success
    up.until(lambda: up.get(topic, API)["properties"]["provisioningState"] == "Succeeded")
    assert up.get(topic, API)["properties"]["endpoint"] == up.arm + PATH
    return topic


def received(up: Stack, vm_id: str = "", type_: str = "") -> list[dict[str, Any]]:
    """The events that the topic has taken, of this VM and type alone if they are given."""
    found = [one["event"] for one in up.http.get(f"{up.arm}/_emulator/events").json()["received"]]
    return [
        one
        for one in found
        if one["subject"].lower().endswith(vm_id.lower()) and type_ in ("", one["type"].removeprefix("AsrAutoprotect."))
    ]


def told(up: Stack, vm_id: str) -> list[str]:
    """What was told of a VM, each change once: `ProtectionRefused open`."""
    by_id = {one["id"]: one for one in received(up, vm_id)}
    return [f"{one['type'].removeprefix('AsrAutoprotect.')} {one['data']['state']}" for one in by_id.values()]


def is_told(up: Stack, vm_id: str, *changes: str) -> bool:
    """Whether each of these changes was told of the VM."""
    return set(changes) <= set(told(up, vm_id))


def events_check(up: Stack) -> dict[str, Any]:
    """The check `events` of the app's health."""
    checks = up.api("GET", "health").json()["checks"]
    found: dict[str, Any] = next(one for one in checks if one["name"] == "events")
    return found


def advance(up: Stack, seconds: float) -> None:
    """Move everybody's clock."""
    up.advance(seconds)
