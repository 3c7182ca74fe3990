"""What the stories of completion and drift do and read: the item by plain ARM, the app by its HTTP API."""

from typing import Any

from tests.e2e.fleet import fleet
from tests.e2e.stack import Stack

ITEM_API = "2025-08-01"


def item_of(up: Stack, name: str) -> dict[str, Any]:
    """The protected item of the VM, as plain ARM shows it."""
    wanted = up.vm(name).lower()
    found = up.site_recovery("replicationProtectedItems")
    return next(one for one in found if one["properties"]["providerSpecificDetails"]["fabricObjectId"] == wanted)


def details_of(up: Stack, name: str) -> dict[str, Any]:
    """The A2A details of the VM's item."""
    found: dict[str, Any] = item_of(up, name)["properties"]["providerSpecificDetails"]
    return found


def change_item(up: Stack, name: str, **properties: Any) -> None:
    """Somebody changes the item, as in the portal: everything else is sent back as it is."""
    item = item_of(up, name)
    details = item["properties"]["providerSpecificDetails"]
    whole = {
        "recoveryAzureVMName": details["recoveryAzureVMName"],
        "recoveryAzureVMSize": details["recoveryAzureVMSize"],
        "selectedTfoAzureNetworkId": details["selectedTfoAzureNetworkId"],
        "recoveryAvailabilitySetId": details["recoveryAvailabilitySet"],
        **properties,
    }
    answer = up.call("PATCH", item["id"], ITEM_API, {"properties": {k: v for k, v in whole.items() if v}})
    assert answer.status_code == 202, answer.text
    up.until(lambda: all(_shown(up, name, key) == value for key, value in properties.items()))


def _shown(up: Stack, name: str, key: str) -> Any:
    return details_of(up, name).get(key)


def patches(up: Stack, method: str = "PATCH") -> list[dict[str, Any]]:
    """The app's writes to protected items that exist."""
    return [
        one for one in up.writes() if one["method"] == method and "/replicationprotecteditems/" in one["path"].lower()
    ]


def drift(up: Stack, name: str) -> dict[str, tuple[str, str]]:
    """The differences of a VM, read anew: field to decision and sentence."""
    found = up.api("GET", "drift", refresh="true").json()["items"]
    return {
        one["field"]: (one["decision"], one["sentence"]) for one in found if one["vmId"].lower() == up.vm(name).lower()
    }


def protected(up: Stack, *names: str) -> None:
    """These VMs are tagged, and their runs have said that they are protected."""
    for name in names:
        up.tag(up.vm(name), asr_protect="true")
    for name in names:
        up.outcome(up.vm(name), "protected", seconds=90)
    fleet(up)


def advance(up: Stack, seconds: float) -> None:
    """The one clock goes on."""
    up.advance(seconds)
