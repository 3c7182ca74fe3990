"""What happens when the worker dies."""

import os
import shutil
import signal
from pathlib import Path

import httpx
import pytest

from local.host.server import FunctionsHost
from tests.host.conftest import APPS, DURABLE, NEVER, Operator, operator_of, until, workers_of

type Own = tuple[FunctionsHost, Operator]


def test_a_run_whose_worker_is_killed_completes(own: Own, tmp_path: Path) -> None:
    """The activity that was running runs again in the next worker; the history shows it once."""
    host, operator = own
    begun, until_file = tmp_path / "begun", tmp_path / "go"
    instance_id = operator.start("hang_worker", {"begun": str(begun), "until": str(until_file)})["id"]
    until(begun.exists)
    first = host.worker_pid
    assert first is not None

    begun.unlink()
    os.kill(first, signal.SIGKILL)
    until(begun.exists)
    until_file.touch()
    status = operator.finished(instance_id, showHistory=True)

    assert status["output"] == "found"
    assert [row["EventType"] for row in status["historyEvents"]].count("TaskCompleted") == 1
    assert host.worker_pid not in {None, first}


def test_many_runs_survive_a_worker_that_is_killed_in_the_midst_of_them(own: Own) -> None:
    """Orchestrator turns, activities and entity batches in flight are all dispatched again."""
    host, operator = own
    started = [operator.start("greet_all", [str(number)] * 20)["id"] for number in range(20)]
    started += [operator.start("count_under_lock", "shared")["id"] for _ in range(5)]

    worker = host.worker_pid
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    results = [operator.finished(instance_id, within=30) for instance_id in started]

    assert {result["runtimeStatus"] for result in results} == {"Completed"}
    assert sorted(result["output"] for result in results[20:]) == [1, 2, 3, 4, 5]


def test_an_activity_that_crashes_its_worker_twice_still_gets_its_chance(own: Own, tmp_path: Path) -> None:
    """A crash alone decides nothing."""
    _, operator = own

    doomed = operator.start_past_the_worker("crash_worker", {"record": str(tmp_path / "attempts"), "times": 2})
    status = operator.finished(doomed, within=30)

    assert status["output"] == "survived 3"


def test_an_activity_that_always_crashes_its_worker_becomes_a_failed_task(own: Own, tmp_path: Path) -> None:
    """After five crashes the task fails with the reason; what ran beside it completes, and the host goes on."""
    _, operator = own
    record, begun, go = tmp_path / "attempts", tmp_path / "begun", tmp_path / "go"
    innocent = operator.start("hang_worker", {"begun": str(begun), "until": str(go)})["id"]
    until(begun.exists)

    doomed = operator.start_past_the_worker("crash_worker", {"record": str(record), "times": 99})
    status = operator.finished(doomed, within=40)
    go.touch()

    assert status["runtimeStatus"] == "Failed"
    assert "ended its worker process 5 times" in status["output"]
    assert record.stat().st_size == 5
    assert operator.finished(innocent)["output"] == "found"


def test_orchestrators_and_entities_that_always_crash_fail_too(tmp_path: Path) -> None:
    """Both at once; the caller of the entity goes on, and so does the entity."""
    with FunctionsHost(APPS / "crashers") as host:
        operator = operator_of(host, tmp_path)
        urls = {name: f"{DURABLE}/orchestrators/{name}/{name}" for name in ("careful", "deadly")}
        for url in urls.values():
            assert operator.http.post(url).status_code == 202
        careful, deadly = (operator.finished(name, within=40) for name in urls)
        operator.http.close()

    assert deadly["runtimeStatus"] == "Failed"
    assert "Orchestrator 'deadly' of 'deadly' ended its worker process 5 times" in deadly["output"]
    assert "Entity 'bomb' of '@bomb@one' ended its worker process 5 times" in careful["output"][0]
    assert careful["output"][1] == "whole"


