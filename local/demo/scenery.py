"""What the emulator offers beside ARM: how quickly it works, and a log of what it was asked."""

import httpx

from local.demo.http import TIMEOUT_SECONDS, Json, ask

_INITIAL_REPLICATION = "site_recovery.initial_replication"


def slow_replication(arm: str, seconds: float) -> None:
    """Make initial replication take so long that people can watch it.

    Raises:
        Unanswered: the emulator knows no such kind of work.
    """
    with _emulator(arm) as emulator:
        ask(emulator, "POST", "/_emulator/pace", body={"durations": {_INITIAL_REPLICATION: seconds}})


def requests(arm: str) -> tuple[Json, ...]:
    """Every request that the emulator has answered, in the order of arrival.

    Raises:
        Unanswered: the emulator answered an error, or nothing.
    """
    with _emulator(arm) as emulator:
        return tuple(ask(emulator, "GET", "/_emulator/requests"))


def _emulator(arm: str) -> httpx.Client:
    return httpx.Client(base_url=arm, timeout=TIMEOUT_SECONDS)
