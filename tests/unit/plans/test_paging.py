"""Pages of lists that change meanwhile."""

import pytest

from asr.errors import BadRequest
from asr.reporting.paging import page


def ids(entries: list[str], top: int, continuation: str | None = None) -> tuple[tuple[str, ...], str | None]:
    """A page of entries that are their own ids."""
    return page(entries, lambda entry: entry, top, continuation)


def test_pages_join_to_the_whole_in_order() -> None:
    """Each entry once, whatever the order in which Azure lists them."""
    entries = ["/c", "/A", "/b", "/D", "/é"]
    seen: list[str] = []
    token = None
    while True:
        shown, token = ids(entries, 2, token)
        seen += shown
        if token is None:
            break

    assert seen == ["/A", "/b", "/c", "/D", "/é"]


def test_a_page_that_holds_all_has_no_continuation() -> None:
    """Also when it is exactly full."""
    assert ids(["/a", "/b"], 2) == (("/a", "/b"), None)
    assert ids([], 2) == ((), None)


def test_entries_may_come_and_go_between_pages() -> None:
    """What was shown is not shown again, and what stays is not passed over."""
    _, token = ids(["/a", "/b", "/c"], 2)

    assert ids(["/a0", "/c", "/d"], 2, token)[0] == ("/c", "/d")


@pytest.mark.parametrize("token", ["%", "a", "ÿ", "_w"])
def test_a_continuation_that_nobody_gave_is_a_bad_request(token: str) -> None:
    """And says which parameter is wrong."""
    with pytest.raises(BadRequest, match="continuation"):
        ids(["/a"], 1, token)
