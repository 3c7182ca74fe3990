"""Captured requests: every answer stands in the file as it was sent, and what does not fit is found with its place."""

import json
import stat
from pathlib import Path

import pytest

from local.emulator.server import Emulator
from tests.emulator.conftest import Arm
from tests.emulator.openapi_captures import conformity
from tests.emulator.truth import SPECS

NETWORK = "/Microsoft.Network/virtualNetworks/net"
SPACE = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """What an emulator captured in which a network was made, refused and asked for, and a token fetched."""
    kept = tmp_path / "capture.jsonl"
    with Emulator(capture=kept) as emulator:
        arm = Arm(emulator)
        path = arm.group() + NETWORK
        arm.put(path, {"location": "eastasia", "properties": SPACE})
        arm.request("PUT", path, {"location": "westeurope", "properties": SPACE})
        arm.request("GET", f"{emulator.url}/msi/token", params={"resource": "x"}, headers={"Metadata": "true"})
        arm.control("GET", "/health")
        arm.close()
    return kept


def test_answers_are_kept_as_they_were_sent(file: Path) -> None:
    """In order, refusals too; no token, nothing of the control plane, and for the owner's eyes only."""
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    network = [one for one in lines if one["path"].endswith(NETWORK)]

    assert [one["seq"] for one in lines] == list(range(1, len(lines) + 1))
    assert [(one["method"], one["status"]) for one in network] == [("PUT", 201), ("GET", 200), ("PUT", 409)]
    assert network[1]["answer"]["properties"]["addressSpace"] == SPACE["addressSpace"]
    assert network[2]["answer"]["error"]["code"] == "InvalidResourceLocation"
    assert [one["answer"] for one in lines if "token" in one["path"]] == [None]
    assert not [one for one in lines if "_emulator" in one["path"]]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.skipif(not SPECS.is_dir(), reason="the OpenAPI files are not here")
def test_what_does_not_fit_is_found_with_path_and_place(file: Path) -> None:
    """The true answers fit; one key of another type in one answer is named, with the request that got it."""
    true = conformity(file)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('["10.0.0.0/16"]', '"10.0.0.0/16"'), encoding="utf-8")
    spoiled = conformity(file)

    assert true.wrong == []
    assert true.checked["VirtualNetworks_Get"] == 1
    assert spoiled.checked == true.checked
    assert any(
        one.startswith("GET ") and f"{NETWORK}: " in one and "$.properties.addressSpace.addressPrefixes" in one
        for one in spoiled.wrong
    )


@pytest.mark.skipif(not SPECS.is_dir(), reason="the OpenAPI files are not here")
def test_details_of_site_recovery_are_checked_by_their_kind(tmp_path: Path) -> None:
    """What the file says of the provider `A2A` alone is held, too."""
    kept = tmp_path / "capture.jsonl"
    path = "/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v/replicationPolicies/p"
    details = {"instanceType": "A2A", "recoveryPointHistory": "a day"}
    answer = {"properties": {"friendlyName": "p", "providerSpecificDetails": details}}
    kept.write_text(json.dumps({"method": "GET", "path": path, "status": 200, "answer": answer}), encoding="utf-8")
    found = conformity(kept)

    assert found.checked == {"ReplicationPolicies_Get": 1}
    assert [one for one in found.wrong if "$.properties.providerSpecificDetails.recoveryPointHistory" in one]
