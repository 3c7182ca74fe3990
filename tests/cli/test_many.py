"""Scopes with more machines than one request takes."""

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

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
