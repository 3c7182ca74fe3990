"""What resources may be called, and providers that a subscription is not registered with."""

import pytest

from tests.emulator.conftest import Arm

NETWORK = {"location": "eastasia", "properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}}
DISK = {"location": "eastasia", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4}}


@pytest.mark.parametrize("name", ["two words", "ends.", "a" * 91, "a%3Fb", "%00", "a%3Cb"])
def test_wrong_group_names_are_refused(arm: Arm, name: str) -> None:
    """Letters, digits, dashes, dots, brackets and underscores; not more than ninety; no dot at the end."""
    refused = arm.request("PUT", f"/resourceGroups/{name}", {"location": "eastasia"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "InvalidResourceGroup")


@pytest.mark.parametrize("name", ["a", "A_(b).c-d", "中文", "a" * 90])
def test_group_names_may_have_letters_of_any_script(arm: Arm, name: str) -> None:
    """What is allowed comes back as it was written."""
    made = arm.request("PUT", f"/resourceGroups/{name}", {"location": "eastasia"})

    assert (made.status_code, made.json()["name"]) == (201, name)


@pytest.mark.parametrize("name", ["-a", "a b", "a.", "a" * 81, "a%3Cb"])
def test_each_provider_refuses_names_in_its_words(arm: Arm, name: str) -> None:
    """Network and Compute; what exists is not asked again."""
    providers = arm.group()
    network = arm.request("PUT", f"{providers}/Microsoft.Network/virtualNetworks/{name}", NETWORK)
    disk = arm.request("PUT", f"{providers}/Microsoft.Compute/disks/{name}", DISK)

    assert network.json()["error"]["code"] == "InvalidResourceName"
    assert disk.json()["error"]["code"] == "InvalidParameter"
    assert "validation rule" in disk.json()["error"]["message"]


def test_a_provider_must_be_registered(arm: Arm) -> None:
    """Without registration nothing is written; what is there can be read and deleted."""
    disk = f"{arm.group()}/Microsoft.Compute/disks/d"
    arm.put(disk, DISK)
    left = arm.request("POST", "/providers/microsoft.compute/unregister")
    refused = arm.request("PUT", disk, DISK)
    read, deleted = arm.request("GET", disk), arm.request("DELETE", disk)
    arm.finish(deleted)
    arm.request("POST", "/providers/Microsoft.Compute/register")

    assert left.json()["registrationState"] == "Unregistered"
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "MissingSubscriptionRegistration")
    assert refused.json()["error"]["details"][0]["target"] == "Microsoft.Compute"
    assert (read.status_code, deleted.status_code) == (200, 202)
    assert arm.get("/providers/Microsoft.Compute")["registrationState"] == "Registered"
    assert arm.request("PUT", disk, DISK).is_success


def test_some_providers_need_no_registration(arm: Arm) -> None:
    """Groups can always be made."""
    assert arm.request("POST", "/providers/Microsoft.Resources/unregister").status_code == 400
