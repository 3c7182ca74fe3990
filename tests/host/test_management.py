"""The Durable Functions HTTP management API."""

import httpx
import pytest

from local.host.server import FunctionsHost
from tests.host.conftest import DURABLE, Operator, until


def test_starting_answers_with_the_check_status_payload(operator: Operator, key: str) -> None:
    """202, where to look, when to look again, and every management URL but the rewind."""
    answer = operator.http.post(f"{DURABLE}/orchestrators/greet_all/{key}", json=["Ada"])

    payload = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == payload["statusQueryGetUri"]
    assert answer.headers["retry-after"] == "10"
    assert set(payload) == {
        "id",
        "statusQueryGetUri",
        "sendEventPostUri",
        "terminatePostUri",
        "purgeHistoryDeleteUri",
        "restartPostUri",
        "suspendPostUri",
        "resumePostUri",
    }
    assert "taskHub=TourHub&connection=Storage&code=" in payload["statusQueryGetUri"]


def test_addresses_ignore_case_and_a_last_slash(operator: Operator, key: str) -> None:
    """All but the instance's id, as with ASP.NET."""
    operator.start("wait_for_approval", instance_id=f"Case-{key}")
    place = f"/Runtime/WebHooks/DurableTask/Instances/Case-{key}"

    assert operator.http.get(f"{place}/").json()["instanceId"] == f"Case-{key}"
    assert operator.http.get(f"{DURABLE}/instances/case-{key}").status_code == 404
    assert operator.http.get(f"{DURABLE}/instances/").status_code == 200
    assert operator.http.post(f"{place}/Terminate/").status_code == 202
    assert operator.http.get("/Admin/Functions/tick/").status_code == 200


def test_a_start_that_cannot_be_is_refused(operator: Operator) -> None:
    """No such orchestrator, or an input that is no JSON."""
    assert operator.http.post(f"{DURABLE}/orchestrators/nowhere").status_code == 400
    assert operator.http.post(f"{DURABLE}/orchestrators/greet_all", content="{").status_code == 400


def test_a_start_may_wait_for_the_result(operator: Operator) -> None:
    """With `timeout` the output comes at once when it is there in time, the check-status payload when not."""
    query = {"timeout": 10, "pollingInterval": 0.05}

    done = operator.http.post(f"{DURABLE}/orchestrators/greet_all", params=query, json=["Ada"])
    waiting = operator.http.post(f"{DURABLE}/orchestrators/wait_for_approval", params=query | {"timeout": 0.2})

    assert (done.status_code, done.json()) == (200, ["Hello Ada!"])
    assert waiting.status_code == 202
    assert "statusQueryGetUri" in waiting.json()


def test_a_wait_needs_both_times_and_the_right_way_round(operator: Operator) -> None:
    """Without an interval nobody waits; an interval beyond the timeout is refused; a failure is a status."""
    url = f"{DURABLE}/orchestrators/failing"

    assert operator.http.post(url, params={"timeout": 5}, json="x").status_code == 202
    assert operator.http.post(url, params={"timeout": 1, "pollingInterval": 2}, json="x").status_code == 400
    failed = operator.http.post(url, params={"timeout": 5, "pollingInterval": 0.05}, json="x")
    assert (failed.status_code, failed.json()["runtimeStatus"]) == (200, "Failed")


def test_what_is_not_failed_cannot_be_rewound(operator: Operator) -> None:
    """412 while it runs, 410 when it is over."""
    waiting = operator.start("wait_for_approval")
    until(lambda: operator.status(waiting["id"])["runtimeStatus"] == "Running")

    assert operator.http.post(f"{DURABLE}/instances/{waiting['id']}/rewind").status_code == 412
    done = operator.run("greet_all", [])["instanceId"]
    assert operator.http.post(f"{DURABLE}/instances/{done}/rewind").status_code == 410


def test_a_running_instance_is_restarted_under_a_new_id_only(operator: Operator) -> None:
    """The input runs again beside it; its own id is in use."""
    waiting = operator.start("wait_for_approval")["id"]
    url = f"{DURABLE}/instances/{waiting}/restart"

    assert operator.http.post(url, params={"restartWithNewInstanceId": "false"}).status_code == 409
    again = operator.http.post(url)
    assert again.status_code == 202
    assert operator.status(again.json()["id"])["name"] == "wait_for_approval"
    assert again.json()["id"] != waiting


