"""Resource Graph: the queries that people send, and refusals with their tokens."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.emulator.arm.tokens import object_id_of
from local.emulator.server import Emulator
from tests.emulator.conftest import Arm
from tests.emulator.truth import SPECS, missing

PATH = "/providers/Microsoft.ResourceGraph/resources"
EXAMPLES = SPECS / "Microsoft.ResourceGraph" / "2021-03-01" / "examples"


@pytest.fixture(scope="module")
def estate() -> Iterator[Arm]:
    """The world of East Asia, which these tests only read."""
    with Emulator("east-asia") as emulator:
        client = Arm(emulator)
        yield client
        client.close()


def ask(arm: Arm, query: str, **more: Any) -> httpx.Response:
    """Send one query."""
    return arm.request("POST", f"{arm.emulator.url}{PATH}", {"query": query, **more})


def rows(arm: Arm, query: str, **more: Any) -> list[dict[str, Any]]:
    """Return the rows of an answer, which must be one."""
    response = ask(arm, query, **more)
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = response.json()["data"]
    return found


def column(arm: Arm, query: str) -> list[Any]:
    """Return the only column of an answer."""
    return [value for row in rows(arm, query) for value in row.values()]


MACHINES = "resources | where type =~ 'Microsoft.Compute/virtualMachines'"
ANSWERS: list[tuple[str, list[Any]]] = [
    (f"{MACHINES} | project name | order by name asc", ["batch-0", "db-0", "legacy-0", "web-0", "web-1"]),
    (f"{MACHINES} | summarize count()", [5]),
    (f"{MACHINES} | project name | sort by name | take 2", ["web-1", "web-0"]),
    (f"{MACHINES} | top 1 by name asc | project name", ["batch-0"]),
    ("resources | where type == 'Microsoft.Compute/virtualMachines' | count", [0]),
    ("where type == 'microsoft.compute/virtualmachines' | count", [5]),
    (f"{MACHINES} | where name in ('web-0', 'WEB-1') | project name", ["web-0"]),
    (f"{MACHINES} | where name in~ ('web-0', 'WEB-1') | project name | order by name asc", ["web-0", "web-1"]),
    (f"{MACHINES} | where name !in ('web-0') and name !contains 'L' | summarize count()", [3]),
    (f"{MACHINES} | where name startswith 'WEB' or not(name has '0') | summarize count()", [2]),
    (f"{MACHINES} | where name has 'we' | count", [0]),
    (f"{MACHINES} | where name !startswith 'web' and name != 'db-0' and name !~ 'BATCH-0' | project name",
     ["legacy-0"]),
    (f"{MACHINES} | where isnotempty(properties.availabilitySet.id) | project name | order by name asc",
     ["web-0", "web-1"]),
    (f"{MACHINES} | where properties.extended.instanceView.powerState.code != 'PowerState/running' | project name",
     ["batch-0"]),
    (f"{MACHINES} | where tags['none'] == '' or isnull(tags.none) | count", [5]),
    (f"{MACHINES} | extend size = toint(strlen(name)) * 2 | where size >= 10 | distinct size | order by size asc",
     [10, 14, 16]),
    (f"{MACHINES} | extend kind = iff(name has 'web', 'front', 'back') | summarize n = count() by kind"
     " | order by n desc | project kind", ["back", "front"]),
    (f"{MACHINES} | project disk = properties.storageProfile.dataDisks | mv-expand disk | where isnotnull(disk)"
     " | summarize count()", [6]),
    (f"{MACHINES} | project os = tolower(tostring(properties.storageProfile.osDisk.osType)) | distinct os"
     " | order by os asc", ["linux", "windows"]),
    ("resources | where resourceGroup =~ 'CONTOSO-APP' | summarize dcount(type), make_set(location)",
     [6, ["eastasia"]]),
    ("resourcecontainers | where type == 'microsoft.resources/subscriptions/resourcegroups' | project name",
     ["contoso-app"]),
    ("resources // all of it\n| where name == \"web-0\" // one\n| project toupper(name)", ["WEB-0"]),
    (f"{MACHINES} | project-away id, properties | project-rename machine = name | where machine == @'db-0'"
     " | project machine", ["db-0"]),
    ("resourcecontainers | project name | union (resources | where name == 'db-0' | project name) | count", [3]),
    (f"{MACHINES} | where todatetime(properties.timeCreated) > ago(1d) and now() > ago(5m) | count", [5]),
    (f"{MACHINES} | where properties.timeCreated > datetime(2024-01-31) and now() > datetime(2024-01-31T10:00Z)"
     " | where ['name'] == 'db-0' | project name", ["db-0"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), ANSWERS, ids=[query for query, _ in ANSWERS])
def test_queries(estate: Arm, query: str, expected: list[Any]) -> None:
    """The operators and functions of the subset, each over the illustration's machines."""
    assert column(estate, query) == expected


