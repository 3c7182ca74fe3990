"""Bodies that no client should send: whatever is wrong in them is said by field and value, and nothing breaks."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.site_recovery.arm import Arm
from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate

type Place = tuple[str | int, ...]

A2A = {"instanceType": "A2A"}
WRONG: tuple[Any, ...] = (7, "x", ["x"], [None], {"a": 1}, [{}])
"""At every place of a body at least four of these are of the wrong kind."""


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Every place in a body below the top."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*place, key)
        yield from places(below, (*place, key))


def replaced(body: dict[str, Any], place: Place, value: object) -> dict[str, Any]:
    changed = copy.deepcopy(body)
    inner: Any = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return changed


def test_no_body_breaks_anything(estate: Estate) -> None:
    """At every place of a body: a value of a wrong kind is a 400 that names it, or does no harm; never a 500."""
    address = {"ipConfigName": "ipconfig1", "isPrimary": True, "recoveryLBBackendAddressPoolIds": ["p"]}
    change = {
        "recoveryAzureVMName": "web",
        "vmNics": [{"nicId": "n", "reuseExistingNic": False, "ipConfigs": [address]}],
        "providerSpecificDetails": {**A2A, "managedDiskUpdateDetails": [{"diskId": "d", "failoverDiskName": "f"}]},
    }
    turning = {**A2A, "recoveryContainerId": estate.container(RECOVERY), "policyId": estate.policy}
    sent = (
        ("PUT", estate.item("web-1"), estate.item_body("web-1", platformFaultDomain=1)),
        ("PATCH", estate.item("web-0"), {"properties": change}),
        ("POST", f"{estate.item('web-0')}/reProtect", {"properties": {"providerSpecificDetails": turning}}),
    )
    estate.protect("web-0")
    refused = 0
    for method, path, body in sent:
        for place in places(body):
            for wrong in WRONG:
                answer = estate.arm.ask(method, path, replaced(body, place, wrong))
                assert answer.status_code < 500, (method, path, place, wrong, answer.text)
                if answer.status_code == 400:
                    refused += 1
                    error = answer.json()["error"]
                    assert error["code"] in {"BadRequest", "InvalidRequestContent"}, error
                    assert error["message"].startswith("properties") or "Path 'properties" in error["message"], error
    assert refused > 100


def test_a_name_in_any_writing_is_found_by_the_urls_of_its_operation(estate: Estate) -> None:
    """Headers carry what URLs may carry, whatever a resource is called."""
    ended = estate.arm.done(
        "PUT", f"{estate.vault}/replicationPolicies/Aufbewahrung für → Montag", estate.policy_body()
    )

    assert estate.arm.http.get(ended.accepted.headers["location"]).json()["name"] == "Aufbewahrung für → Montag"


@pytest.mark.parametrize("kind", ["ProximityPlacementGroup", "CapacityReservationGroup", "VirtualMachineScaleSet"])
def test_a_placement_that_is_not_there_is_refused(estate: Estate, kind: str) -> None:
    """What a recovered machine is to be placed in exists, in the recovery region and of its type."""
    body = estate.item_body("web-0")
    body["properties"]["providerSpecificDetails"][f"recovery{kind}Id"] = estate.machine("web-1")

    assert estate.arm.run("PUT", estate.item("web-0"), body).code == "RelatedResourceNotFound"


@pytest.mark.parametrize("key", ["fabricObjectId", "recoveryContainerId", "recoveryResourceGroupId", "policyId"])
def test_ids_of_something_else_are_not_taken(estate: Estate, key: str) -> None:
    """An id that exists, of another type than the one wanted, is refused like one that does not exist."""
    arm = estate.arm
    for other in (estate.disk("web-0-os"), estate.vault, estate.fabric(RECOVERY), estate.subscription):
        body = estate.item_body("web-0")
        holder = body["properties"] if key == "policyId" else body["properties"]["providerSpecificDetails"]
        holder[key] = other
        ended = arm.run("PUT", estate.item("web-0"), body)
        assert ended.code in {"RelatedResourceNotFound", "VmNotFound", "RecoveryGroupNotFound"}, (other, ended.document)


def test_what_another_vault_has_is_not_taken(estate: Estate) -> None:
    """Containers and policies of another vault do not exist for this one."""
    arm, vault = estate.arm, estate.vault.replace("Site-Recovery-Vault", "Other-Vault")
    first, second = estate, Estate(Arm(arm.emulator))
    with second.arm:
        second.vault, second.policy = vault, second.policy.replace("Site-Recovery-Vault", "Other-Vault")
        second.make_vault()
        second.make_foundation()
    for key, value in (("policyId", second.policy), ("targetProtectionContainerId", second.container(RECOVERY))):
        body = first.mapping_body(RECOVERY)
        body["properties"][key] = value
        mapping = f"{first.container(SOURCE)}/replicationProtectionContainerMappings/new"
        assert arm.run("PUT", mapping, body).code == "RelatedResourceNotFound"