def test_the_payloads_urls_carry_their_own_key(operator: Operator) -> None:
    """Whoever got the payload needs no other key, and does not get the master key."""
    payload = operator.start("wait_for_approval")

    running = httpx.get(payload["statusQueryGetUri"])

    assert operator.http.headers["x-functions-key"] not in str(payload)
    assert running.status_code == 202
    assert running.headers["retry-after"] == "5"
    assert running.headers["location"] == payload["statusQueryGetUri"]
    assert httpx.get(payload["statusQueryGetUri"].partition("?")[0]).status_code == 401


def test_a_status_hides_the_input_on_request(operator: Operator) -> None:
    """`showInput` is true unless said otherwise."""
    instance_id = operator.start("greet_all", ["Ada"])["id"]

    assert operator.finished(instance_id)["input"] == ["Ada"]
    assert operator.status(instance_id, showInput="false")["input"] is None


def test_history_has_a_row_per_finished_task(operator: Operator) -> None:
    """Scheduling and completion are one row with both times; bookkeeping is left out; results are opt-in."""
    instance_id = operator.start("greet_all", ["Ada"])["id"]
    operator.finished(instance_id)

    brief = operator.status(instance_id, showHistory=True)["historyEvents"]
    full = operator.status(instance_id, showHistory=True, showHistoryOutput=True)["historyEvents"]

    assert [row["EventType"] for row in brief] == ["ExecutionStarted", "TaskCompleted", "ExecutionCompleted"]
    assert brief[0]["FunctionName"] == "greet_all"
    assert brief[1]["FunctionName"] == "greet"
    assert brief[1]["ScheduledTime"] <= brief[1]["Timestamp"]
    assert "Result" not in brief[1]
    assert full[1]["Result"] == "Hello Ada!"
    assert full[2] | {"Timestamp": ""} == {
        "EventType": "ExecutionCompleted",
        "Timestamp": "",
        "OrchestrationStatus": "Completed",
        "Result": ["Hello Ada!"],
    }


def test_history_tells_why_a_task_failed(operator: Operator) -> None:
    """Reason and stack of the activity."""
    status = operator.run("failing", "boom", showHistory=True)

    failed = next(row for row in status["historyEvents"] if row["EventType"] == "TaskFailed")
    assert (failed["FunctionName"], failed["Reason"]) == ("fail", "boom")
    assert "raise ValueError(reason)" in failed["Details"]


def test_a_failed_instance_is_a_500_on_request(operator: Operator) -> None:
    """`returnInternalServerErrorOnFailure`."""
    instance_id = operator.start("failing", "boom")["id"]
    operator.finished(instance_id)
    url = f"{DURABLE}/instances/{instance_id}"

    assert operator.http.get(url).status_code == 200
    assert operator.http.get(url, params={"returnInternalServerErrorOnFailure": "true"}).status_code == 500


def test_instances_are_listed_by_prefix_and_status_page_by_page(operator: Operator, key: str) -> None:
    """`top` with the continuation header reaches every instance exactly once."""
    ids = [operator.start("greet_all", [], instance_id=f"{key}-{number}")["id"] for number in range(5)]
    waiting = operator.start("wait_for_approval", instance_id=f"{key}-waiting")["id"]
    for instance_id in ids:
        operator.finished(instance_id)
    until(lambda: operator.status(waiting)["runtimeStatus"] == "Running")

    query = {"instanceIdPrefix": key, "runtimeStatus": "Completed,Failed", "top": "2"}
    pages: list[list[str]] = []
    headers: dict[str, str] = {}
    while True:
        answer = operator.http.get(f"{DURABLE}/instances", params=query, headers=headers)
        pages.append([row["instanceId"] for row in answer.json()])
        if "x-ms-continuation-token" not in answer.headers:
            break
        headers = {"x-ms-continuation-token": answer.headers["x-ms-continuation-token"]}

    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(name for page in pages for name in page) == ids
    running = operator.http.get(f"{DURABLE}/instances", params={"instanceIdPrefix": key, "runtimeStatus": "Running"})
    assert [row["instanceId"] for row in running.json()] == [waiting]


def test_instances_are_listed_by_creation_time(operator: Operator, key: str) -> None:
    """Both bounds apply."""
    operator.start("greet_all", [], instance_id=key)

    def found(**bounds: str) -> list[dict]:
        rows: list[dict] = operator.http.get(f"{DURABLE}/instances", params={"instanceIdPrefix": key, **bounds}).json()
        return rows

    assert len(found(createdTimeFrom="2020-01-01T00:00:00Z", createdTimeTo="2999-01-01T00:00:00Z")) == 1
    assert found(createdTimeTo="2020-01-01T00:00:00Z") == []