def test_left_outer_join_brings_what_belongs_together(estate: Arm) -> None:
    """Machines with the network interface that each names; columns of both sides; a missing partner is null."""
    found = rows(
        estate,
        f"""{MACHINES}
        | project vm = name, location, nic = tolower(tostring(properties.networkProfile.networkInterfaces[0].id))
        | join kind=leftouter (
            resources
            | where type =~ 'microsoft.network/networkinterfaces' and name !has 'db'
            | project id = tolower(id), nic = name, location
          ) on $left.nic == $right.id and $right.location == $left.location
        | project vm, nic1
        | order by vm asc""",
    )

    assert found == [
        {"vm": "batch-0", "nic1": "batch-0-nic"},
        {"vm": "db-0", "nic1": None},
        {"vm": "legacy-0", "nic1": "legacy-0-nic"},
        {"vm": "web-0", "nic1": "web-0-nic"},
        {"vm": "web-1", "nic1": "web-1-nic"},
    ]


REFUSALS: list[tuple[str, dict[str, Any]]] = [
    ("resources | where name ==",
     {"code": "ParserFailure", "line": 1, "characterPositionInLine": 25, "token": "<EOF>"}),
    ("resources\n| where name = 'x'",
     {"code": "ParserFailure", "line": 2, "characterPositionInLine": 13, "token": "="}),
    ("resources | where name == 'x", {"code": "ParserFailure", "characterPositionInLine": 26, "token": "'x"}),
    ("resources | take many", {"code": "ParserFailure", "token": "many"}),
    ("resources | join kind=sideways (resources) on id", {"code": "ParserFailure", "token": "sideways"}),
    ("resources | where (name == 'x'", {"code": "ParserFailure", "token": "<EOF>", "expectedToken": ")"}),
    ("resources | where now() > datetime(yesterday)", {"code": "ParserFailure", "token": "yesterday"}),
    ("resources | join (resources) on $left.id > $right.id", {"code": "InvalidQueryLanguage", "token": "join"}),
    ("resources | parse id with * '/x'", {"code": "InvalidQueryLanguage", "token": "parse"}),
    ("nothing | take 1", {"code": "DisallowedLogicalTableName"}),
    ("resources | where colour == 'red'", {"code": "SemanticError", "token": "colour"}),
    ("resources | project name | where id == ''", {"code": "SemanticError", "token": "id"}),
    ("resources | where frobnicate(name)", {"code": "SemanticError", "token": "frobnicate"}),
    ("resources | summarize frobnicate(name)", {"code": "SemanticError", "token": "frobnicate"}),
]  # fmt: skip


@pytest.mark.parametrize(("query", "expected"), REFUSALS, ids=[query for query, _ in REFUSALS])
def test_what_is_not_understood_is_refused_by_its_token(estate: Arm, query: str, expected: dict[str, Any]) -> None:
    """400 BadRequest around InvalidQuery around the detail; never an empty answer."""
    response = ask(estate, query)
    error = response.json()["error"]

    assert (response.status_code, error["code"], error["details"][0]["code"]) == (400, "BadRequest", "InvalidQuery")
    assert expected.items() <= error["details"][1].items()


def test_pages_follow_one_another(estate: Arm) -> None:
    """`$top` cuts, `$skipToken` leads on, the total stays; without an id the rest is cut off and said to be."""
    query, found, options = f"{MACHINES} | project id, name", list[str](), {"$top": 2}
    while True:
        page = ask(estate, query, options=options).json()
        found += [row["name"] for row in page["data"]]
        assert (page["totalRecords"], page["resultTruncated"]) == (5, "false")
        if "$skipToken" not in page:
            break
        options = {"$skipToken": page["$skipToken"]}
    cut = ask(estate, f"{MACHINES} | project name", options={"$top": 2}).json()

    assert found == ["batch-0", "db-0", "legacy-0", "web-0", "web-1"]
    assert (cut["count"], cut["resultTruncated"]) == (2, "true")
    assert "$skipToken" not in cut


@pytest.mark.parametrize("options", [{"$top": 0}, {"$top": 1001}, {"$skipToken": "?"}, {"resultFormat": "xml"}])
def test_options_out_of_range_are_refused(estate: Arm, options: dict[str, Any]) -> None:
    """400, naming the option."""
    response = ask(estate, MACHINES, options=options)

    assert response.status_code == 400
    assert next(iter(options)) in response.json()["error"]["details"][0]["target"]


def test_tables_have_typed_columns(estate: Arm) -> None:
    """The format `table`: columns with types, rows as lists."""
    query = f"{MACHINES} | project name, n = strlen(name), long = strlen(name) > 5, tags | order by name asc | take 1"
    data = ask(estate, query, options={"resultFormat": "table"}).json()["data"]

    assert [(one["name"], one["type"]) for one in data["columns"]] == [
        ("name", "string"),
        ("n", "integer"),
        ("long", "boolean"),
        ("tags", "object"),
    ]
    assert data["rows"] == [["batch-0", 7, True, {"app": "contoso"}]]


