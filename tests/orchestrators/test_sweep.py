"""A sweep, driven by the real Durable engine: its steps in order, its history flat, its failures told."""

import pytest

from orchestrators.sweep import CALLS_A_GENERATION
from tests.orchestrators.hub import hub
from tests.orchestrators.sweeps import COUNTS, SWEEP, Steps


def test_the_steps_of_a_sweep() -> None:
    """Entities, machines, vaults, comparisons, the snapshot; all of one reading, all at one time."""
    steps = Steps(pages=2, vaults=2)
    with hub(steps.table()) as h:
        ended = h.run("sweep", SWEEP, "sweep")

    names = [name for name, _ in steps.calls]
    assert names == [
        "keep_vm_states",
        *["read_machine_page"] * 2,
        *["read_vault_items"] * 2,
        *["compare_page"] * 2,
        "finish_sweep",
    ]
    assert ended.get_output() == {"pages": 2, "compared": 2, "asked": 4 + 1, **COUNTS}
    assert len({asked["reading"] for _, asked in steps.calls}) == 1
    compared = [asked for name, asked in steps.calls if name == "compare_page"]
    assert [asked["page"] for asked in compared] == [0, 1]
    assert all(asked["steps"] == 2 and asked["requested_by"] == SWEEP["requested_by"] for asked in compared)
    told = {name: compared[0][name] for name in ("reading", "at", "requested_by", "pacing")}
    assert steps.calls[-1][1] == {**told, "steps": 2, "pages": 2}


def test_a_large_fleet_is_swept_in_generations() -> None:
    """Each begins with what the last one knew: the same reading, the next page."""
    pages = CALLS_A_GENERATION * 2
    steps = Steps(pages)
    with hub(steps.table()) as h:
        ended = h.run("sweep", SWEEP, "sweep")

    assert ended.get_output() == {"pages": pages, "compared": pages, "asked": 2 * pages + 1, **COUNTS}
    assert [asked["page"] for name, asked in steps.calls if name == "read_machine_page"] == list(range(pages))
    assert len({asked["reading"] for _, asked in steps.calls}) == 1


@pytest.mark.parametrize("failing", ["keep_vm_states", "read_machine_page", "compare_page", "finish_sweep"])
def test_a_step_that_fails_ends_the_sweep_with_its_reason(failing: str) -> None:
    """The last snapshot stands; the next sweep begins anew."""
    steps = Steps(failing=failing)
    with hub(steps.table()) as h:
        output = h.run("sweep", SWEEP, "sweep").get_output()

    assert [problem["code"] for problem in output["problems"]] == ["StoreIsGone"]
    assert steps.calls[-1][0] == failing
