"""The page's files: anonymous, from a fixed list, with headers that let nothing foreign run."""

import asyncio
import re
from collections.abc import Mapping

import azure.functions as func
import pytest

from tests.repo.tree import ROOT, git
from tests.unit.api.indexed import functions
from triggers.http import dashboard
from triggers.http.entity_tags import tagged
from triggers.http.problems import answer
from triggers.http.route import serving

SHELL, FILE = map(serving, dashboard.ROUTES)
ADDRESS = "https://app.example/api/dashboard"


def get(path: str = "", headers: Mapping[str, str] | None = None, **params: str) -> func.HttpResponse:
    """The answer to a GET of the page, or of a file of it."""
    request = func.HttpRequest(
        method="GET",
        url=f"{ADDRESS}{path}",
        headers=dict(headers or {}),
        params=params,
        route_params={"file": path.removeprefix("/")},
        body=b"",
    )
    return asyncio.run((FILE if path.strip("/") else SHELL)(request, None))  # type: ignore[arg-type]


def test_the_page_and_its_files_are_anonymous_and_nothing_else_is() -> None:
    """They are given no way to the task hub either."""
    levels = {}
    for function in functions():
        trigger = function.get_trigger()
        if trigger is not None and trigger.type == "httpTrigger":
            levels[function.get_function_name()] = str(trigger.get_dict_repr()["authLevel"]).rpartition(".")[2].lower()
            bound = {one.type for one in function.get_bindings()}
            assert ("durableClient" in bound) == (levels[function.get_function_name()] == "function")

    assert {name for name, level in levels.items() if level == "anonymous"} == {"show_dashboard", "show_dashboard_file"}


@pytest.mark.parametrize("name", ["", *dashboard.FILES])
def test_a_file_is_sent_with_headers_that_let_nothing_foreign_run(name: str) -> None:
    """Its own scripts and styles alone; no frame, no referrer, no guessing of types; unchanged it comes once."""
    response = get(f"/{name}" if name else "")
    policy = response.headers["content-security-policy"]

    assert response.status_code == 200
    assert response.get_body()
    assert "unsafe" not in policy
    assert {"default-src 'self'", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"} <= set(
        policy.split("; ")
    )
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["x-content-type-options"] == "nosniff"
    again = get(f"/{name}" if name else "", {"if-none-match": response.headers["etag"]})
    assert (again.status_code, again.get_body()) == (304, b"")


@pytest.mark.parametrize(
    "name",
    ["index.html", "../host.json", "..%2f..%2fhost.json", "/etc/passwd", "app.js/", "APP.JS", "", "a" * 5000, "\0"],
)
def test_what_is_not_on_the_list_does_not_exist(name: str) -> None:
    """A name is looked up, and never joined to a path."""
    request = func.HttpRequest(method="GET", url=f"{ADDRESS}/x", route_params={"file": name}, body=b"")

    assert asyncio.run(FILE(request, None)).status_code == 404  # type: ignore[arg-type]


def test_a_slash_too_many_leads_to_the_page() -> None:
    """Else its files would be looked for below it; the address is relative, for the prefix is the host's."""
    response = get("/")

    assert (response.status_code, response.headers["location"]) == (308, "../dashboard")


def test_a_key_in_the_query_is_no_key() -> None:
    """Azure's own parameter is passed over; any other is refused, so that nobody gets used to it."""
    assert get(code="secret").status_code == 200
    assert get(key="secret").status_code == 400


def test_the_shell_has_no_inline_code_and_names_only_its_files() -> None:
    """What it names is beside it, whatever the prefix of the host's routes."""
    shell = get().get_body().decode()

    assert re.findall(r"<script(?![^>]* src=)|<style| style=| on\w+=|https?:", shell) == []
    named = re.findall(r'(?:src|href)="(?!#)([^"]+)"', shell)
    assert {name.removeprefix("dashboard/") for name in named} <= set(dashboard.FILES)
    assert all(name.startswith("dashboard/") for name in named)


def test_no_script_makes_markup_of_text() -> None:
    """Texts of Azure and of people become text nodes; the browser is told to refuse everything else."""
    scripts = [
        path for path in git("ls-files", "--cached", "--others", "triggers/dashboard").split() if path.endswith(".js")
    ]

    assert scripts
    sinks = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|javascript:")
    assert [path for path in scripts if sinks.search((ROOT / path).read_text())] == []


def test_an_answer_that_differs_in_ages_alone_bears_the_same_tag() -> None:
    """Else nothing would ever be unchanged: ages go by."""

    def tag(body: object, known: str = "") -> func.HttpResponse:
        request = func.HttpRequest(method="GET", url=ADDRESS, headers={"if-none-match": known}, body=b"")
        return tagged(request, answer(body))

    first = tag({"passedAt": "x", "ageSeconds": 1, "newestPointAgeSeconds": 3})
    assert first.headers["cache-control"] == "private, no-cache"
    assert (
        tag({"passedAt": "x", "ageSeconds": 2, "newestPointAgeSeconds": 30}, first.headers["etag"]).status_code == 304
    )
    assert tag({"passedAt": "y", "ageSeconds": 1, "newestPointAgeSeconds": 3}, first.headers["etag"]).status_code == 200
    assert tag({"passedAt": "y"}, 'W/"other", *').status_code == 304


def test_only_what_was_found_bears_a_tag() -> None:
    """A run under way, and a problem, are told anew each time."""
    request = func.HttpRequest(method="GET", url=ADDRESS, headers={"if-none-match": "*"}, body=b"")

    assert [tagged(request, answer({}, status)).status_code for status in (202, 404, 503)] == [202, 404, 503]
