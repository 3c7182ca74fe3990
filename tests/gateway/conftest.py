"""The recorded traffic, as a fixture."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

_RECORDED = (
    Path(__file__).parents[3] / "shared/specs/Microsoft.RecoveryServices.SiteRecovery/recorded-2022-08-01/golden"
)


@pytest.fixture
def recorded() -> Callable[[str], dict[str, Any]]:
    """Reads one recorded exchange with the real Azure; the test is skipped where the recordings are not at hand."""
    if not _RECORDED.is_dir():
        pytest.skip("the recorded traffic is not at hand")

    def read(name: str) -> dict[str, Any]:
        exchange: dict[str, Any] = json.loads((_RECORDED / f"{name}.json").read_text())
        return exchange

    return read
