"""The real Azure CLI, pointed at an emulator that serves https. `make test-az` installs the CLI and runs this suite."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.emulator.server import Emulator

AZ = Path(__file__).parents[2] / ".venv-az" / "bin" / "az"
CLIENT = "11111111-1111-1111-1111-111111111111"
DEADLINE_S = 180


class AzureCli:
    """The CLI with a configuration folder and a trusted authority of its own."""

    def __init__(self, emulator: Emulator, home: Path) -> None:
        self.emulator = emulator
        self.root = f"/subscriptions/{emulator.subscription}"
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AZURE_CONFIG_DIR": str(home / "azure"),
            "REQUESTS_CA_BUNDLE": str(emulator.authority),
            "AZURE_CORE_INSTANCE_DISCOVERY": "false",
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            "AZURE_CORE_ONLY_SHOW_ERRORS": "true",
        }

    def ended(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [AZ, *arguments, "--output", "json"],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )

    def __call__(self, *arguments: str) -> Any:
        """Run a command that must succeed; return its JSON, None when it prints nothing."""
        ended = self.ended(*arguments)
        assert ended.returncode == 0, f"az {' '.join(arguments)}\n{ended.stderr}"
        return json.loads(ended.stdout) if ended.stdout.strip() else None


@pytest.fixture(scope="session")
def az(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureCli]:
    """The CLI, signed in as a service principal, over an empty world."""
    assert AZ.exists(), "the Azure CLI is not there; run: make test-az"
    with Emulator(tls=True) as emulator:
        cli = AzureCli(emulator, tmp_path_factory.mktemp("home"))
        cli("cloud", "register", "--name", "local", "--endpoint-resource-manager", emulator.url)
        cli("cloud", "set", "--name", "local")
        cli("login", "--service-principal", "-u", CLIENT, "-p", "anything", "--tenant", emulator.cloud.tenant)
        yield cli
