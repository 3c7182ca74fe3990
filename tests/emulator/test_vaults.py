"""Recovery Services vaults."""

from tests.emulator.conftest import Arm

PATH = "/resourceGroups/app/providers/Microsoft.RecoveryServices/vaults/Site-Recovery-Vault"
BODY = {"location": "southeastasia", "sku": {"name": "RS0", "tier": "Standard"}, "properties": {}}


def test_vault_life(arm: Arm) -> None:
    """201 Provisioning with its own operation URL, 200 afterwards, listed, patched, deleted."""
    arm.group("app", "southeastasia")
    created = arm.request("PUT", PATH, BODY)
    ended = arm.finish(created).json()
    again = arm.request("PUT", PATH, BODY)
    patched = arm.request("PATCH", PATH, {"tags": {"a": "1"}})

    assert (created.status_code, created.json()["properties"]["provisioningState"]) == (201, "Provisioning")
    assert f"{PATH}/operationStatus/" in created.headers["Azure-AsyncOperation"]
    assert ended["id"].endswith(f"/operationStatus/{ended['name']}")
    assert (again.status_code, patched.status_code) == (200, 200)
    assert [vault["name"] for vault in arm.get("/providers/Microsoft.RecoveryServices/vaults")["value"]] == [
        "Site-Recovery-Vault"
    ]
    assert arm.finish(arm.request("DELETE", PATH)).is_success
    assert arm.request("GET", PATH).headers["x-ms-failure-cause"] == "gateway"


def test_vault_names_and_skus_are_checked(arm: Arm) -> None:
    """A name begins with a letter; the SKU is needed."""
    arm.group()
    assert arm.request("PUT", PATH.replace("Site-", "1-"), BODY).json()["error"]["code"] == "InvalidResourceName"
    assert arm.request("PUT", PATH, {"location": "eastasia"}).json()["error"]["code"] == "InvalidSku"
