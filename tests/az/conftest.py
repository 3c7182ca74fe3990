"""The real Azure CLI, pointed at an emulator that serves https. `make test-az` installs the CLI and runs this suite."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.azure_cli import AZ, AzureCli
from local.emulator.server import Emulator


class SignedIn(AzureCli):
    """The CLI with the emulator that it speaks to.

    Attributes:
        root: the id of the world's subscription.
    """

    def __init__(self, emulator: Emulator, home: Path) -> None:
        if emulator.authority is None:
            raise RuntimeError("the CLI speaks https only")
        super().__init__(emulator.url, emulator.authority, home)
        self.emulator = emulator
        self.root = f"/subscriptions/{emulator.subscription}"
        self.sign_in(emulator.cloud.tenant)


@pytest.fixture(scope="session")
def az(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedIn]:
    """The CLI, signed in as a service principal, over an empty world."""
    assert AZ.exists(), "the Azure CLI is not there; run: make test-az"
    with Emulator(tls=True) as emulator:
        yield SignedIn(emulator, tmp_path_factory.mktemp("home"))
