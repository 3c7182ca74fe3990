"""The compiled templates, deployed by the real Azure CLI as an administrator without azd would; then the app works."""

import json
from pathlib import Path
from typing import Any

from bench.azure_cli import AZ, AzureCli
from tests.infra.deploying import LOCATION, Ready, Template, deployed
from tests.infra.test_deployed import check_app, check_work, compiled

TENANT = "7a3c1b52-0d64-4f0e-9a37-5c9b7ed2f6a1"


class ByCli:
    """`az deployment sub create`.

    Args:
        home: a folder for what the CLI keeps, and for templates and parameters.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._az: AzureCli | None = None

    def __call__(self, ready: Ready, name: str, template: Template, given: dict[str, Any], /) -> dict[str, Any]:
        """Deploy, wait, and return the outputs by name."""
        if self._az is None:
            self._az = AzureCli(ready["arm"], Path(ready["authority"]), self._home)
            self._az.sign_in(TENANT)
        parameters = {key: {"value": value} for key, value in given.items() if key in template["parameters"]}
        (self._home / f"{name}.json").write_text(json.dumps(template), encoding="utf-8")
        (self._home / f"{name}.parameters.json").write_text(json.dumps({"parameters": parameters}), encoding="utf-8")
        files = ("--template-file", self._home / f"{name}.json", "--parameters", self._home / f"{name}.parameters.json")
        place = ("--subscription", ready["subscription"], "--location", LOCATION, "--name", f"asr-{name}")
        ended = self._az("deployment", "sub", "create", *place, *(str(one) for one in files))
        outputs = ended["properties"]["outputs"] or {}
        return {key: one["value"] for key, one in outputs.items()}


def test_the_cli_deploys_what_the_compiler_wrote(tmp_path: Path) -> None:
    """Skipped until `infra/main.*.json` are there."""
    layers = compiled()
    assert AZ.exists(), "the Azure CLI is not there; run: make test-az"
    given = {
        "environmentName": "try",
        "location": LOCATION,
        "profiles": {"default": {}},
        "settings": {"ASR_TAG_PREFIX": "keep-"},
    }
    with deployed(ByCli(tmp_path), layers, given, "--tls") as one:
        check_app(one)
        check_work(one)
