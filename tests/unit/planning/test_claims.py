"""Who builds what: the rules one by one, and over random interleavings of runs that build, fail, vanish, are purged."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.planning import claims
from asr.planning.claims import MOST_WOKEN, SHORTLY, Answer, Ask, Claims, Report

PROBLEM: Mapping[str, object] = {"step": "ensure_vault", "reasons": [{"code": "AuthorizationFailed"}]}
MINUTES = 10.0
"""After so many minutes without news a claim is nobody's."""


def ask(run: str, *keys: str, now: float = 0.0, began: float | None = None, trust: float = 12.0) -> Ask:
    """Ask for these keys."""
    return Ask(run, keys, now, now if began is None else began, trust, 12.0, MINUTES)


def test_what_nobody_builds_is_to_be_built_and_what_another_builds_is_waited_for() -> None:
    """The first run claims all that is missing, the second what is its own."""
    state, first = claims.claim(Claims(), ask("a", "vault", "fabric"))
    _, second = claims.claim(state, ask("b", "vault", "fabric", "network"))

    assert (first.build, first.wait) == (("vault", "fabric"), {})
    assert (second.build, second.wait) == (("network",), {"vault": "a", "fabric": "a"})


def test_what_was_made_is_ready_for_all_and_wakes_those_who_waited() -> None:
    """One who only waits is woken once, when all is there; one who builds as well with each thing."""
    state, _ = claims.claim(Claims(), ask("a", "vault", "fabric"))
    state, _ = claims.claim(state, ask("waits", "vault", "fabric"))
    state, _ = claims.claim(state, ask("builds", "vault", "fabric", "network"))
    state, woken = claims.report(state, Report("a", 1.0, {"vault": "/v"}))
    assert woken == ("builds",)
    state, woken = claims.report(state, Report("a", 2.0, {"fabric": "/f"}))
    assert woken == ("waits",)

    _, answer = claims.claim(state, ask("waits", "vault", "fabric", now=3.0, began=0.0))
    assert answer == Answer({"vault": "/v", "fabric": "/f"})


def test_a_failure_is_that_of_everybody_who_waited_and_of_nobody_who_comes_later() -> None:
    """A thousand waiters do not try in turn what has just failed; the next look tries again."""
    state, _ = claims.claim(Claims(), ask("a", "vault", "fabric"))
    state, _ = claims.claim(state, ask("b", "vault", "fabric", "network"))
    state, woken = claims.report(state, Report("a", 5.0, failed={"vault": PROBLEM}))
    state, waited = claims.claim(state, ask("b", "vault", "fabric", "network", now=6.0, began=0.0))
    _, later = claims.claim(state, ask("c", "vault", "fabric", "network", now=7.0))

    assert woken == ("b",)
    assert (waited.failed, waited.build) == ({"vault": PROBLEM}, ())
    assert (later.failed, later.build) == ({}, ("vault", "fabric", "network"))


def test_a_run_that_is_over_holds_nothing_whether_it_says_so_or_not() -> None:
    """A release frees at once, silence after a while; a run that is heard of keeps what it holds."""
    state, _ = claims.claim(Claims(), ask("a", "vault"))
    state, _ = claims.claim(state, ask("b", "vault"))
    released, woken = claims.release(state, "a")
    _, after_release = claims.claim(released, ask("b", "vault", now=1.0, began=0.0))
    _, soon = claims.claim(state, ask("b", "vault", now=MINUTES * 60 - 1, began=0.0))
    _, late = claims.claim(state, ask("b", "vault", now=MINUTES * 60 + 1, began=0.0))
    heard, _ = claims.report(state, Report("a", MINUTES * 60))
    _, kept = claims.claim(heard, ask("b", "vault", now=MINUTES * 60 + 1, began=0.0))

    assert woken == ("b",)
    assert (after_release.build, soon.wait, late.build) == (("vault",), {"vault": "a"}, ("vault",))
    assert kept.wait == {"vault": "a"}


