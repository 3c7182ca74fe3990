"""The HTTP API as people and scripts meet it: names, mistakes, targets, plans to read, runs, and no system key."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.stack import Stack, stack

GROUP = "contoso-app"


@pytest.fixture(scope="module")
def up() -> Iterator[Stack]:
    """One stack for all; no sweep comes in between."""
    with stack(ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as running:
        yield running


def traces(up: Stack) -> list[str]:
    """The VMs that the task hub or the fleet knows of."""
    hub = f"{up.host}/runtime/webhooks/durabletask/entities/VirtualMachine"
    entities: list[Any] = up.http.get(hub, params={"code": up.key}).json()
    fleet = up.api("GET", "protections").json()["protections"]
    return [one["entityId"]["key"] for one in entities] + [one["vmId"] for one in fleet]


@pytest.mark.parametrize(
    ("body", "status", "field", "told"),
    [
        ({"names": ["db-0"], "profile": "gold"}, 400, "profile", "default"),
        ({"names": ["db-0"], "overrides": {"colour": 1}}, 400, "overrides.colour", "recoveryRegion"),
        ({"names": ["db-0"], "overrides": {"recoveryZone": "x"}}, 400, "overrides.recoveryZone", "x"),
        ({"names": ["nonesuch"]}, 404, "names[0]", "nonesuch"),
        ({"names": ["db-0"], "resourceGroup": "nonesuch"}, 404, "names[0]", "nonesuch"),
        ({"scope": {"tag": "nobody-has-it"}}, 404, "scope", "no VM"),
        ({"vmIds": ["{web-0}", "{nonesuch}"]}, 404, "vmIds[1]", "nonesuch"),
        ({"names": ["db-0"], "replace": True}, 400, "confirm", "the VM's name, 'db-0'"),
        ({"names": ["db-0"], "overrides": {str(number): 1 for number in range(10_000)}}, 400, "overrides", "64"),
    ],
)
@pytest.mark.parametrize("path", ["protections", "plans"])
def test_a_mistake_is_a_4xx_that_names_it_and_starts_nothing(
    up: Stack, path: str, body: dict[str, Any], status: int, field: str, told: str
) -> None:
    """Neither an entity nor an entry of the fleet; and the answer is short."""
    if path == "plans" and "replace" in body:
        field, told = "replace", "no such field"
    ids = {f"{{{name}}}": up.vm(name) for name in ("web-0", "nonesuch")}
    sent = {**body, **({"vmIds": [ids[one] for one in body["vmIds"]]} if "vmIds" in body else {})}
    before = traces(up)

    answer = up.api("POST", path, sent)

    problem = answer.json()
    assert (answer.status_code, problem["field"]) == (status, field), answer.text
    assert told in problem["detail"]
    assert len(answer.content) < 4000
    assert traces(up) == before


def test_a_name_alone_will_do(up: Stack) -> None:
    """Wherever an id is taken."""
    planned = up.api("POST", "plans", {"names": ["DB-0"]}).json()
    assert [one["vmId"] for one in planned["plans"]] == [up.vm("db-0")]
    for path, more in (("protections", {}), ("protections/history", {}), ("targets", {"kind": "region"})):
        assert up.api("GET", path, name="db-0", **more).json()["vmId"] == up.vm("db-0")
    assert up.api("GET", "protections", name="nonesuch").status_code == 404
    assert up.api("GET", "protections", vmId=up.vm("db-0"), name="db-0").json()["field"] == "name"


def test_a_name_that_several_vms_have_is_answered_with_them(up: Stack) -> None:
    """The group tells them apart."""
    twin = f"{up.group('twins')}/providers/Microsoft.Compute/virtualMachines/web-1"
    source = up.get(up.vm("web-1"), "2024-07-01")
    assert up.call("PUT", up.group("twins"), "2021-04-01", {"location": "eastasia"}).is_success
    nic_path = "providers/Microsoft.Network/networkInterfaces"
    nic = up.get(source["properties"]["networkProfile"]["networkInterfaces"][0]["id"])
    own = f"{up.group('twins')}/{nic_path}/twin"
    subnet = nic["properties"]["ipConfigurations"][0]["properties"]["subnet"]
    addresses = [{"name": "one", "properties": {"subnet": subnet, "primary": True}}]
    body = {"location": "eastasia", "properties": {"ipConfigurations": addresses}}
    assert up.call("PUT", own, "2023-09-01", body).is_success
    machine = {
        "location": "eastasia",
        "properties": {
            "hardwareProfile": {"vmSize": "Standard_D2s_v3"},
            "storageProfile": {
                "imageReference": {
                    "publisher": "Canonical",
                    "offer": "0001-com-ubuntu-server-jammy",
                    "sku": "22_04-lts",
                    "version": "latest",
                },
                "osDisk": {"createOption": "FromImage"},
            },
            "osProfile": {"computerName": "web-1", "adminUsername": "ops", "adminPassword": "Not-4-real-use"},
            "networkProfile": {"networkInterfaces": [{"id": own}]},
        },
    }
    made = up.call("PUT", twin, "2024-07-01", machine)
    assert made.is_success, made.text

    answer = up.api("GET", "protections", name="web-1")
    assert (answer.status_code, answer.json()["code"]) == (400, "VmAmbiguous")
    assert sorted(answer.json()["candidates"]) == sorted([up.vm("web-1"), twin])
    found = up.api("GET", "protections", name="web-1", resourceGroup="TWINS").json()
    assert found["vmId"].lower() == twin.lower()


def test_a_scope_holds_what_it_says(up: Stack) -> None:
    """By tag, region and group."""
    up.tag(up.vm("web-0"), tier="shop")

    def planned(**scope: str) -> list[str]:
        answer = up.api("POST", "plans", {"scope": scope})
        assert answer.status_code == 200, answer.text
        return [one["name"] for one in answer.json()["plans"]]

    assert planned(tag="TIER=shop") == planned(tag="tier", location="East Asia") == ["web-0"]
    assert up.api("POST", "plans", {"scope": {"tag": "tier=other"}}).status_code == 404


def test_a_run_is_read_by_function_key_and_no_answer_holds_the_system_key(up: Stack) -> None:
    """In Durable's own shape; a run that is not there is a 404."""
    answer = up.api("POST", "protections", {"names": ["web-0"]})
    [started] = answer.json()["protections"]
    assert started["statusQueryGetUri"] == f"{up.host}/api/runs/{started['id']}"
    assert (answer.status_code, answer.headers["location"]) == (202, started["statusQueryGetUri"])
    assert up.http.get(started["statusQueryGetUri"]).status_code == 401
    swept = up.api("POST", "sweeps")
    for text in (answer.text, swept.text, str(answer.headers), str(swept.headers)):
        assert "code=" not in text
        assert up.key not in text
    assert set(swept.json()) == {"id", "statusQueryGetUri"}

    ended = up.until(lambda: (run := up.run(started)).status_code == 200 and run.json())

    assert (ended["instanceId"], ended["runtimeStatus"], ended["input"]) == (started["id"], "Completed", None)
    assert ended["output"]["state"] == "enabling"
    assert ended["createdTime"] <= ended["lastUpdatedTime"]
    assert up.until(lambda: up.run(swept.json()).status_code == 200)
    for unknown in ("nonesuch", "@virtualmachine@x", "a" * 300, "%00", "..%2f"):
        assert up.api("GET", f"runs/{unknown}").status_code == 404, unknown


