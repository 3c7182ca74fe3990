"""The app's clock: the system's, or a local one that can be moved."""

import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from asr.errors import BadSetting
from asr.gateway.clock import Clock
from asr.settings import read_settings
from local.emulator.server import Emulator

NEAR = timedelta(seconds=10)
LEAST = {"ASR_SUBSCRIPTIONS": "11111111-2222-3333-4444-555555555555"}


def test_without_a_url_it_is_the_systems() -> None:
    """As in Azure."""
    assert abs(asyncio.run(Clock("").now()) - datetime.now(UTC)) < NEAR


def test_it_moves_with_the_emulators() -> None:
    """A clock that was asked before the move learns of it."""
    with Emulator() as emulator:
        clock = Clock(f"{emulator.url}/_emulator/clock")
        assert abs(asyncio.run(clock.now()) - datetime.now(UTC)) < NEAR
        httpx.post(f"{emulator.url}/_emulator/clock", json={"advance_s": 86_400}).raise_for_status()
        moved = Clock(f"{emulator.url}/_emulator/clock")

        assert abs(asyncio.run(moved.now()) - datetime.now(UTC) - timedelta(days=1)) < NEAR
    assert abs(asyncio.run(moved.now()) - datetime.now(UTC) - timedelta(days=1)) < NEAR


def test_who_comes_while_the_clock_is_asked_waits_for_the_answer() -> None:
    """Nobody is told the time of before the move because somebody else has just begun to ask."""
    with Emulator() as emulator:
        clock = Clock(f"{emulator.url}/_emulator/clock")
        httpx.post(f"{emulator.url}/_emulator/clock", json={"advance_s": 86_400}).raise_for_status()

        async def at_once() -> list[datetime]:
            return await asyncio.gather(*(clock.now() for _ in range(3)))

        assert all(abs(at - datetime.now(UTC) - timedelta(days=1)) < NEAR for at in asyncio.run(at_once()))


def test_pauses_and_the_age_of_memories_pass_with_it() -> None:
    """What is kept for hours can be tried in seconds, too."""
    with Emulator() as emulator:
        clock = Clock(f"{emulator.url}/_emulator/clock")
        before = clock.passed()
        httpx.post(f"{emulator.url}/_emulator/clock", json={"advance_s": 86_400}).raise_for_status()

        assert asyncio.run(clock.seconds()) - before >= 86_400
        assert clock.passed() - before >= 86_400


def test_a_clock_that_does_not_answer_is_the_systems() -> None:
    """Time goes on."""
    assert abs(asyncio.run(Clock("http://127.0.0.1:9/").now()) - datetime.now(UTC)) < NEAR


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        ("http://clock.example.com", {}),
        ("ftp://127.0.0.1/", {}),
        ("http://127.0.0.1@clock.example.com/", {}),
        ("http://[", {}),
        ("http://127.0.0.1:1/", {"WEBSITE_SITE_NAME": "app"}),
    ],
)
def test_only_a_clock_of_this_machine_is_asked(url: str, environment: dict[str, str]) -> None:
    """And none in Azure."""
    with pytest.raises(BadSetting, match="ASR_CLOCK_URL"):
        read_settings(LEAST | environment | {"ASR_CLOCK_URL": url})
