"""An emulator of its own for every test, with the east-asia world and what protection stands on."""

from collections.abc import Iterator

import pytest

from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import Arm
from tests.emulator.site_recovery.estate import Estate


@pytest.fixture
def arm() -> Iterator[Arm]:
    """Plain requests to an emulator at instant pace."""
    with Emulator(world="east-asia") as emulator, Arm(emulator) as client:
        yield client


@pytest.fixture
def bare(arm: Arm) -> Estate:
    """The world with the recovery side's plain resources and a vault that was never used."""
    estate = Estate(arm)
    estate.make_target()
    return estate


@pytest.fixture
def estate(bare: Estate) -> Estate:
    """The world with everything that protection stands on."""
    bare.make_foundation()
    return bare
