"""Truth: recorded traffic with the real Azure, answered the same, and the figures of it in the document."""

import pytest

from local.emulator.providers.site_recovery.document import DOCUMENT
from tests.emulator.site_recovery.figures import row
from tests.emulator.site_recovery.replay import RECORDINGS, recorded_world

LEAST_SHARE = 0.95
LEAST_KEYS = {"protected life": 3000, "vault monitoring": 90, "eligibility": 10}


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_is_answered_as_azure_answered_it(name: str) -> None:
    """Every status and URL is Azure's, and so are 95 % of all keys, types and values; the document has the figures."""
    with recorded_world() as arm:
        replay = RECORDINGS[name](arm)
    coverage = replay.coverage
    print(coverage)  # noqa: T201 - the figure is what one runs this test for
    for difference, times in sorted(coverage.differences.items(), key=lambda one: -one[1]):
        print(f"  {times:4} x {difference}")  # noqa: T201

    assert replay.statuses == []
    assert coverage.keys >= LEAST_KEYS[name]
    assert coverage.found / coverage.keys >= LEAST_SHARE
    assert coverage.typed / coverage.keys >= LEAST_SHARE
    assert coverage.equal / coverage.keys >= LEAST_SHARE
    assert row(name, coverage) in DOCUMENT.read_text(encoding="utf-8")
