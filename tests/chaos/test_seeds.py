"""Five seeds of trouble, all stories among them; the others are played by `make chaos`."""

from pathlib import Path

import pytest

from tests.chaos.perform import perform

SEEDS = (1, 2, 3, 4, 5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_seed_holds(seed: int, tmp_path: Path) -> None:
    """Whatever happens on the way, what is left is what a run without trouble leaves, and nobody was harmed."""
    report = perform(seed, tmp_path)

    assert report.wrong == (), f"replay: make chaos SEED={seed} COUNT=1"
    assert report.requests > 0
