"""`$filter` of jobs and events, whose times are a window: clients write `StartTime eq` for from, `EndTime eq` for to.

Source: the query parameters of the REST reference are one object (`JobQueryParameter`, `EventQueryParameter`), which
Azure's own clients write as equalities.
"""

import re

from local.emulator.arm.odata import Predicate, parsed_filter

_EQUALITY = re.compile(r"\b(startTime|endTime)(\s+)eq(\s)", re.IGNORECASE)


def window_filter(text: str) -> Predicate:
    """Return what a `$filter` selects.

    Raises:
        ArmError: 400 InvalidFilterInQueryString, it is not understood.
    """
    return parsed_filter(_EQUALITY.sub(_bound, text))


def _bound(found: re.Match[str]) -> str:
    word = "ge" if found[1].lower() == "starttime" else "le"
    return f"{found[1]}{found[2]}{word}{found[3]}"
