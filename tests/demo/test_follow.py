"""Following: from the app's answers to rows, and when it ends."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from local.children import StopRequest
from local.demo.app import App
from local.demo.deadline import Deadline
from local.demo.errors import Interrupted, NotStarted, Stuck
from local.demo.follow import Patience, follow
from tests.demo import statuses
from tests.demo.statuses import Json

NOBODY = StopRequest()
QUICK = Patience(between_looks=0.05, doubt=0.4)


def test_rows_follow_the_answers_until_everybody_rests() -> None:
    """Rows come in the order of the machines; one that rests keeps its time while the others go on."""
    script = {
        "web-0": [statuses.running("enable"), statuses.replicating(50), statuses.protected()],
        "batch-0": [statuses.ended_badly("refused")],
    }
    with app_that_answers(script) as app:
        seen = list(follow(app.status, {name: name for name in script}, Deadline(20, NOBODY), _alive, QUICK))

    assert list(dict.fromkeys(tuple(row.progress.step for row in rows) for rows in seen)) == [
        ("enabling replication", "refused"),
        ("initial replication", "refused"),
        ("done", "refused"),
    ]
    assert [row.vm for row in seen[-1]] == ["web-0", "batch-0"]
    assert len({rows[1].seconds for rows in seen}) == 1
    assert seen[0][0].seconds < seen[1][0].seconds < seen[2][0].seconds


def test_a_refusal_is_doubted_until_it_has_stood() -> None:
    """A machine that was refused because Azure was still at work on it is followed to its protection."""
    looks = [statuses.ended_badly("refused", "Updating"), statuses.running("enable"), statuses.protected()]
    with app_that_answers({"web-0": looks}) as app:
        seen = list(follow(app.status, {"web-0": "web-0"}, Deadline(20, NOBODY), _alive, QUICK))

    assert [rows[0].progress.step for rows in seen] == ["refused", "enabling replication", "done"]


def test_an_app_that_cannot_answer_is_asked_again() -> None:
    """An error answer is shown as such and ends nothing."""
    with app_that_answers({"web-0": [None, statuses.protected()]}) as app:
        first, last = follow(app.status, {"web-0": "web-0"}, Deadline(20, NOBODY), _alive, QUICK)

    assert (first[0].progress.step, first[0].progress.note) == ("asking", "503 {}")
    assert last[0].progress.ended


def test_when_time_is_up_it_tells_who_is_stuck_where() -> None:
    """Those that rest are not named."""
    script = {"web-0": [statuses.replicating(7)], "db-0": [statuses.protected()]}
    with app_that_answers(script) as app, pytest.raises(Stuck) as stuck:
        list(follow(app.status, {name: name for name in script}, Deadline(0, NOBODY), _alive))

    assert stuck.value.where == ("web-0: initial replication (Initial replication is in progress)",)


def test_it_ends_when_there_is_nobody_left_to_ask() -> None:
    """The end of emulator or host is not waited out."""

    def gone() -> None:
        raise NotStarted("the local Azure ended with exit code 9")

    with app_that_answers({"web-0": [statuses.FRESH]}) as app, pytest.raises(NotStarted, match="exit code 9"):
        list(follow(app.status, {"web-0": "web-0"}, Deadline(20, NOBODY), gone))


def test_it_ends_when_somebody_asks_for_the_end() -> None:
    """Between two looks it waits for that, too, and not for the time to pass."""
    stopping = StopRequest()
    with app_that_answers({"web-0": [statuses.FRESH]}) as app:
        rows = follow(app.status, {"web-0": "web-0"}, Deadline(20, stopping), _alive, Patience(between_looks=20))
        next(rows)
        stopping.make()
        with pytest.raises(Interrupted):
            next(rows)


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
