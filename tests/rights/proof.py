"""The proof of the smallest role: with it every story works, and without any one action of it something says which."""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.e2e.stack import Stack, stack
from tests.rights.roles import Roles
from tests.rights.stories import Story, Told

NEVER = "0 0 0 1 1 *"
A_WHILE = 200_000
"""Seconds after which nothing that the app has read counts any more; the longest, the regions, counts for a day."""

QUICK_SECONDS = 0.5
SLOW_SECONDS = 4.0
"""How long the work takes that somebody may not follow: longer than the app waits before it asks."""

TAKES_TIME = (
    "Microsoft.Network/virtualNetworks/write",
    "Microsoft.Network/virtualNetworks/delete",
    "Microsoft.Storage/storageAccounts/write",
    "Microsoft.RecoveryServices/vaults/write",
    "Microsoft.RecoveryServices/vaults/delete",
    "Microsoft.Resources/resourceGroups/delete",
    "Microsoft.Compute/disks/delete",
    "Microsoft.Compute/virtualMachines/extensions/delete",
    "site_recovery.fabric.create",
)
"""Kinds of work that are not done at once, so that whoever began them has to ask how they are."""


@dataclass(frozen=True, slots=True)
class Line:
    """What came of a story without one action: `said` is what names it; empty if nothing does."""

    action: str
    story: str
    passed: bool
    said: str
    seconds: float


class Proof:
    """Plays stories in one stack: before each everything is as it was at the start, and what was read is old.

    Nobody tells the app of events: a story is what it is asked for.
    """

    def __init__(self, up: Stack, store: Path, subscriptions: Sequence[str] = ()) -> None:
        self._up = up
        self._store = store
        self._subscriptions = subscriptions

    def whole(self, story: Story) -> tuple[Told, Roles]:
        """A story with the whole role, and what was asked for."""
        return self._play(story, ())

    def without(self, action: str, name: str, story: Story, *subscriptions: str) -> Line:
        """A story without one action: in these subscriptions, in all if none is named."""
        began = time.monotonic()
        told, _ = self._play(story, (action,), subscriptions)
        return Line(action, name, told.passed, told.sentence(action, *subscriptions), time.monotonic() - began)

    def _play(self, story: Story, taken: Sequence[str], subscriptions: Sequence[str] = ()) -> tuple[Told, Roles]:
        up = self._up
        for folder in self._store.iterdir():
            shutil.rmtree(folder, ignore_errors=True)
        up.http.post(f"{up.arm}/_emulator/settings", json={"authorization": "open"}).raise_for_status()
        up.http.post(f"{up.arm}/_emulator/reset", json={"event_subscriptions": "drop"}).raise_for_status()
        self._age()
        roles = Roles(up, self._subscriptions)
        story.prepare(up)
        self._age()
        self._pace(SLOW_SECONDS if any("operation" in one.lower() for one in taken) else QUICK_SECONDS)
        with roles.without(*taken, subscriptions=subscriptions):
            roles.enforce()
            try:
                return story.act(up), roles
            finally:
                roles.enforce("open")

    def _pace(self, seconds: float) -> None:
        body = {"durations": dict.fromkeys(TAKES_TIME, seconds)}
        self._up.http.post(f"{self._up.arm}/_emulator/pace", json=body).raise_for_status()

    def _age(self) -> None:
        """Let a long time pass."""
        self._up.advance(A_WHILE)


@contextmanager
def proof(world: str = "east-asia", *others: str, **settings: str) -> Iterator[Proof]:
    """A stack to play in. `others` are subscriptions beside its own."""
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        stack(world, ASR_SWEEP_SCHEDULE=NEVER, ASR_STORE=folder, **settings) as up,
    ):
        yield Proof(up, Path(folder), (up.subscription, *others) if others else ())


SEEN_BY_GRAPH = {"microsoft.network/privatednszones/virtualnetworklinks/read": "drill"}
"""Actions that no request asks for: Resource Graph leaves out what they would show. And a story that sees it."""


def users(stories: Mapping[str, Story], used: Mapping[str, frozenset[str]], action: str) -> list[str]:
    """The stories that use an action, in their order."""
    found = [name for name in stories if action.lower() in used.get(name, ())]
    return found or [name for name in stories if SEEN_BY_GRAPH.get(action.lower()) == name]
