"""A drill and the end of a protection are as they must be only if Azure and the evidence say so."""

from collections.abc import Callable
from typing import Any

import pytest

from local.demo.readback import read_back_drill, read_back_end
from local.demo.story import CAST, DRILLED, ENDED

SUBSCRIPTION = "5f0c3a5e-7d53-4d6e-9a51-2f4f6f3b8c10"
STANDS = {"properties": {"provisioningState": "Succeeded"}, "tags": {"asr-protect": "false"}}
LEFT = [one for one in CAST if not one.refusal and one != ENDED]


def _kept() -> dict[str, Any]:
    """Evidence of a drill that passed."""
    rto, rpo = ({"seconds": seconds, "targetSeconds": 3600.0, "met": True} for seconds in (125.0, 30.0))
    part = {"vmId": DRILLED.id(SUBSCRIPTION).lower(), "result": "passed", "rto": rto, "rpo": rpo}
    return {"number": 7, "facts": {"id": "drill-1", "result": "passed", "machines": [part]}}


def _item(vm_id: str) -> dict[str, Any]:
    return {"providerSpecificDetails": {"fabricObjectId": vm_id.upper()}}


def test_a_drill_that_passed_shows_its_figures_against_their_targets() -> None:
    """And the number by which its evidence is found again."""
    found = read_back_drill(DRILLED, _kept(), None)

    assert found.ok
    assert found.told == ("RTO 2m5s (target 1h), RPO 30s (target 1h).", "It is kept as evidence 7.")


SPOILED: list[Callable[[dict[str, Any]], object]] = [
    lambda facts: facts.update(result="failed"),
    lambda facts: facts.update(machines=[]),
    lambda facts: facts["machines"][0].update(result="failed"),
    lambda facts: facts["machines"][0]["rto"].update(seconds=None, met=None),
    lambda facts: facts["machines"][0]["rpo"].update(met=False),
    lambda facts: facts["machines"][0].update(vmId=ENDED.id(SUBSCRIPTION)),
]


@pytest.mark.parametrize("spoil", SPOILED)
def test_a_drill_that_did_not_pass_is_found(spoil: Callable[[dict[str, Any]], object]) -> None:
    """One thing at a time."""
    kept = _kept()
    spoil(kept["facts"])

    assert not read_back_drill(DRILLED, kept, None).ok


def test_a_test_vm_that_is_left_is_found() -> None:
    """Whatever the evidence says."""
    found = read_back_drill(DRILLED, _kept(), STANDS)

    assert (found.ok, found.found) == (False, "web-0's drill has passed, its test VM is left")


def test_a_protection_that_ended_leaves_the_vm_and_the_other_items() -> None:
    """The item is gone, its VM stands and asks no more."""
    found = read_back_end(ENDED, SUBSCRIPTION, [_item(one.id(SUBSCRIPTION)) for one in LEFT], STANDS)

    assert (found.ok, found.found) == (True, "db-0 has no protected item any more, and the VM stands")


@pytest.mark.parametrize(
    ("machines", "vm", "told"),
    [
        ([*LEFT, ENDED], STANDS, "still has a protected item"),
        (LEFT[1:], STANDS, "took 1 other protected items along"),
        (LEFT, None, "is gone"),
        (LEFT, {**STANDS, "properties": {"provisioningState": "Failed"}}, ""),
        (LEFT, {**STANDS, "tags": {"asr-protect": "true"}}, ""),
        (LEFT, {**STANDS, "tags": None}, ""),
    ],
)
def test_a_protection_that_did_not_end_well_is_found(machines: list[Any], vm: dict[str, Any] | None, told: str) -> None:
    """One thing at a time."""
    found = read_back_end(ENDED, SUBSCRIPTION, [_item(one.id(SUBSCRIPTION)) for one in machines], vm)

    assert not found.ok
    assert told in found.found
