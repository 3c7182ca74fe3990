"""How many at once, how long, how often."""

import json
import shutil
from pathlib import Path

import httpx
import pytest

from local.host.server import FunctionsHost
from tests.host.conftest import APPS, operator_of, until

PREFIX = "/gallery/v1"


def _timed_out(name: str) -> dict[str, str]:
    return {
        "type": "Microsoft.Azure.WebJobs.Host.FunctionTimeoutException",
        "message": f"Timeout value of 00:00:01 was exceeded by function: Functions.{name}",
    }


def test_what_exceeds_the_function_timeout_fails_with_the_reason(tmp_path: Path) -> None:
    """Asynchronous or blocked in a thread, activity or request; neighbours are executed again, and not blamed."""
    app = tmp_path / "gallery"
    shutil.copytree(APPS / "gallery", app)
    host_json = json.loads((app / "host.json").read_text())
    (app / "host.json").write_text(json.dumps({**host_json, "functionTimeout": "00:00:01"}))
    with FunctionsHost(app, settings={"RECORDS": str(tmp_path)}) as host:
        operator = operator_of(host, tmp_path)
        worker = host.worker_pid
        asleep = {kind: operator.start("overslept", kind)["id"] for kind in ("async", "sync")}
        request = httpx.get(f"{host.url}{PREFIX}/sleep/60", timeout=30)
        outputs = {kind: operator.finished(instance_id)["output"] for kind, instance_id in asleep.items()}

        assert outputs == {kind: _timed_out(f"oversleep_{kind}") for kind in asleep}
        assert (request.status_code, request.content) == (500, b"")
        assert until(lambda: host.worker_pid) != worker
        assert operator.run("crew", {"kind": "async", "size": 3})["output"] == 3
        operator.http.close()


@pytest.mark.parametrize("threads", [1, 3])
def test_synchronous_functions_have_the_threads_that_the_setting_gives_them(tmp_path: Path, threads: int) -> None:
    """`PYTHON_THREADPOOL_THREAD_COUNT`; asynchronous ones need none."""
    settings = {"RECORDS": str(tmp_path), "PYTHON_THREADPOOL_THREAD_COUNT": str(threads)}
    with FunctionsHost(APPS / "gallery", settings=settings) as host:
        operator = operator_of(host, tmp_path)
        crews = {kind: operator.run("crew", {"kind": kind, "size": 5})["output"] for kind in ("sync", "async")}
        operator.http.close()

    assert crews == {"sync": threads, "async": 5}
