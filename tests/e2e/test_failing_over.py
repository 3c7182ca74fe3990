"""Failovers are people's affair: the VMs that they make carry the tags of their source, and are left alone."""

from typing import Any

from tests.e2e.stack import Stack, stack

SITE_RECOVERY = "2025-08-01"
NETWORK = "2023-09-01"
MACHINES = "providers/Microsoft.Compute/virtualMachines"
FAILOVER = {
    "failoverDirection": "PrimaryToRecovery",
    "sourceSiteOperations": "NotRequired",
    "providerSpecificDetails": {"instanceType": "A2A"},
}


def test_what_a_failover_makes_is_not_protected_again() -> None:
    """Neither the VM of a test failover, nor the failed-over one, nor, after reprotecting, the old source."""
    with stack("adopted") as up:
        shop, recovery = up.group("shop"), up.group("shop-dr")
        source, tested, recovered = (
            f"{shop}/{MACHINES}/kept-0",
            f"{recovery}/{MACHINES}/kept-0-test",
            f"{recovery}/{MACHINES}/kept-0",
        )
        up.tag(source, asr_protect="true")
        item = up.outcome(source, "already_protected")["protectedItem"]
        container = item["id"].partition("/replicationProtectedItems/")[0]

        test = {**FAILOVER, "networkType": "VmNetworkAsInput", "networkId": item["recoveryNetworkId"]}
        begin(up, f"{item['id']}/testFailover", test)
        assert refused(up, tested) == ["MadeByFailover"]
        assert up.api("GET", "summary", refresh="true").is_success
        up.fault(method="GET", path=f"*{item['id'].split('/')[8]}*", client="asr-autoprotect", status=403, times=1000)
        hidden = protectable(up)[tested.lower()]
        up.clear_faults()
        assert hidden == ("not_protectable", source.lower())

        begin(up, f"{item['id']}/testFailoverCleanup", {"comments": "done"})
        up.until(lambda: "UnplannedFailover" in properties(up, item["id"])["allowedOperations"])
        begin(up, f"{item['id']}/unplannedFailover", FAILOVER)
        assert refused(up, recovered) == ["MadeByFailover"]
        up.until(lambda: states(up).get("kept-0") == {"failed_over", "not_requested"})

        begin(up, f"{item['id']}/failoverCommit", {})
        up.until(lambda: "SwitchProtection" in properties(up, item["id"])["allowedOperations"])
        up.until(lambda: protectable(up)[source.lower()] == ("failed_over", None))
        assert protectable(up)[recovered.lower()] == ("not_protectable", source.lower())
        assert up.status(source)["allowedOperations"] == ["reprotect"]
        begin(up, f"{container}/switchprotection", reprotection(up, item["id"], recovery))
        assert refused(up, recovered) == ["MadeByFailover"]
        up.tag(source, asr_recovery_size="Standard_D2s_v5")
        home = up.outcome(source, "already_protected")
        assert (home["side"], home["runningVmId"].lower()) == ("recovery", recovered.lower())
        assert home["protectedItem"]["id"] != item["id"]
        assert "RunsOnRecoverySide" in [reason["code"] for reason in home["reasons"]]
        up.until(lambda: followed(up, recovered))
        copy = up.status(recovered)
        assert (copy["state"], copy["copyOf"].lower()) == ("not_requested", source.lower())
        assert named(up, "kept-0") == {source.lower()}
        assert up.writes() == []


def named(up: Stack, name: str) -> set[str]:
    """Whom the name means though its recovered VM is called the same: asked for alone, in a plan, in a command."""
    one = up.api("GET", "protections", name=name).json()["vmId"]
    planned = up.api("POST", "plans", {"names": [name]}).json()["plans"][0]["vmId"]
    refused = up.api("POST", "failovers/commit", {"names": [name], "confirm": name}).json()["refused"][0]["vmId"]
    return {one.lower(), planned.lower(), refused.lower()}


def protectable(up: Stack) -> dict[str, tuple[str, str | None]]:
    """By its id, whether each VM can be protected, and whose copy it is."""
    found = up.api("GET", "protectable", top="100").json()["machines"]
    return {one["vmId"].lower(): (one["state"], one["copyOf"] and one["copyOf"].lower()) for one in found}


def followed(up: Stack, running: str) -> bool:
    """Whether the fleet tells of one protected VM that runs on the recovery side, and asks for no second one."""
    rows = {row["vmId"].lower(): row for row in up.api("GET", "protections").json()["protections"]}
    [there] = [row for row in rows.values() if row["side"] == "recovery"]
    sums = up.api("GET", "summary").json()
    copy = rows[running.lower()]
    assert (copy["state"], copy["copyOf"].lower()) == ("not_requested", there["vmId"].lower())
    assert (sums["copies"], sums["refusals"], sums["states"].get("refused")) == (1, {}, None)
    assert (there["state"], there["homeRegion"]) == ("protected", "eastasia")
    return (sums["asked"], sums["covered"], sums["recoverySide"]) == (1, 1, 1)


def begin(up: Stack, path: str, given: dict[str, Any]) -> None:
    """A person's action in the vault."""
    answer = up.call("POST", path, SITE_RECOVERY, {"properties": given})
    assert answer.status_code == 202, answer.text


def refused(up: Stack, vm_id: str) -> list[str]:
    """The codes for which the VM was refused once it is there with its source's tags, and was looked at."""
    up.until(lambda: up.call("GET", vm_id, "2024-07-01").status_code == 200)
    up.tag(vm_id, asr_protect="true")
    reasons = up.outcome(vm_id, "refused")["lastOutcome"]["reasons"]
    return [reason["code"] for reason in reasons if reason["code"].startswith("Made")]


def states(up: Stack) -> dict[str, set[str]]:
    """The states in the fleet by name: a failed-over VM and its source have the same."""
    found: dict[str, set[str]] = {}
    for row in up.api("GET", "protections").json()["protections"]:
        found.setdefault(row["name"], set()).add(row["state"])
    return found


def properties(up: Stack, item_id: str) -> dict[str, Any]:
    """What the protected item says."""
    found: dict[str, Any] = up.get(item_id, SITE_RECOVERY)["properties"]
    return found


def reprotection(up: Stack, item_id: str, recovery: str) -> dict[str, Any]:
    """The body that turns the replication of `kept-0` round."""
    cache = f"{recovery}/providers/Microsoft.Storage/storageAccounts/shopdrstaging"
    account = {"location": "southeastasia", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    assert up.call("PUT", cache, NETWORK, account).status_code in (200, 202)
    details = properties(up, item_id)["providerSpecificDetails"]
    vault = item_id.partition("/replicationFabrics/")[0]
    return {
        "replicationProtectedItemName": "kept-0",
        "providerSpecificDetails": {
            "instanceType": "A2A",
            "policyId": f"{vault}/replicationPolicies/a-day",
            "recoveryContainerId": f"{vault}/replicationFabrics/primary/replicationProtectionContainers/primary-vms",
            "recoveryResourceGroupId": up.group("shop"),
            "vmManagedDisks": [
                {
                    "diskId": f"{recovery}/providers/Microsoft.Compute/disks/{disk['diskName']}",
                    "primaryStagingAzureStorageAccountId": cache,
                    "recoveryResourceGroupId": up.group("shop"),
                }
                for disk in details["protectedManagedDisks"]
            ],
        },
    }
