"""What ends a protection that nobody asks for any more, and what does not."""

from dataclasses import replace

import pytest

from asr.model.decision import Action, Decision
from asr.model.ending import EndCause
from asr.model.outcome import Outcome, Reason, State
from asr.model.request import NamedRequest, RememberedRequest, TagRequest
from asr.planning.grace import cause_of, deadline_of, may_end_by_itself
from asr.planning.protection import decide
from tests.unit.planning.contoso import VM_ID, facts, item, request, vm

TAGGED = TagRequest({"asr-protect": "true"}, "2026-01-02T00:00:00+00:00")
EARLIER = NamedRequest("ann", verified=False, at="2026-01-01T00:00:00+00:00")
LATER = replace(EARLIER, at="2026-01-03T00:00:00+00:00")
NOBODY = Decision(Action.LEAVE, VM_ID, outcome=Outcome(State.NOT_REQUESTED))


@pytest.mark.parametrize(
    ("record", "tag", "cause"),
    [
        (None, None, None),
        (RememberedRequest(VM_ID, by_name=EARLIER), None, None),
        (RememberedRequest(VM_ID, by_name=EARLIER), "false", None),
        (RememberedRequest(VM_ID, TAGGED), None, EndCause.UNTAGGED),
        (RememberedRequest(VM_ID, TAGGED, EARLIER), None, EndCause.UNTAGGED),
        (RememberedRequest(VM_ID, TAGGED, LATER), None, None),
        (RememberedRequest(VM_ID, TAGGED, LATER), "False", EndCause.UNTAGGED),
    ],
)
def test_that_no_tag_asks(record: RememberedRequest | None, tag: str | None, cause: EndCause | None) -> None:
    """It counts for a VM whose tags were seen to ask; a later request by name stands, unless the tag says false."""
    tags = {"ASR-Protect": tag} if tag else {}

    assert cause_of(NOBODY, facts(vm(tags=tags)), record, "asr-") is cause


def test_vms_that_are_gone_or_another_one() -> None:
    """Whoever asked."""
    gone = replace(NOBODY, outcome=Outcome(State.GONE))
    replaced = replace(NOBODY, outcome=Outcome(State.REFUSED, (Reason("ProtectedVmReplaced"),)))
    assert cause_of(gone, None, None, "asr-") is EndCause.VM_GONE
    assert cause_of(replaced, facts(), None, "asr-") is EndCause.VM_REPLACED
    assert cause_of(replace(NOBODY, outcome=Outcome(State.REFUSED)), facts(), None, "asr-") is None


def test_an_item_of_ours_that_never_replicated_anything() -> None:
    """Nothing is lost with it. One that others made, or that has copied something, stays for a person."""
    for about, cause in (
        (item("EnablingFailed"), EndCause.ENABLING_FAILED),
        (item("EnablingFailed", name="portal"), None),
        (item("InitialReplicationFailed"), None),
    ):
        known = facts(item=about)
        assert cause_of(decide(VM_ID, known, request()), known, None, "asr-") is cause


def test_what_was_failed_over_never_ends_by_itself() -> None:
    """The VM that is gone may be the one that nobody needs any more; at home again it is the protected one."""
    away = item(failed_over_at="2026-01-01T00:00:00Z", source_region="southeastasia", home_region="eastasia")
    home = replace(away, source_region="eastasia", source_zone="1", home_zone="1")
    assert not may_end_by_itself(item("UnplannedFailoverCommitted"), EndCause.UNTAGGED)
    assert not may_end_by_itself(away, EndCause.VM_GONE)
    assert not may_end_by_itself(away, EndCause.UNTAGGED)
    assert may_end_by_itself(home, EndCause.UNTAGGED)
    assert may_end_by_itself(home, EndCause.VM_GONE)
    assert may_end_by_itself(home, EndCause.VM_REPLACED)
    between_zones = replace(home, recovery_region="eastasia", source_zone="2")
    assert not may_end_by_itself(between_zones, EndCause.VM_GONE)
    assert not may_end_by_itself(replace(home, home_region=None), EndCause.VM_GONE)
    assert not may_end_by_itself(replace(home, state="UnplannedFailoverCommitted"), EndCause.VM_GONE)
    assert may_end_by_itself(item(), EndCause.VM_GONE)


def test_a_deadline() -> None:
    """In days, also parts of them."""
    assert deadline_of("2026-01-01T00:00:00+00:00", 7) == "2026-01-08T00:00:00+00:00"
    assert deadline_of("2026-01-01T00:00:00+00:00", 0.5) == "2026-01-01T12:00:00+00:00"
