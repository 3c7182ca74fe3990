"""What only raw HTTP shows: headers, casing, empty bodies, lists, ordering, what is refused and how."""

import pytest

from tests.emulator.site_recovery.estate import RECOVERY, SOURCE, Estate


def test_a_write_is_accepted_as_azure_accepts_it(bare: Estate) -> None:
    """202 without a body; both URLs in the service's casing; the request id is the path of the job of that name."""
    arm = bare.arm
    accepted = arm.ask("PUT", bare.fabric(SOURCE), bare.fabric_body(SOURCE), version="2022-08-01")
    headers = accepted.headers
    job = headers["x-ms-request-id"].rsplit("/", 1)[-1]
    vault = bare.vault.replace("/subscriptions/", "/Subscriptions/")

    assert (accepted.status_code, accepted.content) == (202, b"")
    assert headers["x-ms-request-id"] == f"{vault}/replicationJobs/{job}"
    assert headers["azure-asyncoperation"] == (
        f"{arm.emulator.url}{vault}/replicationOperationStatus/{job}?api-version=2022-08-01"
    )
    assert headers["location"].startswith(f"{arm.emulator.url}{vault}/replicationFabrics/")
    assert headers["location"].endswith(f"/operationresults/{job}?api-version=2022-08-01")
    assert "retry-after" not in headers
    document = arm.ended(headers["azure-asyncoperation"])
    assert list(document) == ["error", "id", "name", "properties", "status", "startTime", "endTime", "percentComplete"]
    assert document["name"] == job
    found = arm.ask("GET", bare.job(job))
    assert found.json()["properties"]["scenarioName"] == "CreateSite"
    assert found.headers["x-ms-request-id"] == headers["x-ms-request-id"]


def test_at_real_pace_the_service_asks_for_thirty_seconds(bare: Estate) -> None:
    """Retry-After is sent with the 202; whether status documents repeat it is a switch."""
    bare.arm.http.post("/_emulator/pace", json={"pace": "real"})
    accepted = bare.arm.ask("PUT", bare.fabric(SOURCE), bare.fabric_body(SOURCE))
    status = accepted.headers["azure-asyncoperation"]
    silent = bare.arm.http.get(status)
    bare.arm.set(retry_after_on_status="present")
    repeating = bare.arm.http.get(status)
    pending = bare.arm.http.get(accepted.headers["location"])
    bare.arm.advance(90)

    assert accepted.headers["retry-after"] == "30"
    assert "retry-after" not in silent.headers
    assert repeating.headers["retry-after"] == "30"
    assert (pending.status_code, pending.content) == (202, b"")
    assert bare.arm.ended(status)["status"] == "Succeeded"
    assert bare.arm.http.get(accepted.headers["location"]).json()["name"] == f"asr-a2a-default-{SOURCE}"


def test_ids_and_names_are_found_in_any_casing(estate: Estate) -> None:
    """Paths are matched without case; answers keep the casing of the first PUT and the service's own segments."""
    found = estate.arm.get(estate.container(SOURCE).upper().replace("/SUBSCRIPTIONS/", "/subscriptions/"))

    assert found["id"] == estate.container(SOURCE).replace("/subscriptions/", "/Subscriptions/")


def test_network_ids_come_back_in_lower_case(estate: Estate) -> None:
    """A network mapping shows both networks entirely in lower case."""
    properties = estate.arm.get(estate.network_mapping(SOURCE))["properties"]

    assert properties["primaryNetworkId"] == estate.network.lower()
    assert properties["recoveryNetworkId"] == estate.recovery_network.lower()
    assert properties["recoveryFabricArmId"].startswith("/Subscriptions/")


def test_lists_end_with_a_null_link_and_show_less(estate: Estate) -> None:
    """`nextLink` is null on the last page; a fabric in a list has neither container ids nor zones."""
    listed = estate.arm.get(f"{estate.vault}/replicationFabrics")
    alone = estate.arm.get(estate.fabric(SOURCE))["properties"]["customDetails"]

    assert listed["nextLink"] is None
    assert "zones" not in listed["value"][0]["properties"]["customDetails"]
    assert listed["value"][0]["properties"]["customDetails"]["containerIds"] is None
    assert len(alone["containerIds"]) == 1


def test_a_container_lists_the_mappings_that_touch_it(estate: Estate) -> None:
    """As recorded: the mappings from the container and those to it."""
    listed = estate.arm.get(f"{estate.container(SOURCE)}/replicationProtectionContainerMappings")["value"]

    assert {mapping["name"] for mapping in listed} == {f"{SOURCE}-{RECOVERY}", f"{RECOVERY}-{SOURCE}"}
    assert estate.arm.get(estate.container(SOURCE))["properties"]["pairingStatus"] == "Paired"


