"""What host.json, the settings file and app settings decide, seen from outside."""

import json
import shutil
import sys
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from local.host.hostjson import HostJson
from local.host.jsonfile import ConfigurationError
from local.host.server import FunctionsHost
from local.host.settings import read_app_settings
from local.host.workers import IndexingError
from tests.host.conftest import APPS, NEVER, Operator

PAGE = "https://portal.contoso.example"


def test_a_disabled_function_is_listed_and_not_served(gallery: Operator) -> None:
    """The app setting `AzureWebJobs.<name>.Disabled`."""
    listed = {one["name"]: one["isDisabled"] for one in gallery.http.get("/admin/functions").json()}

    assert gallery.http.get("/gallery/v1/off").status_code == 404
    assert [name for name, disabled in listed.items() if disabled] == ["switched_off"]


def _tour(tmp_path: Path, **section: object) -> Path:
    app = tmp_path / "app"
    shutil.copytree(APPS / "tour", app)
    values = {"TICK_SCHEDULE": NEVER, "RECORDS": str(tmp_path)}
    (app / "local.settings.json").write_text(json.dumps({"Values": values, "Host": section}))
    return app


def _asked_by(origin: str, url: str) -> httpx.Response:
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-any"}
    return httpx.options(url, headers=headers)


def test_browsers_may_call_from_the_origins_of_the_settings_file(tmp_path: Path) -> None:
    """`Host.CORS` and `Host.CORSCredentials`; nobody else gets the headers."""
    app = _tour(tmp_path, CORS=f"{PAGE},https://other.example", CORSCredentials=True)
    with FunctionsHost(app) as host:
        invited, stranger = (_asked_by(origin, f"{host.url}/api/text") for origin in (PAGE, "https://evil.example"))
        called = httpx.get(f"{host.url}/api/text", headers={"Origin": PAGE})

    assert invited.status_code == 200
    assert invited.headers["access-control-allow-origin"] == PAGE
    assert invited.headers["access-control-allow-credentials"] == "true"
    assert "access-control-allow-origin" not in stranger.headers
    assert (called.text, called.headers["access-control-allow-origin"]) == ("just text", PAGE)


def test_browsers_may_call_from_nowhere_by_default(gallery: Operator) -> None:
    """As with `func start`."""
    answer = gallery.http.get("/gallery/v1/chatty", headers={"Origin": PAGE})

    assert "access-control-allow-origin" not in answer.headers


def _syntax_error(source: str) -> str:
    return source + "\ndef broken(:\n"


def _import_error(source: str) -> str:
    return "import a_package_that_is_nowhere\n" + source


def _duplicate(source: str) -> str:
    return source + '\n@app.route(route="again")\ndef text(req: func.HttpRequest) -> str:\n    return ""\n'


def _no_functions(_source: str) -> str:
    return "import azure.functions as func\napp = func.FunctionApp()\n"


def _no_app(_source: str) -> str:
    return "x = 1\n"


def _exit(_source: str) -> str:
    return "import os\nos._exit(3)\n"


