"""The trail across the fleet: who asked for what, by which plan, how it ended; longer than the task hub remembers."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.stack import Stack, stack
from tests.e2e.topic import advance

DAY = 86_400


@pytest.fixture
def up() -> Iterator[Stack]:
    """A stack whose history is kept for ten days."""
    with stack(ASR_HISTORY_DAYS="10", ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as running:
        yield running


def trail(up: Stack, **query: str) -> list[dict[str, Any]]:
    """The runs of the trail."""
    answer = up.api("GET", "audit", **query)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["total"] >= len(body["runs"])
    return list(body["runs"])


def in_form(up: Stack, form: str, **query: str) -> str:
    """The trail in another form."""
    headers = {"x-functions-key": up.key, "accept": form}
    answer = up.described(up.http.get(f"{up.host}/api/audit", params=query, headers=headers))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith(form)
    return answer.text


def is_purged_tomorrow(up: Stack, run: str) -> bool:
    """Whether the task hub has forgotten a run; if not, a day passes."""
    answer = up.http.get(f"{up.host}/api/runs/{run}", headers={"x-functions-key": up.key})
    if answer.status_code != 404:
        advance(up, DAY)
    return answer.status_code == 404


def test_the_trail_outlives_the_task_hub(up: Stack) -> None:
    """Runs by event and by name, by a plan; then history is purged by the clock, and the trail says the same."""
    web, batch = up.vm("web-0"), up.vm("batch-0")
    up.tag(batch, asr_protect="true")
    up.outcome(batch, "refused")
    plan = up.api("POST", "plans", {"vmIds": [web]}).json()["plans"][0]
    asked = {"vmIds": [web], "planHash": plan["hash"], "requestId": "=cmd|' /C calc'!A0"}
    [started] = up.api("POST", "protections", asked).json()["protections"]
    up.outcome(web, "enabling", "protected")
    up.until(lambda: all(one["state"] for one in trail(up)))
    before = trail(up)
    commands = trail(up, kind="protect")
    advance(up, 11 * DAY)
    up.until(lambda: is_purged_tomorrow(up, started["id"]))

    assert [(one["vmId"].lower(), one["planHash"]) for one in commands] == [(web.lower(), plan["hash"])]
    assert commands[0]["requestedBy"]["name"]
    assert commands[0]["requestId"] == asked["requestId"]
    assert {one["state"] for one in trail(up, state="refused")} == {"refused"}
    assert {one["id"] for one in before} <= {one["id"] for one in trail(up)}
    assert [one for one in trail(up) if one["id"] == started["id"]] == commands
    rows = list(csv.DictReader(io.StringIO(in_form(up, "text/csv", kind="protect"))))
    assert [row["id"] for row in rows] == [started["id"]]
    assert rows[0]["requestId"] == "'" + asked["requestId"]
    assert rows[0]["planHash"] == plan["hash"]
    lines = in_form(up, "application/x-ndjson").splitlines()
    assert [json.loads(line) for line in lines] == trail(up)


def test_pages_of_the_trail_join_to_the_whole(up: Stack) -> None:
    """The latest first; nobody's name opens anything; what makes no sense is said."""
    for name in ("web-0", "db-0", "batch-0"):
        up.tag(up.vm(name), asr_protect="true")
    for name in ("web-0", "db-0", "batch-0"):
        up.outcome(up.vm(name), "protected", "enabling", "refused")
    whole = trail(up)
    pages, continuation = list[dict[str, Any]](), None
    while True:
        more: dict[str, str] = {"continuation": continuation} if continuation else {}
        page = up.api("GET", "audit", top="1", **more).json()
        pages += page["runs"]
        continuation = page["continuation"]
        if continuation is None:
            break

    assert pages == whole
    assert [one["last"] for one in whole] == sorted((one["last"] for one in whole), reverse=True)
    assert trail(up, since="2199-01-01") == []
    assert trail(up, requestedBy="nobody'; --") == []
    for query in (
        {"since": "yesterday"},
        {"since": "2026-13-45"},
        {"until": "0001-01-01T00:00:00+14:00"},
        {"since": "2026-02-01", "until": "2026-01-01"},
        {"state": "happy"},
        {"kind": "dance"},
        {"top": "0"},
        {"continuation": "%%%"},
    ):
        answer = up.api("GET", "audit", **query)
        assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest"), query
