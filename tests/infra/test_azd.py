"""azure.yaml: azd's schema, and that what it names is there."""

import copy
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator

from tests.infra import arm_schemas
from tests.infra.bicep import declarations
from tests.infra.files import INFRA
from tests.repo.tree import ROOT


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    """azure.yaml."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "azure.yaml").read_text(encoding="utf-8"))
    return found


def problems(project: dict[str, Any]) -> list[str]:
    """What azd's own schema has against it."""
    return [
        f"{one.json_path}: {one.message}" for one in Draft201909Validator(arm_schemas.azd_schema()).iter_errors(project)
    ]


def test_azd_takes_the_project(project: dict[str, Any]) -> None:
    """The schema is the one that azd publishes."""
    assert problems(project) == []


def test_a_misspelt_word_is_found(project: dict[str, Any]) -> None:
    """Of a layer and of a hook."""
    broken = copy.deepcopy(project)
    broken["infra"]["layers"][1]["dependOn"] = broken["infra"]["layers"][1].pop("dependsOn")
    assert any("dependOn" in one for one in problems(broken))

    broken = copy.deepcopy(project)
    broken["services"]["app"]["hooks"]["postdeploys"] = broken["services"]["app"]["hooks"].pop("postdeploy")
    assert problems(broken)


def test_the_code_is_deployed_between_the_layers(project: dict[str, Any]) -> None:
    """Event Grid refuses a function that is not there yet."""
    steps = [one["azd"] for one in project["workflows"]["up"]["steps"]]
    layers = [one["name"] for one in project["infra"]["layers"]]

    assert steps == ["package --all", f"provision {layers[0]}", "deploy --all", f"provision {layers[1]}"]
    assert project["infra"]["layers"][1]["dependsOn"] == [layers[0]]


def test_what_it_names_is_there(project: dict[str, Any]) -> None:
    """Templates, parameter files and the scripts of the hooks; and the site has the tag by which azd finds it."""
    for layer in project["infra"]["layers"]:
        assert (ROOT / layer["path"] / f"{layer['module']}.bicep").is_file()
        assert (ROOT / layer["path"] / f"{layer['module']}.bicepparam").is_file()
        for hooks in layer.get("hooks", {}).values():
            for hook in hooks if isinstance(hooks, list) else [hooks]:
                assert (ROOT / layer["path"] / hook["run"]).is_file()
    for service in project["services"].values():
        for hook in service["hooks"].values():
            assert (ROOT / service["project"] / hook["run"]).is_file()
    for hook in project["hooks"].values():
        assert (ROOT / hook["run"]).is_file()
    (name,) = project["services"]
    assert f"'azd-service-name': '{name}'" in (INFRA / "modules/host.bicep").read_text(encoding="utf-8")


def test_a_hook_installs_nothing() -> None:
    """azd walks upwards to the first requirements file: it must not come to that of the app."""
    text = (INFRA / "scripts" / "requirements.txt").read_text(encoding="utf-8")

    assert all(line.startswith("#") for line in text.splitlines())


def test_the_second_layer_finds_what_the_first_one_tells() -> None:
    """Outputs become variables of azd's environment, from which the next parameter file reads."""
    told = {one.name for one in declarations(INFRA / "app.bicep", "output")}
    asked = (INFRA / "events.bicepparam").read_text(encoding="utf-8")

    for name in ("ASR_APP_ID", "ASR_STORAGE_ID"):
        assert name in told
        assert f"readEnvironmentVariable('{name}'" in asked