def _unindexable(source: str) -> str:
    return (
        source + '\n@app.activity_trigger(input_name="given")\ndef odd(given: dict[str, int]) -> str:\n    return ""\n'
    )


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (_syntax_error, "invalid syntax"),
        (_import_error, "a_package_that_is_nowhere"),
        (_duplicate, "does not have a unique function name"),
        (_no_functions, "No functions found"),
        (_no_app, "Could not find top level function app instances"),
        (_exit, "exit status 3"),
        (_unindexable, "invalid non-type annotation"),
    ],
)
def test_an_app_that_cannot_be_indexed_says_why(tmp_path: Path, edit: Callable[[str], str], reason: str) -> None:
    """Whatever a developer gets wrong is named when the host starts."""
    app = _tour(tmp_path)
    source = app / "function_app.py"
    source.write_text(edit(source.read_text()))

    with pytest.raises(IndexingError, match=reason), FunctionsHost(app):
        pass


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"functionTimeout": "soon"}', 'functionTimeout: a time span is expected .* not "soon"'),
        ('{"version": "3.0"}', 'version: the text "2.0" is expected, not "3.0"'),
        ('{"extensions": []}', "extensions: a JSON object is expected, not an array"),
        (
            '{"extensions": {"durableTask": {"maxConcurrentActivityFunctions": 0}}}',
            "durableTask.maxConcurrentActivity.* 0",
        ),
        ('{"extensions": {"durableTask": {"storageProvider": {"partitionCount": 17}}}}', "partitionCount: .* 16 .* 17"),
        (
            '{"extensions": {"durableTask": {"storageProvider": {"maxQueuePollingInterval": 5}}}}',
            "maxQueuePollingInterval: a time span is expected .* not 5",
        ),
        (
            '{"extensions": {"durableTask": {"storageProvider": {"type": "Redis"}}}}',
            "storageProvider.type: AzureStorage",
        ),
        (
            '{"extensions": {"durableTask": {"storageProvider": {"type": "azureManaged"}}}}',
            "connectionStringName: the name",
        ),
        ('{"logging": {"logLevel": {"default": {}}}}', "logging.logLevel.default: a text is expected"),
        ('{"x": "\xff"}', "not valid JSON"),
        ("[]", "a JSON object is expected"),
        ("{", "not valid JSON"),
    ],
)
def test_a_host_json_that_cannot_be_used_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """With the file's name."""
    app = _tour(tmp_path)
    (app / "host.json").write_bytes(text.encode("latin-1"))

    with pytest.raises(ConfigurationError, match=reason) as refused, FunctionsHost(app):
        pass

    assert "host.json" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"IsEncrypted": true, "Values": {"A": "CfDJ8"}}', "IsEncrypted: false is expected"),
        ('{"Values": ["A"]}', "Values: a JSON object is expected, not an array"),
        ('{"Values": {"A": {"secret": "s3cret"}}}', "Values.A: a text is expected, not an object"),
        (
            '{"Host": {"LocalHttpPort": 65536}}',
            "Host.LocalHttpPort: a whole number from 0 to 65535 is expected, not 65536",
        ),
        ('{"Host": {"CORSCredentials": "maybe"}}', 'Host.CORSCredentials: true or false is expected, not "maybe"'),
        ('{"Host": "here"}', 'Host: a JSON object is expected, not "here"'),
    ],
)
def test_a_settings_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    """With file, name, what was found and what is expected; never with what may be a secret."""
    (tmp_path / "local.settings.json").write_text(text)

    with pytest.raises(ConfigurationError, match=reason) as refused:
        FunctionsHost(tmp_path).start()

    assert "local.settings.json" in str(refused.value)
    assert "s3cret" not in str(refused.value)


def test_json_is_read_as_the_core_tools_read_it(tmp_path: Path) -> None:
    """Byte order mark, comments and last commas; numbers and truth values are texts, null is none."""
    text = """\ufeff{ // what a developer writes
      "Values": {
        "URL": "http://a//b", /* "OFF": "x", */ "QUOTE": "a \\" // b,}",
        "NUMBER": 5, "TRUTH": true, "NOTHING": null,
      },
    }"""
    (tmp_path / "local.settings.json").write_text(text, encoding="utf-8")

    settings = read_app_settings(tmp_path)

    assert {name: settings.get(name) for name in ("URL", "OFF", "QUOTE", "NUMBER", "TRUTH", "NOTHING")} == {
        "URL": "http://a//b",
        "OFF": None,
        "QUOTE": 'a " // b,}',
        "NUMBER": "5",
        "TRUTH": "true",
        "NOTHING": None,
    }


