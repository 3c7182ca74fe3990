"""The HTTP API of the trail: what was done, across the fleet, for as long as the store keeps it."""

import azure.functions as func

from asr.gateway.clock import now
from asr.gateway.session import connect
from asr.planning.audit import AuditFilter, within_window
from asr.reporting.answers.audit import AuditTrail
from asr.reporting.audit import as_csv, as_lines, trail_page
from asr.services.audit import read_audit, trail_goes_until
from triggers.audit_trail import runs_since
from triggers.http.audit_query import MOST_EXPORTED, AuditQuery
from triggers.http.models import MOST_SHOWN
from triggers.http.problems import answer
from triggers.http.route import Call, Route

CSV, LINES = "text/csv", "application/x-ndjson"


async def read_audit_trail(call: Call) -> func.HttpResponse:
    """Read what was done across the fleet: every run, who asked for it, by which plan, and how it ended.

    Equal runs in a row are one, with their number. Without `since` the last 30 days are told. JSON by pages; with
    `Accept: application/x-ndjson` a line for each run, with `Accept: text/csv` a row, and then all of them unless `top`
    is given; the headers `x-total`, `x-continuation`, `x-since` and `x-problems` then say what JSON's fields do.
    """
    query: AuditQuery = call.query
    azure = await connect()
    moment = await now(call.settings)
    asked = AuditFilter(query.since, query.until, query.state, query.kind, query.requested_by)
    wanted = within_window(asked, moment)
    kept_until = await trail_goes_until(azure)
    live = await runs_since(call.client, max(filter(None, (kept_until, wanted.since)), default=None), query.until)
    told = await read_audit(azure, live, wanted, moment)
    form = _form(call.request.headers.get("accept", ""))
    most = query.top or (MOST_EXPORTED if form else MOST_SHOWN)
    trail = trail_page(told.records, told.since, told.unread, most, query.continuation)
    if form is None:
        return answer(trail)
    headers = {
        "x-total": str(trail.total),
        "x-continuation": trail.continuation or "",
        "x-since": trail.since,
        "x-problems": str(len(trail.problems)),
    }
    body = as_csv(trail) if form == CSV else as_lines(trail)
    return func.HttpResponse(body.encode("utf-8", "replace"), mimetype=form, headers=headers, charset="utf-8")


def _form(accepted: str) -> str | None:
    """The form that the caller names first; None for JSON."""
    for one in accepted.lower().split(","):
        media_type = one.partition(";")[0].strip()
        if media_type in (CSV, LINES):
            return media_type
        if media_type in ("application/json", "*/*"):
            return None
    return None


ROUTES = (Route("GET", "audit", read_audit_trail, {200: (AuditTrail,)}, query=AuditQuery, also=(CSV, LINES)),)