def test_durables_own_addresses_are_told_when_the_operator_wants_it() -> None:
    """Beside ours."""
    with stack(ASR_MANAGEMENT_URLS="true", ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as up:
        swept = up.api("POST", "sweeps").json()
        assert swept["statusQueryGetUri"] == f"{up.host}/api/runs/sweep"
        assert "code=" in swept["purgeHistoryDeleteUri"]


@pytest.mark.parametrize("kind", ["resourceGroup", "virtualNetwork", "availabilitySet", "storageAccount", "vault"])
def test_targets_are_ranked_and_the_first_is_what_the_plan_takes(up: Stack, kind: str) -> None:
    """Those that do not suit are last, and say why."""
    listed = up.api("GET", "targets", name="db-0", kind=kind).json()["targets"]
    [plan] = up.api("POST", "plans", {"names": ["db-0"]}).json()["plans"]
    planned = {resource["id"].lower() for resource in plan["resources"]}

    assert [one["suitable"] for one in listed] == sorted((one["suitable"] for one in listed), reverse=True)
    assert all(one["reason"] and (one["score"] > 0) == one["suitable"] for one in listed)
    if kind != "availabilitySet":
        assert listed[0]["id"].lower() in planned, listed


def test_the_first_region_is_what_the_plan_takes(up: Stack) -> None:
    """Every region is listed, the source's own among those that do not suit."""
    listed = up.api("GET", "targets", name="db-0", kind="region").json()["targets"]
    [plan] = up.api("POST", "plans", {"names": ["db-0"]}).json()["plans"]

    assert listed[0]["name"] == plan["region"]["recovery"]
    assert "source region" in next(one["reason"] for one in listed if one["name"] == "eastasia")
    assert up.api("GET", "targets", name="db-0", kind="planet").json()["field"] == "kind"


def test_a_plan_can_be_read_by_people(up: Stack) -> None:
    """One line a change, the sums, and for a VM that is refused neither change nor write."""
    headers = {"x-functions-key": up.key, "accept": "text/plain"}
    body = {"names": ["db-0", "batch-0"]}
    answer = up.described(up.http.post(f"{up.host}/api/plans", json=body, headers=headers))
    told = up.api("POST", "plans", body).json()

    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert sum(line.startswith("  + ") for line in lines) == told["armWrites"] > 0
    assert [line for plan in told["plans"] for line in plan["lines"]] == [line for line in lines if line][:-4]
    assert told["plans"][1]["lines"][0] == "batch-0: refuse"
    assert told["plans"][1]["lines"][1].startswith("  ! ")
    assert told["summary"] in lines
    assert told["hash"] in answer.text
    assert "USD a month" in answer.text


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 503}, {"reset": True}])
def test_while_azure_does_not_tell_the_status_is_the_last_that_is_known(up: Stack, fault: dict[str, Any]) -> None:
    """With what could not be read, and why; by id and by name."""
    vm = up.vm("web-1")
    assert up.api("POST", "protections", {"vmIds": [vm], "wait": 60}).status_code == 200
    before = up.status(vm)
    up.fault(method="GET", path="/subscriptions/*", client="asr-autoprotect", phase="before", times=1000, **fault)
    try:
        answers = [
            up.api("GET", "protections", vmId=vm),
            up.api("GET", "protections", name="web-1", resourceGroup=GROUP),
        ]
    finally:
        up.clear_faults()

    for answer in answers:
        assert answer.status_code == 200, answer.text
        status = answer.json()
        assert status["lastOutcome"] == before["lastOutcome"]
        assert status["state"] in ("enabling", "protected")
        assert (status["decision"], [one["id"] for one in status["problems"]]) == (None, [vm])
        assert status["problems"][0]["sentence"]
    assert before["problems"] == []


