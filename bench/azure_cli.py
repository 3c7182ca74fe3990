"""The real Azure CLI, pointed at an emulator that serves https. `make bench-az` and `make test-az` install it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from local.stack import ROOT

AZ = ROOT / ".venv-az" / "bin" / "az"
CLIENT = "11111111-1111-1111-1111-111111111111"
DEADLINE_S = 180


class AzureCli:
    """The CLI with a configuration folder and a trusted authority of its own.

    Args:
        arm: where the emulator serves https.
        authority: the file with the certificate to trust.
        home: a folder for what the CLI keeps.
    """

    def __init__(self, arm: str, authority: Path, home: Path) -> None:
        self._arm = arm
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AZURE_CONFIG_DIR": str(home / "azure"),
            "REQUESTS_CA_BUNDLE": str(authority),
            "AZURE_CORE_INSTANCE_DISCOVERY": "false",
            "AZURE_CORE_COLLECT_TELEMETRY": "false",
            "AZURE_CORE_ONLY_SHOW_ERRORS": "true",
        }

    def sign_in(self, tenant: str) -> None:
        """Make the emulator the CLI's cloud, and sign in as a service principal."""
        self("cloud", "register", "--name", "local", "--endpoint-resource-manager", self._arm)
        self("cloud", "set", "--name", "local")
        self("login", "--service-principal", "-u", CLIENT, "-p", "anything", "--tenant", tenant)

    def ended(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(  # noqa: S603 - the arguments are this repository's own
            [AZ, *arguments, "--output", "json"],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            check=False,
        )

    def __call__(self, *arguments: str) -> Any:
        """Run a command that must succeed; return its JSON, None when it prints nothing.

        Raises:
            AssertionError: it failed; the text is what it printed.
        """
        ended = self.ended(*arguments)
        if ended.returncode != 0:
            raise AssertionError(f"az {' '.join(arguments)}\n{ended.stderr}")
        return json.loads(ended.stdout) if ended.stdout.strip() else None
