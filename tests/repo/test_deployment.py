"""What belongs to the deployed app, as .funcignore, host.json and the version say it. tests/release builds it."""

import json
import re
import tomllib
from datetime import timedelta

import pytest

from asr.model.version import PRODUCT_VERSION
from local.host.hostjson import HostJson
from local.host.jsonfile import ConfigurationError
from local.host.timespans import read_span
from release.repository import deployable, version
from tests.repo.tree import PRODUCT, ROOT


def test_only_the_app_is_deployed() -> None:
    """A new folder of the repository is either part of the app or named in .funcignore."""
    assert {"function_app.py", "host.json", "requirements.txt", *PRODUCT} == {
        name.split("/")[0] for name in deployable(ROOT)
    }


def test_what_git_ignores_is_not_deployed() -> None:
    """Environments, caches and secrets lie in a developer's folder without being tracked."""
    patterns = {_name(line) for line in (ROOT / ".funcignore").read_text().splitlines()}

    # Core Tools put the packages of a local build there themselves.
    made_by_the_build = {".python_packages"}
    assert {_name(line) for line in (ROOT / ".gitignore").read_text().split()} - patterns == made_by_the_build


def _name(pattern: str) -> str:
    return pattern.strip("/").removeprefix("**/")


def test_host_json_is_for_functions_4_and_names_the_hub() -> None:
    """The task hub's name is part of where state lives; changing it forgets every run."""
    host = json.loads((ROOT / "host.json").read_text())

    assert host["version"] == "2.0"
    assert host["extensions"]["durableTask"]["hubName"] == "AsrAutoprotect"
    assert host["telemetryMode"] == "OpenTelemetry"
    assert host["extensions"]["durableTask"]["tracing"] == {
        "traceInputsAndOutputs": False,
        "distributedTracingEnabled": True,
        "version": "V2",
    }
    assert host["extensionBundle"]["version"].startswith("[4.")


def test_a_storage_account_is_polled_as_flex_consumption_wants_it() -> None:
    """Every ten seconds at least, or an instance that scales in forgets the queue; partitions are fixed for ever."""
    durable = json.loads((ROOT / "host.json").read_text())["extensions"]["durableTask"]
    provider = durable["storageProvider"]

    assert HostJson.read(ROOT, {}).back_end == provider["type"] == "AzureStorage"
    assert provider["partitionCount"] == 4
    interval = read_span(provider["maxQueuePollingInterval"])
    assert interval is not None
    assert timedelta(seconds=1) <= interval <= timedelta(seconds=10)
    assert not [name for name in [*durable, *provider] if "largepayload" in name.lower()]


def test_the_template_s_settings_move_the_same_package_to_a_scheduler() -> None:
    """By app settings alone, whose names the host understands, and which refer to one that the template sets, too."""
    template = (ROOT / "infra/app.bicep").read_text(encoding="utf-8")
    overrides = dict(re.findall(r"^ +(AzureFunctionsJobHost__\w+): (?:'(.*)'|hubName)$", template, re.MULTILINE))
    named = overrides["AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName"]

    assert re.search(rf"^ +{named}: 'Endpoint=", template, re.MULTILINE)
    moved = HostJson.read(ROOT, overrides | {named: "Endpoint=https://contoso"})
    assert moved.back_end == "azureManaged"
    with pytest.raises(ConfigurationError, match="connectionStringName"):
        HostJson.read(ROOT, overrides)


def test_a_release_reads_the_version_that_the_app_tells() -> None:
    """Without importing the app."""
    assert version(ROOT) == PRODUCT_VERSION


def test_the_template_of_azd_has_the_same_version() -> None:
    """By which azd tells where a deployment came from."""
    assert f"  template: asr-autoprotect@{PRODUCT_VERSION}\n" in (ROOT / "azure.yaml").read_text(encoding="utf-8")


def test_the_command_line_is_released_under_the_same_version() -> None:
    """Its wheel is built of its own project file."""
    project = tomllib.loads((ROOT / "cli/pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["version"] == PRODUCT_VERSION