def checks(up: Stack) -> dict[str, str]:
    """The status of the app and of each check."""
    answer = up.api("GET", "health")
    health = answer.json()
    assert answer.status_code == (503 if health["status"] == "unhealthy" else 200)
    assert answer.elapsed.total_seconds() < 15
    assert up.key not in answer.text
    return {"app": health["status"], **{check["name"]: check["status"] for check in health["checks"]}}


@pytest.mark.parametrize(
    ("fault", "wrong"),
    [
        ({"status": 403}, {"app": "unhealthy", "rights": "unhealthy"}),
        ({"status": 503}, {"app": "unhealthy", "azure": "unhealthy", "rights": "degraded"}),
        ({"reset": True}, {"app": "unhealthy", "azure": "unhealthy", "rights": "degraded"}),
        ({"status": 429, "retry_after": 2}, {"app": "degraded", "azure": "degraded", "rights": "degraded"}),
        ({"delay_s": 30}, {"app": "unhealthy", "azure": "unhealthy", "rights": "degraded"}),
    ],
)
def test_health_tells_what_does_not_work(up: Stack, fault: dict[str, Any], wrong: dict[str, str]) -> None:
    """It answers in seconds, whatever Azure does."""
    well = up.until(lambda: (found := checks(up)) and set(found.values()) == {"healthy"} and found)
    up.fault(method="GET", path="*", client="asr-autoprotect", phase="before", times=1000, **fault)
    try:
        assert checks(up) == {**well, **wrong}
    finally:
        up.clear_faults()


def test_health_names_a_wrong_setting() -> None:
    """It is unhealthy, and shows no secret."""
    store = "https://contoso.blob.core.windows.net/asr?sig=secret"
    with stack(ASR_POLL_INTERVAL_SECONDS="soon", ASR_STORE=store) as up:
        answer = up.api("GET", "health")
    assert (answer.status_code, answer.json()["status"]) == (503, "unhealthy")
    [check] = answer.json()["checks"]
    assert "ASR_POLL_INTERVAL_SECONDS is 'soon'" in check["detail"]
    assert "secret" not in json.dumps(answer.json())