def test_facets_count_the_whole_result(estate: Arm) -> None:
    """A facet per expression; one that names no column is an error of its own."""
    query = f"{MACHINES} | project name, properties.storageProfile.osDisk.osType | limit 5"
    wanted = [{"expression": "properties.storageProfile.osDisk.osType"}, {"expression": "nothing"}]
    by_system, wrong = ask(estate, query, facets=wanted).json()["facets"]

    assert [(one["properties_storageProfile_osDisk_osType"], one["count"]) for one in by_system["data"]] == [
        ("Windows", 3),
        ("Linux", 2),
    ]
    assert (by_system["resultType"], wrong["resultType"]) == ("FacetResult", "FacetError")


def test_writes_are_seen_at_once_and_other_subscriptions_are_not(arm: Arm) -> None:
    """Tags that were just written; vault children in their own table; a subscription that is none of ours."""
    vm = arm.vm()
    tags = {"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}}
    arm.request("PATCH", f"{vm}/providers/Microsoft.Resources/tags/default", tags)
    vault = f"{arm.group('dr', 'southeastasia')}/Microsoft.RecoveryServices/vaults/vault"
    arm.put(vault, {"location": "southeastasia", "sku": {"name": "Standard"}, "properties": {}})
    settings = {"instanceType": "A2A", "recoveryPointHistory": 1440, "crashConsistentFrequencyInMinutes": 5,
                "appConsistentFrequencyInMinutes": 60, "multiVmSyncStatus": "Enable"}  # fmt: skip
    arm.put(f"{vault}/replicationPolicies/p", {"properties": {"providerSpecificInput": settings}})

    tagged = rows(arm, "resources | where tags['asr-protect'] =~ 'TRUE' | project name, type, resourceGroup")
    policies = rows(
        arm,
        "recoveryservicesresources | where type has 'replicationpolicies'"
        " | project name, type, kind = properties.providerSpecificDetails.instanceType",
    )
    elsewhere = rows(arm, "resources | project id", subscriptions=["00000000-0000-0000-0000-000000000001"])

    assert tagged == [{"name": "vm0", "type": "microsoft.compute/virtualmachines", "resourceGroup": "app"}]
    assert policies == [{"name": "p", "type": "microsoft.recoveryservices/vaults/replicationpolicies", "kind": "A2A"}]
    assert elsewhere == []


def test_what_may_not_be_read_is_not_found(arm: Arm) -> None:
    """With authorization enforced, only resources that a role of the caller can read."""
    reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
    for group in ("seen", "hidden"):
        disk = f"{arm.group(group)}/Microsoft.Compute/disks/{group}-disk"
        properties = {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}
        arm.put(disk, {"location": "eastasia", "properties": properties})
    form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "s", "resource": "arm"}
    token = httpx.post(f"{arm.emulator.url}/t/oauth2/token", data=form).json()["access_token"]
    role = {"properties": {"roleDefinitionId": f"/r/{reader}", "principalId": object_id_of("x")}}
    arm.request("PUT", f"/resourceGroups/seen/providers/Microsoft.Authorization/roleAssignments/{reader}", role)
    arm.control("POST", "/settings", {"authorization": "enforced"})

    asked = {"query": "resources | project name"}
    answer = arm.request("POST", f"{arm.emulator.url}{PATH}", asked, headers={"Authorization": f"Bearer {token}"})

    assert answer.json()["data"] == [{"name": "seen-disk"}]


def test_the_index_may_lag_behind(arm: Arm) -> None:
    """What was made or changed since it was made shows half a minute later; the switch is off unless somebody asks."""
    disk = f"{arm.group('late')}/Microsoft.Compute/disks/"
    body = {"location": "eastasia", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}}
    sizes = "resources | project name, size = properties.diskSizeGB | order by name asc"
    arm.put(f"{disk}a", body)
    arm.control("POST", "/settings", {"resource_graph_lag": "half_a_minute"})
    first = rows(arm, sizes)
    arm.put(f"{disk}b", body)
    arm.put(f"{disk}a", {**body, "properties": {**body["properties"], "diskSizeGB": 16}})  # type: ignore[dict-item]

    assert first == rows(arm, sizes) == [{"name": "a", "size": 8}]
    arm.control("POST", "/clock", {"advance_s": 30})
    assert rows(arm, sizes) == [{"name": "a", "size": 16}, {"name": "b", "size": 8}]


@pytest.mark.skipif(not EXAMPLES.exists(), reason="the examples of the specification are not there")
@pytest.mark.parametrize(
    "name",
    [
        "ResourcesBasicQuery",
        "ResourcesComplexQuery",
        "ResourcesFacetQuery",
        "ResourcesFilterQuery",
        "ResourcesSummarizeQuery",
        "ResourcesTenantBasicQuery",
    ],
)
def test_the_examples_of_the_specification(estate: Arm, name: str) -> None:
    """Every example's query is answered with the example's keys and types."""
    example = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    asked = example["parameters"]["query"]
    asked.pop("subscriptions", None)
    ours = ask(estate, asked.pop("query"), **asked).json()
    # the example's tags and facets are those of its own resources
    expected = {**example["responses"]["200"]["body"]}
    expected["data"] = [{key: value for key, value in row.items() if key != "tags"} for row in expected["data"]]
    lacking = [path for path in missing(expected, ours) if not path.startswith("facets[].")]

    assert lacking == []
