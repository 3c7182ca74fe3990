"""What belongs to the deployed app, as .funcignore, host.json and the version say it. tests/release builds it."""

import json
import tomllib

from asr.model.version import PRODUCT_VERSION
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


def test_a_release_reads_the_version_that_the_app_tells() -> None:
    """Without importing the app."""
    assert version(ROOT) == PRODUCT_VERSION


def test_the_command_line_is_released_under_the_same_version() -> None:
    """Its wheel is built of its own project file."""
    project = tomllib.loads((ROOT / "cli/pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["version"] == PRODUCT_VERSION
