"""Scopes with more machines than one request takes."""

import json
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from asr_cli.plan_file import write_plan
from asr_cli.plan_text import LEGEND
from tests.cli.calling import Command
from tests.cli.test_trouble import KEY, problem, says, server

IDS = [f"/subscriptions/x/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-{n}" for n in range(230)]


def test_a_scope_of_many_is_planned_in_parts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The app tells the ids; a hundred go in each request, with a line of sums for each."""
    asked: list[Any] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        asked.append(body)
        if "scope" in body:
            problem(400, "ScopeTooLarge", field="scope", vmIds=IDS)(request)
            return
        plans = [{"vmId": vm, "name": vm.rsplit("/", 1)[-1], "lines": []} for vm in body["vmIds"]]
        told = {"hash": "h", "armWrites": 1, "plans": plans, "summary": f"Plan: {len(plans)} to create"}
        says(200, json.dumps(told).encode())(request)

    with server(answer) as address:
        out = Command(capsys, monkeypatch, address, KEY)("plan", "-g", "g").out
    assert [len(one.get("vmIds", ())) for one in asked] == [0, 100, 100, 30]
    assert [line for line in out.splitlines() if line] == [
        "Plan: 100 to create",
        "Plan: 100 to create",
        "Plan: 30 to create",
        LEGEND,
    ]


@pytest.mark.parametrize("moved", [False, True])
def test_the_plan_of_many_is_done_as_a_whole_or_not_at_all(
    moved: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All parts are compared before the first is sent; what that makes is no difference to the next."""
    sent: list[tuple[int, bool]] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        ids = body["vmIds"]
        if request.path.endswith("/plans"):
            says(200, json.dumps({"hash": "new" if moved and len(ids) == 30 else "h", "plans": []}).encode())(request)
        elif moved:
            problem(409, "PlanHasMoved", diff=[{"sentence": "It moved."}])(request)
        else:
            sent.append((len(ids), "planHash" in body))
            begun = [{"vmId": vm, "id": "run", "state": "pending"} for vm in ids]
            says(202, json.dumps({"protections": begun}).encode())(request)

    file = tmp_path / "plan.json"
    with server(answer) as address:
        requests = [{"vmIds": IDS[n : n + 100], "planHash": "h"} for n in (0, 100, 200)]
        write_plan(file, address, "protect", requests, [])
        ended = Command(capsys, monkeypatch, address, KEY)("protect", "--plan", str(file), code=6 if moved else 0)
    assert sent == ([] if moved else [(100, True), (100, False), (30, False)])
    assert ("It moved." in ended.err) is moved
    assert ended.out.count("pending") == (0 if moved else 230)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"{}"])
def test_what_is_no_plan_is_told(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that holds something else is a mistake of the caller's, whatever it holds."""
    file = tmp_path / "some.plan"
    file.write_bytes(content)
    ended = Command(capsys, monkeypatch, "http://127.0.0.1:1", KEY)("protect", "--plan", str(file), code=2)
    assert str(file) in ended.err.replace("\n", "")
