"""What is remembered of who asked."""

from dataclasses import replace

import pytest

from asr.model.request import LeftVm, NamedRequest, RememberedRequest, SeenVm, TagRequest
from asr.planning.requests import left_by_failover, left_vm, remembered, without
from asr.reasons import reason

VM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web-0"
TAGGED = TagRequest({"asr-protect": "true"}, "2026-01-02T00:00:00+00:00")
NAMED = NamedRequest("ann@contoso.com", verified=True, at="2026-01-03T00:00:00Z", overrides={"asr-recovery-zone": "1"})
BOTH = RememberedRequest(VM, TAGGED, NAMED)


def test_both_ways_of_asking_stand_side_by_side() -> None:
    """Whichever comes first: ending one must not end what the other asked for."""
    assert remembered(remembered(None, VM, TAGGED), VM, NAMED) == BOTH
    assert remembered(remembered(None, VM, NAMED), VM, TAGGED) == BOTH


def test_the_latest_request_of_each_way_counts() -> None:
    """With its own choices: they are a whole, not a difference."""
    later = replace(NAMED, at="2026-01-04T00:00:00Z", overrides={}, profile="gold")
    other = TagRequest({"asr-protect": "gold"}, "2026-01-04T00:00:00Z")

    assert remembered(BOTH, VM, later) == replace(BOTH, by_name=later)
    assert remembered(BOTH, VM, other) == replace(BOTH, by_tag=other)


@pytest.mark.parametrize(
    "request_", [replace(NAMED, at="2026-01-01T23:00:00Z", profile="old"), TagRequest({}, "2026-01-02T00:59:59+01:00")]
)
def test_a_request_that_comes_late_changes_nothing(request_: TagRequest | NamedRequest) -> None:
    """Activities may run twice and be overtaken; times count, not texts."""
    assert remembered(BOTH, VM, request_) == BOTH


@pytest.mark.parametrize("request_", [NAMED, TAGGED, replace(TAGGED, at="2026-02-01T00:00:00Z")])
def test_what_is_known_changes_nothing(request_: TagRequest | NamedRequest) -> None:
    """A sweep sees the same tags every quarter of an hour."""
    assert remembered(BOTH, VM, request_) == BOTH


def test_a_request_that_is_fulfilled_stays_so() -> None:
    """Until somebody asks again."""
    fulfilled = remembered(BOTH, VM, replace(NAMED, fulfilled=True))

    assert fulfilled.by_name == replace(NAMED, fulfilled=True)
    assert remembered(fulfilled, VM, NAMED) == fulfilled
    again = replace(NAMED, at="2026-01-05T00:00:00Z")
    assert remembered(fulfilled, VM, again).by_name == again


def test_the_vm_that_is_enabled_is_no_request() -> None:
    """The last one counts: it is the one that the item is made for."""
    one, other = SeenVm("guid-1", {"/disk": 0}), SeenVm("guid-2")

    assert remembered(remembered(BOTH, VM, one), VM, other) == replace(BOTH, enabled=other)


LEFT = LeftVm("4b4f", "/subscriptions/s/home", "/subscriptions/s/vault")


def test_of_a_vm_that_was_left_its_guid_is_remembered() -> None:
    """Not of one that a failover is needed for, and not where Azure tells no GUID."""
    left = reason("RecoveredVmLeft", source=LEFT.source, vault=LEFT.vault)
    assert left_vm(left, LEFT.guid) == LEFT
    assert left_vm(left, None) is None
    assert left_vm(reason("MadeByFailover", source=LEFT.source, vault=LEFT.vault), LEFT.guid) is None
    assert left_vm(None, LEFT.guid) is None


def test_copied_tags_are_no_request_until_somebody_asks_by_name() -> None:
    """Another GUID is another VM; the end of a protection that somebody asked for makes the tags no request either."""
    known = remembered(RememberedRequest(VM, TAGGED), VM, LEFT)
    found = left_by_failover(known, LEFT.guid.upper())
    assert found is not None
    assert (found.code, found.facts) == ("LeftByFailover", {"source": LEFT.source, "vault": LEFT.vault})
    assert left_by_failover(known, "another") is None
    assert left_by_failover(known, None) is None
    asked = remembered(known, VM, NAMED)
    assert left_by_failover(asked, LEFT.guid) is None
    ended = without(asked, "2026-02-01T00:00:00+00:00", still_tagged=False)
    assert ended == RememberedRequest(VM, left=LEFT)
    assert left_by_failover(ended, LEFT.guid) == found
