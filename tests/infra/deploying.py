"""A deployment from beginning to end against an emulated Azure: templates, code, events, rights."""

import json
import os
import ssl
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from local.emulator.arm.tokens import Caller
from local.stack import part
from local.up import host_settings, trust
from tests.e2e.stack import IMPATIENT, Stack
from tests.infra.files import INFRA
from tests.repo.tree import ROOT

LOCATION = "swedencentral"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
CLOUD_ONLY = ("ASR_STORE", "ASR_EVENTS_ENDPOINT", "APPLICATIONINSIGHTS_CONNECTION_STRING", "AzureWebJobsStorage__")
"""Settings that lead to services which are not emulated: the store is a folder here, and nothing is sent anywhere."""

type Template = dict[str, Any]
type Ready = Mapping[str, str]
"""What the emulator said when it was ready."""


class Deployer(Protocol):
    """Whoever deploys a template to a subscription: Azure's own client, or the CLI."""

    def __call__(self, ready: Ready, name: str, template: Template, given: dict[str, Any], /) -> dict[str, Any]:
        """Deploy, wait, and return the outputs by name."""


@dataclass
class Deployed:
    """What stands after a deployment.

    Attributes:
        up: the calls of an operator.
        outputs: those of the first layer.
        subscriptions: what is watched.
        settings: the app settings that the template wrote.
        authority: the file with the certificate to trust; empty over plain http.
    """

    up: Stack
    outputs: dict[str, Any]
    subscriptions: list[str]
    settings: dict[str, str] = field(default_factory=dict)
    authority: str = ""

    def script(self, name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of the scripts as azd's hooks do: with azd's environment, and nothing of the repository."""
        known = {key: value if isinstance(value, str) else json.dumps(value) for key, value in self.outputs.items()}
        own = {
            "PATH": os.environ["PATH"],
            "AZURE_SUBSCRIPTION_ID": self.subscriptions[0],
            "AZURE_ENV_NAME": self.outputs["AZURE_RESOURCE_GROUP"].removeprefix("rg-"),
            "AZURE_LOCATION": LOCATION,
            "ASR_SUBSCRIPTIONS": ",".join(self.subscriptions),
            "ASR_TAG_PREFIX": self.settings.get("ASR_TAG_PREFIX", ""),
            "ASR_ARM_ENDPOINT": self.up.arm,
            "ASR_ARM_TOKEN": "operator",
            "ASR_APP_URL": self.up.host,
            "ASR_CHECK_SECONDS": "60",
            **({"SSL_CERT_FILE": self.authority} if self.authority else {}),
        }
        command = [sys.executable, str(INFRA / "scripts" / f"{name}.py"), *arguments]
        return subprocess.run(
            command, env=known | own | environment, capture_output=True, text=True, check=False, timeout=120
        )


@contextmanager
def deployed(
    deploy: Deployer, layers: tuple[Template, Template], given: dict[str, Any], *options: str
) -> Iterator[Deployed]:
    """A world of two subscriptions with the app in it, deployed by these templates.

    Args:
        deploy: who deploys.
        layers: what the app stands on, and its events.
        given: parameters of the first layer beside the subscriptions.
        options: of the emulator.
    """
    with ExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory()))
        log = parts.enter_context((folder / "log").open("wb"))
        start = ("emulator", "--port", "0", "--world", "cross-subscription", *options)
        emulator = parts.enter_context(part(*start, environment=os.environ, folder=ROOT, log=log))
        health = httpx.get(f"{emulator.ready['arm']}/_emulator/health", verify=_trusted(emulator.ready)).json()
        subscriptions = list(health["subscriptions"])
        outputs = deploy(emulator.ready, "app", layers[0], {**given, "subscriptions": subscriptions})
        settings = settings_of(emulator.ready, outputs["ASR_APP_ID"])
        usable = {name: value for name, value in settings.items() if value and not name.startswith(CLOUD_ONLY)}
        local = host_settings(emulator.ready, "instant") | {"ASR_STORE": str(folder / "store")} | IMPATIENT
        # What the template wrote counts; the machine's own addresses stand in for Azure's. No sweep helps an event.
        environment = os.environ | local | usable | trust(emulator.ready) | {"ASR_SWEEP_SCHEDULE": "0 0 0 29 2 *"}
        host = parts.enter_context(part("host", "--port", "0", environment=environment, folder=ROOT, log=log))
        up = Stack({**emulator.ready, **host.ready}, folder / "log", host.process.pid)
        parts.callback(up.http.close)
        bind(up, outputs["ASR_APP_ID"])
        places = {"appId": outputs["ASR_APP_ID"], "storageId": outputs["ASR_STORAGE_ID"]}
        deploy(emulator.ready, "events", layers[1], {**given, **places, "subscriptions": subscriptions})
        enforce(up, subscriptions)
        yield Deployed(up, outputs, subscriptions, settings, emulator.ready.get("authority", ""))


def _trusted(ready: Mapping[str, str]) -> Any:
    return ssl.create_default_context(cafile=ready.get("authority"))


def settings_of(ready: Mapping[str, str], site: str) -> dict[str, str]:
    """The app settings of a site."""
    url = f"{ready['arm']}{site}/config/appsettings/list?api-version=2024-11-01"
    answer = httpx.post(url, headers={"Authorization": "Bearer operator"}, verify=_trusted(ready))
    found: dict[str, str] = answer.raise_for_status().json()["properties"]
    return found


def bind(up: Stack, site: str) -> None:
    """Deploy the code, as far as Azure is told of that: where it runs, with which functions."""
    functions = up.http.get(f"{up.host}/admin/functions", headers={"x-functions-key": up.key}).json()
    triggers = {
        one["name"]: binding["type"]
        for one in functions
        for binding in one["config"]["bindings"]
        if binding["type"].endswith("Trigger")
    }
    code = {"site": site, "url": up.host, "key": up.key, "functions": triggers}
    up.http.post(f"{up.arm}/_emulator/sites", json=code).raise_for_status()


def enforce(up: Stack, subscriptions: list[str]) -> None:
    """From now on nobody may do more than their roles say; the operator owns the subscriptions."""
    operator = Caller.of({"authorization": "Bearer operator"}).object_id
    for number, one in enumerate(subscriptions):
        roles = f"/subscriptions/{one}/providers/Microsoft.Authorization"
        body = {"properties": {"principalId": operator, "roleDefinitionId": f"{roles}/roleDefinitions/{OWNER}"}}
        name = f"00000000-0000-4000-8000-{number:012d}"
        assert up.call("PUT", f"{roles}/roleAssignments/{name}", "2022-04-01", body).is_success
    up.http.post(f"{up.arm}/_emulator/settings", json={"authorization": "enforced"}).raise_for_status()
