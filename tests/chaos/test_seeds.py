"""Three seeds of trouble in the two short stories; the others are played by `make chaos`."""

from pathlib import Path

import pytest

from tests.chaos.perform import perform
from tests.chaos.plan import plan

SEEDS = {"tiny": (14, 28), "life": (29,)}
"""By story, for the seeds of one share its run without trouble."""


@pytest.mark.parametrize("story", SEEDS)
def test_seeds_hold(story: str, tmp_path: Path) -> None:
    """Whatever happens on the way, what is left is what a run without trouble leaves, and nobody was harmed."""
    for seed in SEEDS[story]:
        assert plan(seed).story.name == story
        (folder := tmp_path / str(seed)).mkdir()
        report = perform(seed, folder)
        assert report.wrong == (), f"replay: make chaos SEED={seed} COUNT=1"
        assert report.requests > 0
