"""Platform images, compared with what Azure answered to the Azure CLI."""

import pytest

from tests.emulator.conftest import Arm
from tests.emulator.truth import RECORDED, exchange, missing

VERSIONS = (
    "/providers/Microsoft.Compute/locations/eastus2/publishers/{}/artifacttypes/vmimage/offers/{}/skus/{}/versions"
)
WINDOWS = VERSIONS.format("MicrosoftWindowsServer", "WindowsServer", "2019-Datacenter")


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded traffic is not there")
@pytest.mark.parametrize(("index", "path"), [(4, WINDOWS), (5, f"{WINDOWS}/17763.4737.230802")])
def test_images_are_as_recorded(arm: Arm, index: int, path: str) -> None:
    """The list of versions and one version: every recorded key, with its type and casing of the id."""
    recorded = exchange(index)["response"]["body"]
    ours = arm.get(path)

    assert missing(recorded, ours) == []
    if index == 4:
        assert [one["name"] for one in ours] == [one["name"] for one in recorded]


def test_versions_carry_properties_when_asked(arm: Arm) -> None:
    """`$expand=properties` as the Azure CLI asks; names match without case."""
    path = VERSIONS.format("canonical", "0001-COM-ubuntu-server-jammy", "22_04-lts-gen2")

    assert "properties" not in arm.get(path)[0]
    assert arm.get(f"{path}?$expand=properties&$top=1")[0]["properties"]["hyperVGeneration"] == "V2"


@pytest.mark.parametrize("path", [VERSIONS.format("nobody", "nothing", "none"), f"{WINDOWS}/1.0.0"])
def test_an_image_that_is_not_there(arm: Arm, path: str) -> None:
    """404, not an empty list."""
    response = arm.request("GET", path)

    assert (response.status_code, response.json()["error"]["code"]) == (404, "NotFound")