def test_terminate_ends_an_instance_and_its_children(operator: Operator) -> None:
    """202, then Terminated with the reason as output; after that 410."""
    payload = operator.start("parent_of_waiting")
    child = f"{payload['id']}-child"
    until(lambda: operator.http.get(f"{DURABLE}/instances/{child}").status_code == 202)

    answer = operator.http.post(payload["terminatePostUri"].format(text="enough"))

    assert answer.status_code == 202
    assert operator.finished(payload["id"])["runtimeStatus"] == "Terminated"
    assert operator.status(payload["id"])["output"] == "enough"
    assert operator.finished(child)["runtimeStatus"] == "Terminated"
    assert operator.http.post(payload["terminatePostUri"].format(text="again")).status_code == 410


def test_a_failed_instance_can_be_rewound(operator: Operator, tmp_path: str) -> None:
    """The failed activity runs again, the successful ones do not."""
    record = f"{tmp_path}/attempts"
    payload = operator.start("fail_once", {"record": record})
    assert operator.finished(payload["id"])["runtimeStatus"] == "Failed"

    answer = operator.http.post(f"{DURABLE}/instances/{payload['id']}/rewind", params={"reason": "fixed"})

    assert answer.status_code == 202
    until(lambda: operator.status(payload["id"])["runtimeStatus"] == "Completed")
    assert operator.status(payload["id"])["output"] == "attempt 2"
    assert operator.http.post(f"{DURABLE}/instances/{payload['id']}/rewind").status_code == 410


def test_restart_runs_the_same_input_again(operator: Operator, key: str) -> None:
    """Under a new id, or in place."""
    operator.finished(operator.start("greet_all", ["Ada"], instance_id=key)["id"])

    new = operator.http.post(f"{DURABLE}/instances/{key}/restart").json()["id"]
    same = operator.http.post(
        f"{DURABLE}/instances/{key}/restart", params={"restartWithNewInstanceId": "false"}
    ).json()["id"]

    assert (same, new != key) == (key, True)
    assert operator.finished(new)["output"] == operator.finished(key)["output"] == ["Hello Ada!"]
    assert operator.http.post(f"{DURABLE}/instances/nobody/restart").status_code == 400


def test_purge_forgets_finished_instances_only(operator: Operator, key: str) -> None:
    """By id, or by filter; without a lower bound a filter is refused."""
    operator.finished(operator.start("greet_all", [], instance_id=key)["id"])
    waiting = operator.start("wait_for_approval")["id"]

    assert operator.http.delete(f"{DURABLE}/instances/{key}").json() == {"instancesDeleted": 1}
    assert operator.http.get(f"{DURABLE}/instances/{key}").status_code == 404
    assert operator.http.delete(f"{DURABLE}/instances/{key}").status_code == 404
    assert operator.http.delete(f"{DURABLE}/instances/{waiting}").status_code == 412
    assert operator.http.delete(f"{DURABLE}/instances").status_code == 400
    future = {"createdTimeFrom": "2999-01-01T00:00:00Z"}
    assert operator.http.delete(f"{DURABLE}/instances", params=future).status_code == 404


def test_what_does_not_exist_is_not_found(operator: Operator) -> None:
    """Every instance route says 404."""
    url = f"{DURABLE}/instances/nobody"

    assert operator.http.get(url).status_code == 404
    for action in ("terminate", "suspend", "resume", "rewind", "raiseEvent/x"):
        assert operator.http.post(f"{url}/{action}", json={}).status_code == 404


def test_an_event_must_be_json(operator: Operator) -> None:
    """Both the media type and the content."""
    payload = operator.start("wait_for_approval")
    url = payload["sendEventPostUri"].format(eventName="approval")

    assert operator.http.post(url, content="yes", headers={"content-type": "text/plain"}).status_code == 400
    assert operator.http.post(url).status_code == 400
    assert operator.http.post(url, content="{", headers={"content-type": "application/json"}).status_code == 400


def test_every_route_needs_a_key(host: FunctionsHost) -> None:
    """No management without the system key or the master key."""
    for method, path in (("GET", "instances"), ("POST", "orchestrators/greet_all"), ("DELETE", "instances/x")):
        assert httpx.request(method, f"{host.url}{DURABLE}/{path}").status_code == 401


