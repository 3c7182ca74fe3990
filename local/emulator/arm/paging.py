"""Lists: `value`, and `nextLink` when `$top` or the page size leaves something over."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from local.emulator.arm.errors import ArmError
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.wire import JsonObject

PAGE_SIZE = 1000


def page[T](
    request: ArmRequest,
    items: Iterable[T],
    shown: Callable[[T], Any] = lambda item: item,
    *,
    size: int = PAGE_SIZE,
    always_link: bool = False,
) -> ArmResponse:
    """Return one page of `items`.

    Args:
        request: its `$top` lessens the page, its `$skiptoken` says where the page begins.
        items: the whole list, in a stable order; it is read only as far as needed.
        shown: what an item on the page looks like.
        size: how many a page holds at most.
        always_link: whether `nextLink` is there as null on the last page (Site Recovery does that).

    Raises:
        ArmError: 400, `$top` or `$skiptoken` is not a number.
    """
    top, start = request.query.get("$top", str(size)), request.query.get("$skiptoken", "0")
    if not (top.isdigit() and start.isdigit()):
        raise ArmError(
            400, "InvalidQueryParameter", f"'$top' and '$skiptoken' must be numbers, not '{top}', '{start}'."
        )
    first, many = int(start), max(1, min(int(top), size))
    found = list(islice(items, first, first + many + 1))
    body: JsonObject = {"value": [shown(item) for item in found[:many]]}
    if len(found) > many:
        query = {**request.query, "$skiptoken": str(first + many)}
        body["nextLink"] = f"{request.base_url}{request.id.text}?{urlencode(query)}"
    elif always_link:
        body["nextLink"] = None
    return ArmResponse(body=body)
