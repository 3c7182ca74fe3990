"""A plan says what a run does: compared with the requests that the emulator answered, world by world."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e import worlds
from tests.e2e.stack import Stack, stack

METHODS = {"create": "PUT", "update": "PATCH"}


def plan(up: Stack, vm_ids: list[str], **more: object) -> dict[str, Any]:
    """The answer of POST /api/plans."""
    answer = up.api("POST", "plans", {"vmIds": vm_ids, **more})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def planned_writes(planned: dict[str, Any]) -> Counter[tuple[str, str]]:
    """The writes that the plans announce."""
    resources = [resource for one in planned["plans"] for resource in (*one["resources"], one["protectedItem"])]
    return Counter(
        (METHODS[resource["action"]], resource["id"].lower())
        for resource in resources
        if resource and resource["action"] in METHODS
    )


def made_writes(up: Stack) -> Counter[tuple[str, str]]:
    """The writes that the app made."""
    return Counter((request["method"], request["path"].lower().rstrip("/")) for request in up.writes())


def protect(up: Stack, vm_ids: list[str], **more: object) -> list[dict[str, Any]]:
    """Protect by HTTP and wait for the outcomes."""
    answer = up.api("POST", "protections", {"vmIds": vm_ids, "wait": 90, **more})
    assert answer.status_code == 200, answer.text
    outcomes: list[dict[str, Any]] = [one["outcome"] for one in answer.json()["protections"]]
    return outcomes


@pytest.mark.parametrize("world", worlds.with_machines())
def test_a_plan_followed_by_a_run_writes_exactly_what_the_plan_said(world: str) -> None:
    """Planning writes nothing; protecting as planned makes each announced write once; then nothing is left to write."""
    with stack(world) as up:
        vm_ids = worlds.machines(up)
        planned = plan(up, vm_ids)
        assert up.writes() == []
        assert planned["armWrites"] == planned_writes(planned).total()
        assert (planned["total"], planned["continuation"]) == (len(vm_ids), None)
        assert {
            one["vmId"].rsplit("/", 1)[-1]: (
                one["decision"]["action"],
                {told["code"] for told in (*one["reasons"], *one["warnings"])},
            )
            for one in planned["plans"]
        } == worlds.documented(world)

        outcomes = protect(up, vm_ids, planHash=planned["hash"])

        assert made_writes(up) == planned_writes(planned), [outcome["sentence"] for outcome in outcomes]
        wanted = {one["vmId"] for one in planned["plans"] if one["decision"]["action"] == "protect"}
        states = dict(zip(vm_ids, (outcome["state"] for outcome in outcomes), strict=True))
        assert {vm_id for vm_id, state in states.items() if state == "enabling"} == wanted
        assert plan(up, vm_ids)["armWrites"] == 0


def test_a_plan_names_what_the_first_creates_and_the_next_reuse(shared: Stack) -> None:
    """Two machines on one foundation: it is created once, and the second plan says by whom."""
    vm_ids = [shared.vm("web-0"), shared.vm("web-1")]
    first, second = plan(shared, vm_ids)["plans"]

    created = [resource["name"] for resource in first["resources"] if resource["action"] == "create"]
    assert "Site-Recovery-Vault" in created
    reused = [resource for resource in second["resources"] if resource["name"] in created]
    assert {resource["because"] for resource in reused} == {"created by the plan of web-0"}
    assert second["armWrites"] == 1


def test_a_hash_knows_neither_order_nor_casing_but_every_choice(shared: Stack) -> None:
    """The same machines in another order and casing have the same hash; another policy has another."""
    vm_ids = [shared.vm("web-0"), shared.vm("db-0")]
    hash_ = plan(shared, vm_ids)["hash"]

    assert plan(shared, [vm_id.replace("contoso-app", "CONTOSO-APP") for vm_id in reversed(vm_ids)])["hash"] == hash_
    assert plan(shared, vm_ids, overrides={"recovery-point-minutes": 720})["hash"] != hash_


def test_a_plan_tells_every_choice_with_its_origin(shared: Stack) -> None:
    """What the request chose comes from the body, all else from where it was found."""
    [planned] = plan(shared, [shared.vm("db-0")], overrides={"recoveryRegion": "japaneast"})["plans"]
    choices = {choice["name"]: choice for choice in planned["choices"]}

    assert choices["recovery-region"]["value"] == "japaneast"
    assert choices["recovery-region"]["origin"] == "body"
    assert {choice["origin"] for choice in choices.values()} > {"body"}
    assert planned["region"]["recovery"] == "japaneast"


def test_a_plan_of_a_refused_machine_says_why_and_costs_nothing(shared: Stack) -> None:
    """No resources, no writes, all reasons."""
    [planned] = plan(shared, [shared.vm("batch-0")])["plans"]

    assert planned["decision"]["action"] == "refuse"
    assert [reason["code"] for reason in planned["reasons"]] == ["AzureVmIsNotInDesiredPowerState"]
    assert (planned["resources"], planned["armWrites"], planned["estimatedCost"]) == ([], 0, None)


def test_what_azure_hides_of_one_machine_is_no_matter_of_the_others(shared: Stack) -> None:
    """The plan of the one says who may not read what, as its run would; protectable does so, too."""
    vm_ids = [shared.vm("web-0"), shared.vm("web-1")]
    shared.fault(method="GET", path="*/networkInterfaces/web-1-nic*", status=403)
    try:
        seen, hidden = plan(shared, vm_ids)["plans"]
        listed = shared.api("GET", "protectable").json()
    finally:
        shared.clear_faults()

    assert (hidden["decision"]["action"], hidden["resources"]) == ("refuse", [])
    assert [reason["code"] for reason in hidden["reasons"]] == ["AuthorizationFailed"]
    assert "networkInterfaces/web-1-nic" in hidden["reasons"][0]["sentence"]
    assert seen["decision"]["action"] == "protect"
    states = {machine["name"]: machine["state"] for machine in listed["machines"]}
    assert (states["web-0"], states["web-1"]) == ("protectable", "not_protectable")
    assert listed["summary"]["reasons"]["AuthorizationFailed"] == 1


def test_what_azure_hides_of_the_recovery_side_is_known_before_anything_is_written(shared: Stack) -> None:
    """The steps of a run would meet it late."""
    shared.fault(method="GET", path="*/resourcegroups/asr-cache-eastasia", status=403)
    try:
        [planned] = plan(shared, [shared.vm("web-0")])["plans"]
    finally:
        shared.clear_faults()

    assert (planned["decision"]["action"], planned["resources"], planned["armWrites"]) == ("refuse", [], 0)
    assert [reason["code"] for reason in planned["reasons"]] == ["AuthorizationFailed"]


def test_an_estimate_shows_its_inputs(shared: Stack) -> None:
    """The sum is that of its lines; every line has its rate, its basis and its source; the prices have a date."""
    [planned] = plan(shared, [shared.vm("web-0")])["plans"]
    cost = planned["estimatedCost"]

    assert cost["estimate"] is True
    assert cost["perMonth"] == pytest.approx(sum(line["perMonth"] for line in cost["inputs"]), abs=0.05)
    replicas = [line["what"] for line in cost["inputs"] if line["what"].startswith("replica of ")]
    assert len(replicas) == len(planned["protectedItem"]["disks"])
    assert all(line["basis"] in {"reported", "assumption"} and line["source"] for line in cost["inputs"])


def test_what_others_do_between_a_plan_and_its_run() -> None:
    """Somebody creates what is planned for `db-0`; once that is protected, what `web-0` would reuse is deleted."""
    with stack() as up:
        a_plan_that_has_moved_is_refused_with_a_diff(up)
        a_run_by_plan_asks_azure_and_not_its_memory(up)


def a_run_by_plan_asks_azure_and_not_its_memory(up: Stack) -> None:
    """Somebody deletes what an earlier run made: the plan says so, and the run by that plan makes it again."""
    [cache] = [path for _, path in made_writes(up) if "/storageaccounts/asrcache" in path]
    assert up.call("DELETE", cache, "2023-05-01").status_code in (200, 204)
    before = made_writes(up)
    planned = plan(up, [up.vm("web-0")])
    assert ("PUT", cache) in planned_writes(planned)

    [outcome] = protect(up, [up.vm("web-0")], planHash=planned["hash"])

    assert outcome["state"] == "enabling", outcome
    assert made_writes(up) - before == planned_writes(planned)


def test_zone_to_zone_is_planned_and_run_alike() -> None:
    """One fabric, two containers, mappings between them, and no network mapping: as planned."""
    chosen = {"recovery-region": "eastasia", "recovery-zone": "2"}
    with stack("zonal") as up:
        vm_ids = [vm_id for vm_id in worlds.machines(up) if vm_id.endswith("/zone-1")]
        planned = plan(up, vm_ids, overrides=chosen)
        kinds = Counter(resource["kind"] for resource in planned["plans"][0]["resources"])
        assert (kinds["fabric"], kinds["protection container"], kinds["network mapping"]) == (1, 2, 0), planned["plans"]

        [outcome] = protect(up, vm_ids, overrides=chosen, planHash=planned["hash"])

        assert outcome["state"] == "enabling", outcome
        assert made_writes(up) == planned_writes(planned)


def a_plan_that_has_moved_is_refused_with_a_diff(up: Stack) -> None:
    """Somebody creates a planned resource meanwhile: 409 names it, and nothing is started; the new hash is taken."""
    vm_id = up.vm("db-0")
    planned = plan(up, [vm_id])
    created = up.call("PUT", up.group("contoso-app-asr"), "2021-04-01", {"location": "southeastasia"})
    assert created.status_code == 201

    moved = up.api("POST", "protections", {"vmIds": [vm_id], "planHash": planned["hash"]})

    assert moved.status_code == 409
    body = moved.json()
    assert (body["code"], [one["name"] for one in body["diff"]]) == ("PlanHasMoved", ["contoso-app-asr"])
    assert body["diff"][0]["sentence"].endswith("contoso-app-asr was to be created; now it is to be reused.")
    assert (body["diff"][0]["planned"]["action"], body["diff"][0]["now"]["action"]) == ("create", "reuse")
    assert up.writes() == []
    assert up.api("GET", "protections/history", vmId=vm_id).json()["total"] == 0
    assert protect(up, [vm_id], planHash=body["currentHash"])[0]["state"] == "enabling"


def test_an_unknown_hash_is_refused_with_the_current_one(shared: Stack) -> None:
    """409 says how to get a plan; a hash of other machines is a bad request."""
    vm_id = shared.vm("db-0")
    unknown = shared.api("POST", "protections", {"vmIds": [vm_id], "planHash": "0" * 32})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "PlanUnknown")
    assert unknown.json()["currentHash"] == plan(shared, [vm_id])["hash"]

    other = plan(shared, [shared.vm("web-0")])["hash"]
    foreign = shared.api("POST", "protections", {"vmIds": [vm_id], "planHash": other})
    assert (foreign.status_code, foreign.json()["field"]) == (400, "planHash")
    assert shared.writes() == []


def test_protectable_lists_the_scope_with_all_reasons(shared: Stack) -> None:
    """Each machine has a state and its reasons; pages join to the whole; only reads are made."""
    answer = shared.api("GET", "protectable", resourceGroup="Contoso-App", location="East Asia")
    assert answer.status_code == 200
    listing = answer.json()

    assert listing["summary"] == {
        "states": {"protectable": 4, "not_protectable": 1},
        "reasons": {"AzureVmIsNotInDesiredPowerState": 1},
    }
    assert shared.api("GET", "protectable", resourceGroup="elsewhere").json()["total"] == 0
    pages, token = [], None
    while True:
        page = shared.api("GET", "protectable", top="2", **({"continuation": token} if token else {})).json()
        pages += [machine["name"] for machine in page["machines"]]
        token = page["continuation"]
        if token is None:
            break
    assert pages == sorted(machine["name"] for machine in listing["machines"])
    assert shared.writes() == []


@pytest.mark.parametrize(
    ("method", "path", "body", "query", "field"),
    [
        ("GET", "protectable", None, {"group": "x"}, "group"),
        ("GET", "protectable", None, {"top": "0"}, "top"),
        ("GET", "protectable", None, {"subscription": "none"}, "subscription"),
        ("GET", "protections", None, {"state": "happy"}, "state"),
        ("GET", "protections", None, {"continuation": "ÿ"}, "continuation"),
        ("GET", "protections/history", None, {}, "vmId"),
        ("GET", "targets", None, {"name": "db-0"}, "kind"),
        ("POST", "plans", {"names": ["db-0"], "vmIds": ["x"]}, {}, "names"),
        ("POST", "plans", {}, {}, "vmIds"),
        ("POST", "plans", {"scope": {}}, {}, "scope"),
        ("POST", "plans", {"names": ["db-0"], "operation": "sweep"}, {}, "operation"),
        ("GET", "health", None, {"verbose": "1"}, "verbose"),
        ("POST", "sweeps", None, {"now": "1"}, "now"),
        ("POST", "plans", {"vmIds": []}, {}, "vmIds"),
        ("POST", "plans", {"vmIds": ["x"], "dryRun": True}, {}, "dryRun"),
        ("POST", "protections", {"vmIds": ["x"], "planHash": "moved"}, {}, "planHash"),
    ],
)
def test_what_is_unknown_or_wrong_is_named(
    shared: Stack, method: str, path: str, body: object, query: dict[str, str], field: str
) -> None:
    """Bad parameters and fields are 400 with their name, on every route."""
    answer = shared.api(method, path, body, **query)

    assert (answer.status_code, answer.json()["field"]) == (400, field), answer.text


@pytest.fixture(scope="module")
def shared() -> Iterator[Stack]:
    """One stack for the tests that only ask."""
    with stack() as up:
        yield up