def test_a_region_has_one_fabric_per_vault(estate: Estate) -> None:
    """A second fabric for a region fails; the same fabric again is accepted, as recorded."""
    other = f"{estate.vault}/replicationFabrics/other"

    assert estate.arm.run("PUT", other, estate.fabric_body(SOURCE)).code == "FabricRegionTaken"
    assert estate.arm.run("PUT", estate.fabric(SOURCE), estate.fabric_body(SOURCE)).status == "Succeeded"


@pytest.mark.parametrize(
    "values",
    [
        {"recoveryPointHistory": 30000},
        {"appConsistentFrequencyInMinutes": 30},
        {"recoveryPointHistory": 60, "appConsistentFrequencyInMinutes": 120},
        {"crashConsistentFrequencyInMinutes": 10},
    ],
)
def test_impossible_policies_are_azures_150261(bare: Estate, values: dict[str, int]) -> None:
    """Retention beyond 15 days and frequencies that do not fit fail with the code that users have reported."""
    ended = bare.arm.run("PUT", bare.policy, bare.policy_body(**values))

    assert (ended.status, ended.code) == ("Failed", "150261")
    assert bare.arm.ask("GET", bare.policy).status_code == 404


def test_a_policy_is_changed_by_the_other_key(estate: Estate) -> None:
    """PATCH takes `replicationProviderSettings` and leaves what it does not name."""
    change = {"properties": {"replicationProviderSettings": {"instanceType": "A2A", "recoveryPointHistory": 2880}}}
    estate.arm.done("PATCH", estate.policy, change)
    details = estate.arm.get(estate.policy)["properties"]["providerSpecificDetails"]

    assert (details["recoveryPointHistory"], details["appConsistentFrequencyInMinutes"]) == (2880, 60)
    assert details["multiVmSyncStatus"] == "Enabled"


def test_what_is_in_use_is_not_removed(estate: Estate) -> None:
    """Fabric, container, policy, mapping and vault are held by what stands on them."""
    estate.protect()
    for method, path in (
        ("POST", f"{estate.fabric(SOURCE)}/remove"),
        ("POST", f"{estate.container(SOURCE)}/remove"),
        ("DELETE", estate.policy),
        ("POST", f"{estate.mapping(SOURCE, RECOVERY)}/remove"),
    ):
        assert estate.arm.run(method, path).code == "ResourceInUse"
    refused = estate.arm.ask("DELETE", estate.vault, version="2024-04-01")

    assert refused.status_code == 400
    assert estate.arm.get(estate.item("web-0"))["name"] == "web-0"


def test_a_network_is_mapped_once_and_within_its_regions(estate: Estate) -> None:
    """A second mapping of a source network, and a network of another region, fail."""
    other = estate.network_mapping(SOURCE) + "-2"
    swapped = estate.network_mapping_body(SOURCE)
    swapped["properties"]["recoveryNetworkId"] = estate.network

    assert estate.arm.run("PUT", other, estate.network_mapping_body(SOURCE)).code == "NetworkAlreadyMapped"
    assert estate.arm.run("PUT", other, swapped).code == "TargetNetworkNotFound"


def test_every_dated_version_is_accepted_and_none_is_refused(bare: Estate) -> None:
    """Versions from the recording's to the newest answer alike; a missing or odd one is 400."""
    fabrics = f"{bare.vault}/replicationFabrics"
    for version in ("2018-07-10", "2022-08-01", "2025-08-01", "2026-07-01"):
        assert bare.arm.get(fabrics, version=version) == {"value": [], "nextLink": None}
    assert bare.arm.http.get(fabrics).status_code == 400
    assert bare.arm.ask("GET", fabrics, version="latest").status_code == 400


def test_what_is_not_written_says_so(estate: Estate) -> None:
    """An operation of the service that is not emulated answers 501 and names itself."""
    answer = estate.arm.ask("POST", f"{estate.fabric(SOURCE)}/renewCertificate", {})

    assert answer.status_code == 501
    assert "renewCertificate" in answer.json()["error"]["message"]


def test_health_counts_what_is_there(estate: Estate) -> None:
    """Vault health counts items, fabrics and containers; untested items turn to a warning after a while."""
    estate.protect()
    before = estate.arm.get(f"{estate.vault}/replicationVaultHealth")["properties"]
    estate.arm.advance(600)
    after = estate.arm.get(estate.item("web-0"))["properties"]
    warned = estate.arm.get(f"{estate.vault}/replicationVaultHealth")["properties"]["protectedItemsHealth"]

    assert before["protectedItemsHealth"]["categorizedResourceCounts"]["testFailoverApplicableProtectedItemsCount"] == 1
    assert (before["fabricsHealth"]["resourceCount"], before["containersHealth"]["resourceCount"]) == (2, 2)
    assert [error["errorCode"] for error in after["healthErrors"]] == ["161011"]
    assert warned["categorizedResourceCounts"]["protectedItemsFailoverHealthWarningCount"] == 1
