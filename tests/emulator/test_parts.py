"""The core's small parts: ids, filters, retry waits, the timeline."""

import argparse
import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.emulator.arm.clock import Clock
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId, normalised
from local.emulator.arm.odata import matches, parsed_filter
from local.emulator.arm.pace import Pace, PaceMode
from local.emulator.arm.timeline import Timeline
from local.emulator.providers.event_grid.retries import reason_to_stop, wait_seconds
from local.options import port

VM = "/subscriptions/S/resourceGroups/G/providers/Microsoft.Compute/virtualMachines/vm"
SEGMENT = st.text("abcXYZ019-_.", min_size=1).filter(lambda text: text.lower() != "providers")


@pytest.mark.parametrize(
    ("path", "kind", "name", "group"),
    [
        (VM, "Microsoft.Compute/virtualMachines", "vm", "G"),
        (VM + "/extensions/e", "Microsoft.Compute/virtualMachines/extensions", "e", "G"),
        (VM + "/providers/Microsoft.Resources/links/l", "Microsoft.Resources/links", "l", "G"),
        ("/subscriptions/S/resourcegroups/G", "Microsoft.Resources/resourceGroups", "G", "G"),
        ("/subscriptions/S", "Microsoft.Resources/subscriptions", "S", ""),
        (
            "/subscriptions/S/providers/Microsoft.EventGrid/eventSubscriptions/e",
            "Microsoft.EventGrid/eventSubscriptions",
            "e",
            "",
        ),
    ],
)
def test_ids_are_taken_apart(path: str, kind: str, name: str, group: str) -> None:
    """Type, name and group of resources, children, extensions, groups and subscriptions."""
    parsed = ResourceId.parse(path)

    assert (parsed.type, parsed.name, parsed.group, parsed.subscription) == (kind, name, group, "S")


@given(st.lists(SEGMENT, min_size=1, max_size=6), st.integers(1, 3))
def test_slashes_and_case_do_not_matter(segments: list[str], slashes: int) -> None:
    """However a path is written, its key is the same, and normalising twice changes nothing."""
    plain, doubled = "/".join(segments), ("/" * slashes).join(segments)

    assert ResourceId.parse(plain).key == ResourceId.parse(f"//{doubled.upper()}/").key
    assert normalised(normalised(doubled)) == normalised(doubled)


def test_containment_is_by_segment() -> None:
    """A name that begins like another is not inside it."""
    vm = ResourceId.parse(VM)

    assert vm.contains(ResourceId.parse(VM.upper() + "/extensions/e"))
    assert not vm.contains(ResourceId.parse(VM + "2"))
    assert vm.group_id.contains(vm)


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("", True),
        ("status eq 'inprogress'", True),
        ("status eq 'Failed' or type eq 'A'", True),
        ("status eq 'InProgress' and not (type eq 'A')", False),
        ("started ge '2026-01-01T00:00:00Z' and started lt '2026-01-01T00:00:00.2Z'", True),
        ("nothing eq 'x'", False),
        ("nothing ne 'x'", True),
        ("startswith(type, 'a')", True),
        ("name eq 'it''s'", True),
    ],
)
def test_odata(text: str, selected: bool) -> None:
    """Comparisons without case, instants as instants, quotes doubled, absent fields."""
    fields = {"status": "InProgress", "type": "A", "started": "2026-01-01T00:00:00.1000000Z", "name": "it's"}

    assert matches(parsed_filter(text), fields) is selected


@pytest.mark.parametrize(
    "text",
    ["status", "status eq", "status is 'x'", "(status eq 'x'", "status eq 'x' 'y'", "f(x)", "(" * 9999, "not " * 9999],
)
def test_odata_refuses_what_it_does_not_understand(text: str) -> None:
    """400, never a guess."""
    with pytest.raises(ArmError) as refused:
        parsed_filter(text)
    assert refused.value.status == 400


def test_retry_waits_are_the_documented_ones() -> None:
    """10 s, 30 s, 1 min, 5 min ... in real pace, 404 at least 5 minutes; scaled down and capped otherwise."""
    real, instant = Pace(mode=PaceMode.REAL), Pace(mode=PaceMode.INSTANT)

    assert [wait_seconds(real, attempt, 500) for attempt in range(1, 6)] == [10, 30, 60, 300, 600]
    assert wait_seconds(real, 1, 404) == 300
    assert wait_seconds(real, 99, 0) == 43_200
    assert wait_seconds(instant, 1, 500) == pytest.approx(0.1)
    assert wait_seconds(instant, 9, 500) == 2


@pytest.mark.parametrize(
    ("attempt", "status", "age_s", "reason"),
    [
        (1, 500, 1, ""),
        (1, 400, 1, "EndpointRefused"),
        (30, 500, 1, "MaxDeliveryAttemptsExceeded"),
        (2, 500, 86_400, "TimeToLiveExceeded"),
    ],
)
def test_when_a_delivery_is_given_up(attempt: int, status: int, age_s: float, reason: str) -> None:
    """A final status, the last attempt, the end of the event's life."""
    policy = {"maxDeliveryAttempts": 30, "eventTimeToLiveInMinutes": 1440}
    found = reason_to_stop(policy, attempt=attempt, status=status, age_s=age_s, pace=Pace(mode=PaceMode.REAL))

    assert found == reason


def test_the_timeline_runs_in_order_with_the_clock_held() -> None:
    """After a leap the steps run soonest first, and each sees the moment at which it was due."""
    clock = Clock()
    seen: list[tuple[str, float]] = []
    begun = clock.now()
    timeline = Timeline(clock, lambda name, _: seen.append((name, (clock.now() - begun).total_seconds())))
    timeline.schedule(20, "second", {})
    timeline.schedule(10, "first", {})

    clock.advance(60)
    timeline.run_due()

    assert [(name, round(at)) for name, at in seen] == [("first", 10), ("second", 20)]


def test_the_timeline_runs_by_itself() -> None:
    """Nobody has to ask for a step to happen."""

    async def until_run() -> None:
        happened = asyncio.Event()
        timeline = Timeline(Clock(), lambda _name, _arguments: happened.set())
        pump = asyncio.create_task(timeline.pump())
        await asyncio.sleep(0)
        timeline.schedule(0.01, "step", {})
        await asyncio.wait_for(happened.wait(), 60)
        pump.cancel()

    asyncio.run(until_run())


@pytest.mark.parametrize("text", ["65536", "000000099999", "9" * 5000, "-1", "+1", "", "²"])
def test_what_is_no_port_is_refused(text: str) -> None:
    """However it is written, by a sentence that says what is expected."""
    with pytest.raises(argparse.ArgumentTypeError, match="from 0 to 65535"):
        port(text)