def test_a_request_that_is_lost_with_its_worker_is_a_500(own: Own) -> None:
    """A caller of an HTTP function is told; nobody calls the function a second time for it."""
    host, operator = own

    answer = httpx.get(f"{host.url}/api/die")

    assert (answer.status_code, answer.content) == (500, b"")
    assert operator.run("greet_all", ["Ada"])["output"] == ["Hello Ada!"]


def test_the_status_tells_when_there_is_no_worker(own: Own) -> None:
    """`Running` again once the next worker is ready."""
    host, operator = own
    worker = host.worker_pid
    assert worker is not None

    os.kill(worker, signal.SIGKILL)

    def state() -> str:
        return str(operator.http.get("/admin/host/status").json()["state"])

    assert until(lambda: state() == "Default")
    assert until(lambda: state() == "Running")
    assert host.worker_pid != worker


def test_while_no_worker_can_start_requests_get_a_503_and_durable_work_waits(tmp_path: Path) -> None:
    """An app that was broken by an edit and mended again goes on where it was."""
    app, begun, go = tmp_path / "app", tmp_path / "begun", tmp_path / "go"
    shutil.copytree(APPS / "tour", app)
    source = (app / "function_app.py").read_text()
    settings = {"RECORDS": str(tmp_path), "TICK_SCHEDULE": NEVER}
    with FunctionsHost(app, settings=settings, patience=0.2) as host:
        operator = operator_of(host, tmp_path)
        instance_id = operator.start("hang_worker", {"begun": str(begun), "until": str(go)})["id"]
        until(begun.exists)
        worker = host.worker_pid
        assert worker is not None
        (app / "function_app.py").write_text("this is no python")
        os.kill(worker, signal.SIGKILL)
        until(lambda: host.worker_pid is None)

        refused = httpx.get(f"{host.url}/api/text")
        (app / "function_app.py").write_text(source)
        go.touch()

        assert (refused.status_code, refused.text) == (503, "Function host is not running.")
        assert operator.finished(instance_id, within=30)["output"] == "found"
        operator.http.close()


def test_a_host_that_stops_while_its_worker_is_replaced_leaves_no_process(tmp_path: Path) -> None:
    """The one that was being started ends with the others."""
    before = workers_of(os.getpid())
    settings = {"RECORDS": str(tmp_path), "TICK_SCHEDULE": NEVER}
    with FunctionsHost(APPS / "tour", settings=settings) as host:
        worker = host.worker_pid
        assert worker is not None
        os.kill(worker, signal.SIGKILL)
        until(lambda: set(workers_of(os.getpid())) - {*before, worker})

    assert workers_of(os.getpid()) == before


def test_the_worker_ends_with_its_host(tmp_path: Path) -> None:
    """A host that stops leaves no process behind, even one with a blocked thread."""
    settings = {"RECORDS": str(tmp_path), "TICK_SCHEDULE": NEVER}
    with FunctionsHost(APPS / "tour", settings=settings) as host:
        worker = host.worker_pid
        assert worker is not None
        begun = tmp_path / "begun"
        httpx.post(
            f"{host.url}/api/start/hang_worker",
            json={"begun": str(begun), "until": str(tmp_path / "never")},
            headers={"x-functions-key": host.key},
        )
        until(begun.exists)

    assert not Path(f"/proc/{worker}").exists()


LAST_WORDS = """
import os
import azure.functions as func

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route(route="end")
def end(req: func.HttpRequest) -> str:
    print("these are the last words")
    os._exit(1)
"""


def test_what_a_worker_printed_before_its_end_is_shown(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Nothing waits in a buffer, whatever the environment says."""
    (tmp_path / "function_app.py").write_text(LAST_WORDS)
    with FunctionsHost(tmp_path, settings={"PYTHONUNBUFFERED": ""}) as host:
        assert httpx.get(f"{host.url}/api/end").status_code == 500

    assert "these are the last words" in capfd.readouterr().err
