"""Following: from the app's answers to rows, and when it ends."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from local.demo.app import App
from local.demo.deadline import Deadline
from local.demo.errors import NotStarted, Stuck
from local.demo.follow import WAITING, Progress, follow, progress_of
from tests.demo import statuses
from tests.demo.statuses import Json

REASON = "AzureVmIsNotInDesiredPowerState: The machine is not running."


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        (statuses.FRESH, WAITING),
        (statuses.running("decide"), Progress("deciding", "tagged")),
        (
            statuses.running("foundation", "vault:/subscriptions/s", "storage:/a", "storage:/b"),
            Progress("building the foundation: storage, vault", "tagged"),
        ),
        (statuses.running("a step of tomorrow"), Progress("a step of tomorrow", "tagged")),
        (
            statuses.replicating(None),
            Progress("initial replication", "Initial replication is in progress", 0.0),
        ),
        (
            statuses.replicating(42),
            Progress("initial replication", "Initial replication is in progress", 42.0),
        ),
        (statuses.protected(), Progress("done", "Protected", 100.0, ended=True)),
        (statuses.protected("already_protected"), Progress("done", "Protected", 100.0, ended=True)),
        (statuses.protected("enabling"), Progress("initial replication", "Protected", 100.0)),
        (statuses.ended_badly("refused"), Progress("refused", "refused", note=REASON, ended=True)),
        (statuses.ended_badly("failed"), Progress("failed", "failed", note=REASON, ended=True)),
        (statuses.ended_badly("failed") | statuses.running("decide"), Progress("deciding", "tagged")),
    ],
)
def test_a_status_says_how_far_a_machine_has_come(status: Json, progress: Progress) -> None:
    """Every stage has its words; a machine rests only when protected and settled, refused, or failed for good."""
    assert progress_of(status) == progress


def test_a_failure_that_is_tried_again_is_not_the_end() -> None:
    """A sweep may cure a failure, so while a run is active the machine is still on its way."""
    status = statuses.ended_badly("failed") | {"activeRun": {"run": "web-0-2", "customStatus": {"step": "enable"}}}

    assert progress_of(status) == Progress("enabling replication", "failed")


def test_rows_follow_the_answers_until_everybody_rests() -> None:
    """Rows come in the order of the machines; one that rests keeps its time while the others go on."""
    script = {
        "web-0": [statuses.running("enable"), statuses.replicating(50), statuses.protected()],
        "batch-0": [statuses.ended_badly("refused")],
    }
    with app_that_answers(script) as app:
        seen = list(follow(app.status, {name: name for name in script}, Deadline(20), _alive))

    assert [[row.progress.step for row in rows] for rows in seen] == [
        ["enabling replication", "refused"],
        ["initial replication", "refused"],
        ["done", "refused"],
    ]
    assert [row.vm for row in seen[-1]] == ["web-0", "batch-0"]
    assert len({rows[1].seconds for rows in seen}) == 1
    assert seen[0][0].seconds < seen[1][0].seconds < seen[2][0].seconds


def test_an_app_that_cannot_answer_is_asked_again() -> None:
    """An error answer is shown as such and ends nothing."""
    with app_that_answers({"web-0": [None, statuses.protected()]}) as app:
        first, last = follow(app.status, {"web-0": "web-0"}, Deadline(20), _alive)

    assert (first[0].progress.step, first[0].progress.note) == ("asking", "503 {}")
    assert last[0].progress.ended


def test_when_time_is_up_it_tells_who_is_stuck_where() -> None:
    """Those that rest are not named."""
    script = {"web-0": [statuses.replicating(7)], "batch-0": [statuses.ended_badly("refused")]}
    with app_that_answers(script) as app, pytest.raises(Stuck) as stuck:
        list(follow(app.status, {name: name for name in script}, Deadline(0), _alive))

    assert stuck.value.where == ("web-0: initial replication, Initial replication is in progress",)


def test_it_ends_when_there_is_nobody_left_to_ask() -> None:
    """The end of emulator or host is not waited out."""

    def gone() -> None:
        raise NotStarted("the local Azure ended with exit code 9")

    with app_that_answers({"web-0": [statuses.FRESH]}) as app, pytest.raises(NotStarted, match="exit code 9"):
        list(follow(app.status, {"web-0": "web-0"}, Deadline(20), gone))


def _alive() -> None:
    """Somebody is always there."""


@contextmanager
def app_that_answers(script: Mapping[str, Sequence[Json | None]]) -> Iterator[App]:
    """An app over HTTP that answers each machine's statuses in turn, then the last for ever; None is a 503."""
    left = {name: list(answers) for name, answers in script.items()}

    class Route(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = parse_qs(urlsplit(self.path).query)["vmId"][0]
            status = left[name].pop(0) if len(left[name]) > 1 else left[name][0]
            body = json.dumps(status or {}).encode()
            self.send_response(200 if status else 503)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class names it so
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Route)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        with App(f"http://127.0.0.1:{server.server_port}", "a-key") as app:
            yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
