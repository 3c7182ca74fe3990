"""The app that is deployed, built as a deployment builds it: these files, those packages, nothing else."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repo.functions import ACTIVITIES, ALL, ENTITIES, OF_THE_SDK, ORCHESTRATORS, TRIGGERS
from tests.repo.tree import PRODUCT, ROOT, git

UNREACHABLE = ("error sending request", "dns error", "failed to fetch", "client error (connect)", "timed out")
"""How `uv` says that no package index answers; every other failure of it is a failure of ours."""

INDEX = """
import json
import function_app
from triggers.on_demand import FUNCTIONS, load
assert all(callable(load(name)) for name in FUNCTIONS)
functions = function_app.app.get_functions()
print(json.dumps({one.get_function_name(): one.get_trigger().type for one in functions}))
"""


def deployable() -> list[str]:
    """The files that .funcignore lets pass, tracked or about to be; what git ignores is looked at below."""
    passing = ("--cached", "--others", "--exclude-standard", "--exclude-from=.funcignore")
    names = git("ls-files", "-z", *passing).split("\0")
    ignored = set(git("ls-files", "-z", "--cached", "--ignored", "--exclude-from=.funcignore").split("\0"))
    return sorted(name for name in set(names) - ignored if name and (ROOT / name).is_file())


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run to the end, whatever the exit status."""
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture
def app(tmp_path: Path) -> Path:
    """A folder with exactly the deployable files."""
    folder = tmp_path / "app"
    for name in deployable():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, target)
    return folder


@pytest.fixture
def python(tmp_path: Path) -> Path:
    """An interpreter that has the run-time requirements and nothing else."""
    uv = (sys.executable, "-m", "uv", "--quiet")
    environment = tmp_path / "environment"
    made = run(*uv, "venv", "--python", sys.executable, environment, cwd=ROOT)
    assert made.returncode == 0, made.stderr
    interpreter = environment / "bin" / "python"
    installed = run(
        *uv, "pip", "install", "--python", interpreter, "--require-hashes", "-r", "requirements.txt", cwd=ROOT
    )
    if installed.returncode and any(sign in installed.stderr.lower() for sign in UNREACHABLE):
        pytest.skip("no package index can be reached and uv's cache does not hold the run-time requirements")
    assert installed.returncode == 0, installed.stderr
    return interpreter


def test_only_the_app_is_deployed() -> None:
    """A new folder of the repository is either part of the app or named in .funcignore."""
    assert {"function_app.py", "host.json", "requirements.txt", *PRODUCT} == {
        name.split("/")[0] for name in deployable()
    }


def test_what_git_ignores_is_not_deployed() -> None:
    """Environments, caches and secrets lie in a developer's folder without being tracked."""
    patterns = {_name(line) for line in (ROOT / ".funcignore").read_text().splitlines()}

    # Core Tools put the packages of a local build there themselves.
    made_by_the_build = {".python_packages"}
    assert {_name(line) for line in (ROOT / ".gitignore").read_text().split()} - patterns == made_by_the_build


def _name(pattern: str) -> str:
    return pattern.strip("/").removeprefix("**/")


def test_the_deployed_app_has_exactly_its_functions(app: Path, python: Path) -> None:
    """With the run-time requirements alone the app is indexed and all of it imported, warnings counting as errors."""
    indexed = run(python, "-W", "error", "-c", INDEX, cwd=app)

    assert indexed.returncode == 0, indexed.stderr
    kinds = json.loads(indexed.stdout)
    assert set(kinds) == ALL
    assert {name for name, kind in kinds.items() if kind == "activityTrigger"} - OF_THE_SDK == ACTIVITIES
    assert {name for name, kind in kinds.items() if kind == "orchestrationTrigger"} - OF_THE_SDK == ORCHESTRATORS
    assert {name for name, kind in kinds.items() if kind == "entityTrigger"} == ENTITIES
    assert {
        name for name, kind in kinds.items() if kind in {"eventGridTrigger", "timerTrigger", "httpTrigger"}
    } == TRIGGERS


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