def test_app_settings_win_over_host_json(tmp_path: Path) -> None:
    """`AzureFunctionsJobHost__...`, as in Azure; names ignore case, and the hub's name may be another setting's."""
    (tmp_path / "host.json").write_text(
        '{"version": "2.0", "Extensions": {"durableTask": {"hubname": "%HUB%", "maxConcurrentActivityFunctions": 3}}}'
    )
    settings = {
        "HUB": "MyHub",
        "AzureFunctionsJobHost__extensions__http__routePrefix": "v2",
        "AzureFunctionsJobHost__extensions__DurableTask__maxConcurrentEntityFunctions": "7",
        "AzureFunctionsJobHost__functionTimeout": "00:00:30",
    }

    read = HostJson.read(tmp_path, settings)

    assert (read.hub_name, read.max_activities, read.max_entities) == ("MyHub", 3, 7)
    assert (read.route_prefix, read.function_timeout) == ("v2", timedelta(seconds=30))
    with pytest.raises(ConfigurationError, match="'%HUB%' does not resolve"):
        HostJson.read(tmp_path, {})


def test_an_app_folder_that_is_not_there_and_a_zone_that_is_none_are_named(tmp_path: Path) -> None:
    """Not a broken worker, and not a stack."""
    with pytest.raises(ConfigurationError, match="nowhere: no such folder"):
        FunctionsHost(tmp_path / "nowhere").start()
    with pytest.raises(ConfigurationError, match="WEBSITE_TIME_ZONE: 'Atlantis' is no time zone"):
        FunctionsHost(_tour(tmp_path), settings={"WEBSITE_TIME_ZONE": "Atlantis"}).start()


APP_WITH_PACKAGES = """
import azure.functions as func
import from_environment
from nested.deeper import thing

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route(route="parts")
def parts(req: func.HttpRequest) -> str:
    return " ".join([from_environment.NAME, thing.NAME, func.__name__])
"""

PACKED_APP = """
import importlib.util, sys
import azure.functions as func
import azure.core, tabnanny
from nested.deeper import thing

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

@app.route(route="parts")
def parts(req: func.HttpRequest) -> str:
    others = [name for name in ("httpx", "aiohttp", "from_environment") if importlib.util.find_spec(name)]
    return " ".join([azure.core.NAME, tabnanny.NAME, thing.NAME, func.__name__, *others])
"""


def _app_of(folder: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    return folder


def test_an_app_finds_its_own_packages(tmp_path: Path) -> None:
    """Those of its virtual environment, those in its folder; the SDK is the host's."""
    site_packages = f".venv/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    app = _app_of(
        tmp_path,
        {
            f"{site_packages}/from_environment.py": "NAME = 'environment'",
            f"{site_packages}/azure/functions/__init__.py": "raise ImportError('another SDK')",
            "nested/deeper/__init__.py": "",
            "nested/deeper/thing.py": "from . import __name__ as NAME",
            "function_app.py": APP_WITH_PACKAGES,
        },
    )

    with FunctionsHost(app) as host:
        assert httpx.get(f"{host.url}/api/parts").text == "environment nested.deeper azure.functions"


def test_a_packed_app_runs_on_what_it_brings(tmp_path: Path) -> None:
    """Before the standard library, and without anything of the host's environment but what the worker needs itself."""
    site_packages = f".venv/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
    app = _app_of(
        tmp_path,
        {
            f"{site_packages}/from_environment.py": "",
            ".python_packages/lib/site-packages/azure/core/__init__.py": "NAME = 'packed'",
            ".python_packages/lib/site-packages/tabnanny.py": "NAME = 'first'",
            ".python_packages/lib/site-packages/nested/__init__.py": "",
            ".python_packages/lib/site-packages/nested/deeper/__init__.py": "",
            ".python_packages/lib/site-packages/nested/deeper/thing.py": "NAME = 'shadowed'",
            "nested/deeper/__init__.py": "",
            "nested/deeper/thing.py": "NAME = 'not found'",
            "function_app.py": PACKED_APP,
        },
    )

    with FunctionsHost(app) as host:
        assert httpx.get(f"{host.url}/api/parts").text == "packed first shadowed azure.functions"