def test_what_is_remembered_counts_for_the_hours_that_the_caller_trusts() -> None:
    """With 0 hours only what was ensured since the caller began; what is older than it is ever kept is dropped."""
    state, _ = claims.report(Claims(), Report("a", 100.0, {"vault": "/v"}))
    _, trusting = claims.claim(state, ask("b", "vault", now=100.0 + 12 * 3600))
    dropped, late = claims.claim(state, ask("b", "vault", now=101.0 + 12 * 3600))
    _, doubting = claims.claim(state, ask("b", "vault", now=101.0, trust=0.0))
    _, beside = claims.claim(state, ask("b", "vault", now=101.0, began=99.0, trust=0.0))

    assert (trusting.ready, beside.ready) == ({"vault": "/v"}, {"vault": "/v"})
    assert (late.build, doubting.build) == (("vault",), ("vault",))
    assert "vault" not in dropped.ready


def test_doubt_asks_again_for_what_is_older_than_a_moment() -> None:
    """Of what is doubted, younger entries stay; nothing else is touched."""
    state, _ = claims.report(Claims(), Report("a", 100.0, {"vault": "/v", "fabric": "/f"}))
    state, _ = claims.report(state, Report("a", 200.0, {"network": "/n"}))

    assert set(claims.forget(state, ["vault", "network"], 150.0).ready) == {"fabric", "network"}


def test_a_thousand_waiters_are_woken_by_each_other_and_no_answer_names_many() -> None:
    """Whoever is woken takes the next ones along, so the builder's history does not grow with the fleet."""
    state, _ = claims.claim(Claims(), ask("builder", "vault"))
    for number in range(1000):
        state, _ = claims.claim(state, ask(f"w{number}", "vault"))
    state, woken = claims.report(state, Report("builder", 1.0, {"vault": "/v"}))
    seen, to_wake, longest = set(woken), list(woken), len(woken)
    while to_wake:
        state, answer = claims.claim(state, ask(to_wake.pop(), "vault", now=2.0, began=0.0))
        longest = max(longest, len(answer.wake))
        seen |= set(answer.wake)
        to_wake += answer.wake

    assert (len(seen), longest) == (1000, MOST_WOKEN)
    assert (state.waiters, state.due) == ({}, ())


@pytest.mark.parametrize("many", [5000])
def test_the_state_is_bounded(many: int) -> None:
    """Of very many things the youngest are remembered; failures and waiters of old go."""
    state = Claims()
    for number in range(many):
        made, failed = {f"k{number}": "/id"}, {f"f{number}": PROBLEM}
        state, _ = claims.report(state, Report("a", float(number), made, failed))
    assert f"k{many - 1}" in state.ready
    assert len(state.ready) == claims.MOST_KEPT
    assert len(state.failures) == claims.MOST_FAILURES

    state, _ = claims.claim(state, ask("x", "y", now=many))
    state, _ = claims.claim(state, ask("waits", "y", now=many))
    state, _ = claims.claim(state, ask("z", "other", now=many + 2 * SHORTLY))
    assert (state.failures, state.waiters) == ({}, {})


STAGES = ("group", "vault", "fabric", "network-1", "network-2", "mapping-1", "mapping-2")
"""The things of the random worlds, each built from those before it that are its own."""
NEEDS = {
    "vault": ("group",),
    "fabric": ("vault",),
    "network-1": ("fabric",),
    "network-2": ("fabric",),
    "mapping-1": ("network-1",),
    "mapping-2": ("network-2",),
}


@dataclass
class Run:
    """A run as `orchestrators.prepare_foundation` goes: claim, build what it may, report, sleep until it is woken."""

    name: str
    keys: tuple[str, ...]
    began: float
    ids: set[str] = field(default_factory=set)
    mine: set[str] = field(default_factory=set)
    building: set[str] = field(default_factory=set)
    asleep: bool = False
    slept_at: float = 0.0
    awake: bool = False
    over: str = ""


