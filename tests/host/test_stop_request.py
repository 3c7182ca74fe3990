"""Asking for the end by a signal."""

import signal
from collections.abc import Iterator

import pytest

from local.stopping import StopRequest

ENDING = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Whoever runs the tests has its own handlers back afterwards."""
    before = {number: signal.getsignal(number) for number in ENDING}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_is_remembered(number: signal.Signals) -> None:
    """Once asked for, the end stays asked for; the first signal is the one that counts."""
    stopping = StopRequest.by_signals()
    assert (stopping.is_set(), stopping.signal) == (False, None)

    signal.raise_signal(number)
    signal.raise_signal(signal.SIGTERM)

    assert stopping.wait(60)
    assert (stopping.is_set(), stopping.signal) == (True, number)


def test_a_signal_inside_a_destructor_is_not_lost() -> None:
    """Python forgets exceptions there, so the request must not be one."""

    class Dying:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGINT)

    stopping = StopRequest.by_signals()
    dying = Dying()
    del dying

    assert stopping.is_set()