def test_entities_are_signalled_read_and_listed(operator: Operator, key: str) -> None:
    """The API's `/entities` routes; names ignore case."""
    entity = f"{DURABLE}/entities/Counter/{key}"

    assert operator.http.get(entity).status_code == 404
    assert operator.http.post(entity, params={"op": "add"}, json=3).status_code == 202
    assert until(lambda: operator.http.get(entity).status_code == 200)
    assert operator.http.get(entity).json() == 3
    listed = operator.http.get(f"{DURABLE}/entities/counter", params={"fetchState": "true"}).json()
    assert {"name": "counter", "key": key} in [row["entityId"] for row in listed]
    assert operator.http.post(f"{DURABLE}/entities/nobody/x", params={"op": "add"}).status_code == 404


def test_entities_are_listed_page_by_page_and_deleted(operator: Operator, key: str) -> None:
    """`top` with the continuation header; a DELETE is the operation `delete`."""
    for number in range(3):
        operator.http.post(f"{DURABLE}/entities/counter/{key}-{number}", params={"op": "add"}, json=1)
    until(lambda: operator.http.get(f"{DURABLE}/entities/counter/{key}-2").status_code == 200)
    seen: list[str] = []
    headers: dict[str, str] = {}
    while True:
        answer = operator.http.get(f"{DURABLE}/entities/counter", params={"top": 2}, headers=headers)
        seen += [row["entityId"]["key"] for row in answer.json()]
        if "x-ms-continuation-token" not in answer.headers:
            break
        headers = {"x-ms-continuation-token": answer.headers["x-ms-continuation-token"]}

    assert {f"{key}-{number}" for number in range(3)} <= set(seen)
    assert operator.http.delete(f"{DURABLE}/entities/counter/{key}-0").status_code == 202
    assert until(lambda: operator.http.get(f"{DURABLE}/entities/counter/{key}-0").status_code == 404)
    json_type = {"content-type": "application/json"}
    assert operator.http.post(f"{DURABLE}/entities/counter/{key}", content="{", headers=json_type).status_code == 400


def test_an_entity_listing_has_bounds_of_time(operator: Operator, key: str) -> None:
    """`lastOperationTimeFrom` and `lastOperationTimeTo`."""
    operator.http.post(f"{DURABLE}/entities/counter/{key}", params={"op": "add"}, json=1)
    until(lambda: operator.http.get(f"{DURABLE}/entities/counter/{key}").status_code == 200)

    def keys(**bounds: str) -> list[str]:
        rows = operator.http.get(f"{DURABLE}/entities/counter", params={"top": 1000, **bounds}).json()
        return [row["entityId"]["key"] for row in rows]

    assert key in keys(lastOperationTimeFrom="2020-01-01T00:00:00Z", lastOperationTimeTo="2999-01-01T00:00:00Z")
    assert keys(lastOperationTimeTo="2020-01-01T00:00:00Z") == []


@pytest.mark.parametrize(
    "query",
    [
        {"top": "99999999999999999999"},
        {"top": "-1"},
        {"top": "\xb2"},
        {"createdTimeTo": "0001-01-01T00:00:00+14:00", "createdTimeFrom": "soon"},
        {"runtimeStatus": "Resting,,"},
    ],
)
def test_a_parameter_that_cannot_be_read_is_left_out(operator: Operator, query: dict[str, str]) -> None:
    """As the real API does; instances and entities alike."""
    for place in ("instances", "entities"):
        assert operator.http.get(f"{DURABLE}/{place}", params=query).status_code == 200


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_text_or_no_json_is_refused(operator: Operator, key: str, body: bytes) -> None:
    """Wherever a body is taken."""
    operator.start("wait_for_approval", instance_id=key)
    for place in ("orchestrators/greet_all", f"instances/{key}/raiseEvent/x", f"entities/counter/{key}?op=add"):
        answer = operator.http.post(f"{DURABLE}/{place}", content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 400, place


@pytest.mark.parametrize(("name", "reason"), [("@a", "start with @"), ("a%23b", "#"), ("x" * 257, "exceed 256")])
def test_what_cannot_be_an_instance_id_is_refused(operator: Operator, name: str, reason: str) -> None:
    """With the sentence of the durable client."""
    answer = operator.http.post(f"{DURABLE}/orchestrators/greet_all/{name}", json=[])

    assert answer.status_code == 400
    assert reason in answer.text
