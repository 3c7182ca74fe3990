"""The trail as HTTP shows it: JSON, JSON lines, CSV. Pure."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from asr.codec import encode
from asr.model.audit import AuditRecord, UnreadLines
from asr.reporting.answers.audit import AuditRun, AuditTrail, TrailProblem
from asr.reporting.answers.protections import AskedChoices, EventRef
from asr.reporting.history import summary
from asr.reporting.paging import page

COLUMNS = (
    "id", "vmId", "kind", "cause", "requestedBy", "requestedBy.verified", "state", "codes", "count", "first", "last",
    "requestId", "planHash", "event", "choices",
)  # fmt: skip
"""The columns of CSV: the names of the fields; `requestedBy` has the name, `event` and `choices` are JSON."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for a formula at the beginning of a cell.

Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

_LATEST = 10**20


def trail_page(
    records: Sequence[AuditRecord], since: datetime, unread: Iterable[UnreadLines], top: int, continuation: str | None
) -> AuditTrail:
    """At most `top` records after the continuation. `records` have the latest first, and are whole from `since` on.

    Raises:
        BadRequest: the continuation is none.
    """
    shown, following = page(records, _place, top, continuation)
    return AuditTrail(
        runs=[_shown(one) for one in shown],
        total=len(records),
        continuation=following,
        since=since.isoformat(),
        problems=[TrailProblem(document=one.document, lines=one.lines) for one in unread],
    )


def as_lines(trail: AuditTrail) -> str:
    """A line of JSON for each run."""
    return "".join(one.model_dump_json(by_alias=True) + "\n" for one in trail.runs)


def as_csv(trail: AuditTrail) -> str:
    """A row for each run, under the names of the fields; no cell is a formula to whoever opens it."""
    rows = [COLUMNS, *(_cells(one.model_dump(mode="json", by_alias=True)) for one in trail.runs)]
    return "".join(",".join(map(_quoted, row)) + "\r\n" for row in rows)


def _quoted(cell: str) -> str:
    """Source: RFC 4180."""
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',"\r\n') else cell


def _cells(run: dict[str, Any]) -> Iterable[str]:
    flat = {**run, "requestedBy": run["requestedBy"]["name"], "requestedBy.verified": run["requestedBy"]["verified"]}
    return [_cell(flat[name]) for name in COLUMNS]


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case list():
            return _cell(" ".join(map(str, value)))
        case dict():
            return json.dumps(value, ensure_ascii=False)
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _shown(record: AuditRecord) -> AuditRun:
    entry = record.entry
    return AuditRun(
        **summary(entry).model_dump(),
        vm_id=record.vm_id,
        request_id=entry.request_id,
        event=EventRef.model_validate(encode(entry.event)) if entry.event else None,
        choices=AskedChoices.model_validate(encode(entry.choices)) if entry.choices else None,
        plan_hash=entry.plan_hash,
    )


def _place(record: AuditRecord) -> str:
    """Pages are in the order of this text: the latest first."""
    digits = "".join(sign for sign in record.entry.last.partition("+")[0] if sign.isdigit())[:20].ljust(20, "0")
    return f"{_LATEST - int(digits):021} {record.entry.run}"
