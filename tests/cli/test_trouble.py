"""What answers is not always the app, and who reads is not always there: clear errors with the right exit codes."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.cli.calling import Command

KEY = "secret-key-that-nobody-sees"
ASR = Path(sys.executable).parent / "asr"
HOSTILE = "db\x1b[31m\u202e0\n"

type Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def server(answer: Answer) -> Iterator[str]:
    """A server that answers every request in this way."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        do_POST = do_GET  # noqa: N815 - the name that http.server asks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{serving.server_port}"
        finally:
            serving.shutdown()
            thread.join()


def says(status: int, body: bytes, kind: str = "application/json", **headers: str) -> Answer:
    """Answers so, always."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def problem(status: int, code: str, **more: object) -> Answer:
    """Answers with a problem of the app."""
    body = {"status": status, "code": code, "title": code, "detail": "what is wrong", **more}
    return says(status, json.dumps(body).encode(), "application/problem+json")


def page(*names: str, **more: object) -> bytes:
    """A page of the fleet."""
    rows = [{"vmId": f"/x/{name}", "name": name, "state": "protected", "reasons": []} for name in names]
    return json.dumps({"total": len(rows), "protections": rows, "continuation": None, **more}).encode()


def trickle(request: BaseHTTPRequestHandler) -> None:
    """A byte now and then, and never an end."""
    request.send_response(200)
    request.end_headers()
    try:
        for _ in range(200):
            request.wfile.write(b" ")
            time.sleep(0.02)
    except OSError:
        pass


HTML = b"<html><body>Sign in</body></html>"

CASES: dict[str, tuple[Answer, int, str]] = {
    "a web page": (says(200, HTML, "text/html"), 1, "not the API of asr-autoprotect"),
    "a page that is not there": (says(404, HTML, "text/html"), 1, "not the API of asr-autoprotect"),
    "a sign-in": (says(302, b"", Location="https://login.microsoftonline.com/x"), 4, "not followed"),
    "another place": (says(307, b"", Location="https://elsewhere.example/"), 1, "not followed"),
    "no key taken": (says(401, b""), 4, "does not take the key"),
    "forbidden": (says(403, HTML, "text/html"), 4, "does not take the key"),
    "not found": (problem(404, "VmNotFound"), 1, "VmNotFound"),
    "refused": (problem(409, "FailoverNotAllowed"), 5, "FailoverNotAllowed"),
    "moved": (problem(409, "PlanHasMoved", diff=[{"sentence": "It moved."}]), 6, "It moved."),
    "a full queue": (problem(409, "QueueFull"), 1, "QueueFull"),
    "a wrong field": (problem(400, "BadRequest", field="x"), 2, "BadRequest"),
    "throttled for long": (problem(503, "Throttled", retryAfter=900), 1, "Try again in 900 s"),
    "asked to wait for long": (says(429, b"", Retry_After="900"), 1, "asks to wait"),
    "a defect": (says(500, HTML, "text/html"), 1, "failed (500)"),
    "a gateway": (says(502, HTML, "text/html"), 1, "failed (502)"),
    "a list": (says(200, b"[]"), 1, "no JSON object"),
    "null for a list": (says(200, b'{"protections": null}'), 1, "without 'protections'"),
    "no end of lists": (says(200, b"[" * 100_000), 1, "no JSON object"),
    "a problem without end": (says(500, b"[" * 100_000, "application/problem+json"), 1, "failed (500)"),
    "half of an answer": (says(200, b'{"prot'), 1, "no JSON object"),
    "a trickle": (trickle, 3, "has not answered within"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_answers_is_told(name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Each with its exit code, in a sentence, without a page of HTML, a stack or the key."""
    answer, code, sentence = CASES[name]
    with server(answer) as address:
        ended = Command(capsys, monkeypatch, address, KEY)("fleet", "--timeout", "1", code=code)
    assert sentence in ended.err
    assert "<html" not in ended.err + ended.out
    assert ended.out == ""


