"""A sweep, driven by the real Durable engine: its steps in order, its history flat, its failures told."""

from typing import Any

import pytest

from orchestrators.sweep import CALLS_A_GENERATION
from tests.orchestrators.hub import PACING, hub

SWEEP = {"pacing": PACING, "requested_by": {"name": "schedule", "verified": True}}
COUNTS = {"machines": 2500, "fleet": 30, "vaults": 2, "problems": []}


class Steps:
    """The activities of a sweep over so many pages of machines and steps of vaults."""

    def __init__(self, pages: int = 1, vaults: int = 1, failing: str = "") -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self._pages = pages
        self._vaults = vaults
        self._failing = failing

    def table(self) -> dict[str, Any]:
        """By name."""
        answers = {
            "keep_vm_states": lambda _: {},
            "read_machine_page": lambda asked: {"more": asked["page"] + 1 < self._pages},
            "read_vault_items": lambda asked: {"more": asked["step"] + 1 < self._vaults},
            "compare_page": lambda _: {"asked": 2},
            "finish_sweep": lambda _: COUNTS,
        }
        return {name: self._body(name, answer) for name, answer in answers.items()}

    def _body(self, name: str, answer: Any) -> Any:
        def body(asked: dict[str, Any]) -> dict[str, Any]:
            self.calls.append((name, asked))
            if name == self._failing:
                return {"status": "failed", "reasons": [{"code": "StoreIsGone", "facts": {}, "azure": None}]}
            return {"status": "ready", **answer(asked)}

        return body


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
    assert ended.get_output() == {"pages": 2, "compared": 2, "asked": 4, **COUNTS}
    assert len({asked["reading"] for _, asked in steps.calls}) == 1
    compared = [asked for name, asked in steps.calls if name == "compare_page"]
    assert [asked["page"] for asked in compared] == [0, 1]
    assert all(asked["steps"] == 2 and asked["requested_by"] == SWEEP["requested_by"] for asked in compared)
    assert steps.calls[-1][1] == {"reading": compared[0]["reading"], "steps": 2, "pages": 2, "at": compared[0]["at"]}


def test_a_large_fleet_is_swept_in_generations() -> None:
    """Each begins with what the last one knew: the same reading, the next page."""
    pages = CALLS_A_GENERATION * 2
    steps = Steps(pages)
    with hub(steps.table()) as h:
        ended = h.run("sweep", SWEEP, "sweep")

    assert ended.get_output() == {"pages": pages, "compared": pages, "asked": 2 * pages, **COUNTS}
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
