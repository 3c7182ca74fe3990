"""One browser for all tests of a process; each test has a window of its own, with nothing remembered."""

import asyncio
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import PATIENCE, chromium
from tests.browser.served import KEY, Served, serving_page

type Open = Callable[..., Page]


@pytest.fixture(scope="session")
def started() -> Iterator[tuple[Browser, asyncio.AbstractEventLoop]]:
    """The machine's Chromium, and Playwright's event loop, which runs as long as it is there."""
    with chromium() as found:
        loop = asyncio.get_running_loop()
        asyncio._set_running_loop(None)
        yield found, loop
        asyncio._set_running_loop(loop)


@pytest.fixture
def browser(started: tuple[Browser, asyncio.AbstractEventLoop]) -> Iterator[Browser]:
    """The machine's Chromium. Between these tests its loop does not count, as others begin loops of their own."""
    found, loop = started
    asyncio._set_running_loop(loop)
    yield found
    asyncio._set_running_loop(None)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """The page, beside an API that tests answer for."""
    with serving_page() as running:
        yield running


@pytest.fixture
def opened(browser: Browser, served: Served) -> Iterator[Open]:
    """Opens the page at a view, with the key handed over; what goes wrong in its scripts fails the test."""
    contexts = []
    errors: list[str] = []

    def open_(view: str = "#/", *, key: str = KEY, width: int = 1440, height: int = 900, dark: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            timezone_id="UTC",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: errors.append(str(error)))
        path, _, query = view.partition("?")
        given = f"{query}&" if query else ""
        page.goto(f"{served.address}{path}?{given}key={quote(key, safe='')}" if key else f"{served.address}{view}")
        return page

    yield open_
    for context in contexts:
        context.close()
    assert errors == []
