"""HTTP functions: routes, keys, bodies, failures."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from local.host.server import FunctionsHost


def test_a_function_sees_its_request(host: FunctionsHost) -> None:
    """Method, URL, route parameters, query, headers and body."""
    answer = httpx.put(
        f"{host.url}/api/echo/A%20b/7?x=1&x=2&y=", content="žluť", headers=[("x-sent", "this"), ("X-Sent", "that")]
    )

    assert answer.status_code == 201
    assert answer.json() == {
        "method": "PUT",
        "url": f"{host.url}/api/echo/A%20b/7?x=1&x=2&y=",
        "route": {"first": "A b", "second": "7"},
        "query": {"x": "1,2", "y": ""},
        "header": "this,that",
        "body": "žluť",
    }


def test_a_caller_sees_the_functions_response(host: FunctionsHost) -> None:
    """Status, headers, media type and cookies."""
    answer = httpx.get(f"{host.url}/api/echo/one")

    assert answer.headers["x-back"] == "yes"
    assert answer.headers["content-type"] == "application/json"
    assert answer.cookies["crumb"] == "1"
    assert "HttpOnly" in answer.headers["set-cookie"]


@pytest.mark.parametrize("kind", ["no-such-status", "too-early", "not-a-number", "not-latin", "not-a-name"])
def test_what_http_cannot_carry_is_the_functions_failure(host: FunctionsHost, kind: str) -> None:
    """A 500 without a word, and the connection serves the next request."""
    with httpx.Client(base_url=host.url) as client:
        odd = client.get(f"/api/odd/{kind}")
        assert (odd.status_code, odd.content) == (500, b"")
        assert client.get("/api/text").text == "just text"


def test_what_http_can_carry_is_carried(host: FunctionsHost) -> None:
    """The highest status, Latin-1 in a header, and cookies with nothing but what they say."""
    latin, plain, old = (httpx.get(f"{host.url}/api/odd/{kind}") for kind in ("latin", "plain-cookie", "old-cookie"))

    assert (latin.status_code, latin.headers["x-note"]) == (599, "é")
    assert plain.headers["set-cookie"] == "crumb=1"
    assert set(old.headers["set-cookie"].split("; ")[1:]) == {
        "expires=Wed, 21 Oct 2015 07:28:00 GMT",
        "Max-Age=0",
        "SameSite=none",
        "Secure",
    }


def test_a_string_is_plain_text(host: FunctionsHost) -> None:
    """A function may return a bare string."""
    answer = httpx.get(f"{host.url}/api/text")

    assert (answer.status_code, answer.text) == (200, "just text")
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/nowhere"),
        ("GET", "/api/start/greet_all"),  # only POST
        ("GET", "/api/echo/one/not-a-number"),  # the constraint says int
        ("GET", "/text"),  # without the prefix
        ("DELETE", "/runtime/webhooks/durabletask/orchestrators/x"),
    ],
)
def test_what_no_route_takes_is_not_found(host: FunctionsHost, method: str, path: str) -> None:
    """The real host's router knows no 405."""
    answer = httpx.request(method, f"{host.url}{path}")

    assert (answer.status_code, answer.content) == (404, b"")


def test_keys_open_what_their_level_says(host: FunctionsHost) -> None:
    """No key: 401 without a body; function keys for functions; the master key for everything."""
    start = f"{host.url}/api/start/greet_all"

    refused = httpx.post(start, json=[])
    assert (refused.status_code, refused.content) == (401, b"")
    assert httpx.post(start, json=[], headers={"x-functions-key": "wrong"}).status_code == 401
    assert httpx.post(start, json=[], headers={"x-functions-key": host.keys.function}).status_code == 202
    assert httpx.post(start, json=[], params={"code": host.key}).status_code == 202
    assert httpx.get(f"{host.url}/api/masters", params={"code": host.keys.function}).status_code == 401
    assert httpx.get(f"{host.url}/api/masters", params={"code": host.key}).text == "welcome"


def test_a_failing_function_is_a_500_that_says_nothing(host: FunctionsHost) -> None:
    """No message and no stack reach the caller."""
    answer = httpx.get(f"{host.url}/api/broken")

    assert (answer.status_code, answer.content) == (500, b"")


def test_settings_come_from_the_file_then_the_environment_then_the_caller(host: FunctionsHost) -> None:
    """`Values` of the settings file are in the worker's environment, and what is set outside wins."""
    assert httpx.get(f"{host.url}/api/settings/FROM_FILE").text == "file"
    assert httpx.get(f"{host.url}/api/settings/FUNCTIONS_WORKER_RUNTIME").text == "python"
    assert httpx.get(f"{host.url}/api/settings/TICK_SCHEDULE").text == "0 0 0 1 1 *"


def test_asynchronous_functions_run_concurrently(host: FunctionsHost) -> None:
    """Twenty requests that wait for each other all return."""
    with ThreadPoolExecutor(20) as clients:
        answers = list(
            clients.map(
                lambda _: httpx.get(f"{host.url}/api/gather", params={"together": 20}, timeout=120).status_code,
                range(20),
            )
        )

    assert answers == [200] * 20


WHOLE_APPLICATION = """
import azure.functions as func

def answer(environment, start):
    start("202 Accepted", [("X-Path", environment["PATH_INFO"])])
    return [environment["wsgi.input"].read()]

app = func.WsgiFunctionApp(app=answer, http_auth_level=func.AuthLevel.ANONYMOUS)
"""


def test_an_app_may_be_a_whole_web_application(tmp_path: Path, host: FunctionsHost) -> None:
    """It has every path, the root included, but not the host's own; without one the root says that the host runs."""
    (tmp_path / "function_app.py").write_text(WHOLE_APPLICATION)
    (tmp_path / "host.json").write_text('{"version": "2.0", "extensions": {"http": {"routePrefix": ""}}}')
    with FunctionsHost(tmp_path) as whole:
        answers = [httpx.post(f"{whole.url}{path}", content=b"body") for path in ("/", "/a/b")]
        assert httpx.post(f"{whole.url}/admin/host/ping").content == b""

    assert [(one.status_code, one.headers["x-path"], one.content) for one in answers] == [
        (202, "/", b"body"),
        (202, "/a/b", b"body"),
    ]
    assert "up and running" in httpx.get(host.url).text