class World:
    """A foundation and its runs; every step checks that no two of them build one thing."""

    def __init__(self) -> None:
        self.state = Claims()
        self.now = 0.0
        self.runs: dict[str, Run] = {}
        self.messages: list[str] = []

    def start(self, way: int) -> None:
        """One more VM, in one network or the other."""
        own = ("network-1", "mapping-1") if way % 2 else ("network-2", "mapping-2")
        name = f"r{len(self.runs)}"
        self.runs[name] = Run(name, ("group", "vault", "fabric", *own), self.now)

    def step(self, run: Run, *, fails: bool = False) -> None:
        """What the run does next."""
        if run.building:
            self._finish(run, fails=fails)
        elif run.asleep and run.awake:
            run.asleep = run.awake = False
        elif run.asleep:
            self._ring(run)
        else:
            self._claim(run)

    def _claim(self, run: Run) -> None:
        missing = tuple(key for key in run.keys if key not in run.ids)
        self.state, answer = claims.claim(self.state, ask(run.name, *missing, now=self.now, began=run.began))
        self.messages += answer.wake
        run.ids |= set(answer.ready)
        run.mine = set(answer.build)
        if answer.failed:
            run.over = "failed"
            return
        self._go_on(run)

    def _go_on(self, run: Run) -> None:
        able = [k for k in STAGES if k in run.mine - run.ids and all(need in run.ids for need in NEEDS.get(k, ()))]
        if able:
            run.building = {able[0]}
            for other in self.runs.values():
                assert other is run or other.over or not other.building & run.building, "built twice at once"
        elif set(run.keys) <= run.ids:
            run.over = "done"
        else:
            run.asleep, run.slept_at = True, self.now

    def _finish(self, run: Run, *, fails: bool) -> None:
        made = {} if fails else dict.fromkeys(run.building, "/id")
        failed = dict.fromkeys(run.building, PROBLEM) if fails else {}
        self.state, woken = claims.report(self.state, Report(run.name, self.now, made, failed))
        self.messages += woken
        run.building = set()
        run.ids |= set(made)
        if fails:
            run.over = "failed"
        else:
            self._go_on(run)

    def _ring(self, run: Run) -> None:
        """The safety net: who waits for a run that is over frees it and asks again."""
        held = {held.run for held in self.state.claims.values()}
        gone = [name for name in held if self.runs[name].over]
        for name in gone:
            self.state, woken = claims.release(self.state, name)
            self.messages += woken
        if gone:
            run.asleep = False

    def deliver(self) -> None:
        """An event reaches a run, if there still is one."""
        if self.messages:
            self.runs[self.messages.pop(0)].awake = True

    def no_waiter_is_forgotten(self) -> None:
        """Whoever sleeps is registered, about to be woken, or waits for a run that vanished."""
        vanished = {name for name, run in self.runs.items() if run.over == "vanished"}
        through = set(self.messages) & vanished or (set(self.state.due) and vanished)
        for run in self.runs.values():
            if run.asleep and not run.over and not run.awake and not through:
                known = {*self.state.waiters, *self.state.due, *self.messages}
                assert run.name in known, "forgotten"


KINDS = ("start", "step", "fail", "vanish", "purge", "deliver")
MOVES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 30)))


@settings(max_examples=400, deadline=None)
@given(MOVES)
def test_whatever_happens_in_whatever_order_nothing_is_built_twice_and_every_run_ends(
    moves: list[tuple[str, int]],
) -> None:
    """Runs start, build, fail, vanish without a word; the entity is purged; events come late. Then all go on."""
    world = World()
    for move, number in moves:
        world.now += 1.0
        living = [run for run in world.runs.values() if not run.over]
        run = living[number % len(living)] if living else None
        if move == "start" and len(world.runs) < 30:
            world.start(number)
        elif move == "deliver":
            world.deliver()
        elif move == "purge" and not any(one.building for one in living):
            world.state = Claims()
            for one in living:
                one.mine, one.asleep = set(), False
        elif run and move == "vanish":
            run.over = "vanished"
        elif run and move in ("step", "fail"):
            world.step(run, fails=move == "fail")
        world.no_waiter_is_forgotten()

    for _ in range(40 * (len(world.runs) + 1)):
        living = [run for run in world.runs.values() if not run.over]
        if not living:
            break
        world.now += 1.0
        while world.messages:
            world.deliver()
        for run in living:
            if not run.over:
                world.step(run)
    assert [run.name for run in world.runs.values() if not run.over] == []