def test_a_short_pause_is_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A reading that is asked to wait a moment waits, and then is answered."""
    answers = iter([says(503, b"", Retry_After="0"), says(429, b"", Retry_After="0.01"), says(200, page("db-0"))])

    def one_after_the_other(request: BaseHTTPRequestHandler) -> None:
        next(answers)(request)

    with server(one_after_the_other) as address:
        assert "db-0" in Command(capsys, monkeypatch, address, KEY)("fleet").out


def test_names_steer_no_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Control characters of a name are shown as what they are, in every form."""
    with server(says(200, page(HOSTILE))) as address:
        asr = Command(capsys, monkeypatch, address, KEY)
        for form in ("table", "tsv", "json", "yaml"):
            out = asr("fleet", "-o", form).out
            assert "\x1b" not in out
            assert "\u202e" not in out
        assert len(asr("fleet", "-o", "tsv").out.splitlines()) == 1


def test_an_open_line_gets_no_key(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TLS the key is sent to this machine only, and no address has a key in it."""
    asr = Command(capsys, monkeypatch, "http://asr.example", KEY)
    assert "without TLS" in asr("fleet", code=2).err
    assert "no user, query or fragment" in asr("fleet", "--url", "https://asr.example/?code=x", code=2).err
    assert "no address" in asr("fleet", "--url", "ftp://asr.example", code=2).err


def test_profiles_say_which_app(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile's command prints the key, which nothing shows; mistakes in the file are named."""
    folder = tmp_path / "asr-autoprotect"
    folder.mkdir()
    file = folder / "config.toml"
    seen: list[Any] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.headers.get("x-functions-key"))
        says(200, page("db-0"))(request)

    with server(answer) as address:
        asr = Command(capsys, monkeypatch, address, KEY)
        asr.environment({"ASR_URL": None, "ASR_KEY": None, "XDG_CONFIG_HOME": str(tmp_path)})
        file.write_text(f'[profiles.prod]\nurl = "{address}"\nkey_command = "echo {KEY}"\n')
        assert "db-0" in asr("fleet").out
        assert seen == [KEY]
        assert json.loads(asr("config", "-o", "json").out)["keyFrom"] == "key_command of profile prod"
        assert "Did you mean 'prod'?" in asr("fleet", "--profile", "prd", code=2).err
        file.write_text(f'[profiles.prod]\nurl = "{address}"\nkey_command = "false"\n')
        assert "ended with 1" in asr("fleet", code=4).err
        file.write_text('[profiles.prod]\nurk = "x"\n')
        assert "Did you mean 'url'?" in asr("fleet", code=2).err


def _environment(address: str) -> dict[str, str]:
    return {**os.environ, "ASR_URL": address, "ASR_KEY": KEY, "XDG_CONFIG_HOME": "/nonexistent"}


def test_who_reads_may_go(tmp_path: Path) -> None:
    """`| head` ends it without a word; a terminal without UTF-8 is written to all the same."""
    with server(says(200, page(*(f"vm-{n}-ü" for n in range(2000))))) as address:
        ran = subprocess.run(
            ["bash", "-c", f"set -o pipefail; '{ASR}' fleet -o json | head -n 1"],
            env=_environment(address),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, "{\n", "")
        ascii_only = {**_environment(address), "PYTHONIOENCODING": "ascii"}
        shown = subprocess.run([ASR, "fleet"], env=ascii_only, capture_output=True, timeout=60, check=True)
        assert b"vm-1999-?" in shown.stdout


def _interruptible() -> None:
    """What is started in the background inherits that SIGINT is ignored; a person's shell does not do that."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_control_c_says_that_the_run_goes_on() -> None:
    """It ends with 3, and without a stack."""
    with server(says(200, page("db-0"))) as address:
        running = subprocess.Popen(
            [str(ASR), "fleet", "--watch", "--interval", "0.2"],
            env=_environment(address),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_interruptible,  # noqa: PLW1509 - the child does nothing before it but this
        )
        try:
            assert running.stdout is not None
            assert "db-0" in running.stdout.readline()
            running.send_signal(signal.SIGINT)
            _, said = running.communicate(timeout=120)
        finally:
            running.kill()
            running.communicate()
    assert running.returncode == 3
    assert said.startswith("asr: Cancelled.")
    assert "Traceback" not in said


def test_control_c_while_the_command_starts_shows_no_stack(tmp_path: Path) -> None:
    """Most of a short call is imports; what is begun in the background leaves the signal to others as before."""
    (tmp_path / "typer.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    ran = subprocess.run(
        [sys.executable, "-c", "from asr_cli.entry import main; main()"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=_interruptible,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (3, "", "asr: Cancelled. Nothing was begun.\n")
