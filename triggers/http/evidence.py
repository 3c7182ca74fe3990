"""The HTTP API of evidence: the chain with what is wrong in it, and each document as JSON or as a page to print."""

import azure.functions as func
from pydantic import Field

from asr.gateway.evidence_store import read_evidence
from asr.gateway.session import connect
from asr.reporting.answers.evidence import EvidenceChain, EvidenceDocument
from asr.reporting.evidence import chain_shown, document_shown
from asr.reporting.evidence_page import evidence_page
from asr.services.evidence import MOST_CHECKED, check_chain
from triggers.http.models import Strict
from triggers.http.problems import answer, problem
from triggers.http.route import Call, Route

_POLICY = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    "x-content-type-options": "nosniff",
}


class ChainQuery(Strict):
    """The query of GET /api/evidence."""

    since: int = Field(default=1, ge=1, description="The number to begin with.")
    top: int = Field(default=100, ge=1, le=MOST_CHECKED, description=f"Documents to check, {MOST_CHECKED} at most.")


async def read_chain(call: Call) -> func.HttpResponse:
    """Check the chain of evidence: which documents there are, and which were changed, removed or put in later."""
    query: ChainQuery = call.query
    return answer(chain_shown(await check_chain(await connect(), query.since, query.top)))


async def read_one_evidence(call: Call) -> func.HttpResponse:
    """Read one document of the chain; as a page to print where the caller accepts text/html."""
    text = call.request.route_params["number"]
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 8 else 0
    evidence = await read_evidence(await connect(), number) if number else None
    if evidence is None:
        detail = f"There is no evidence of the number {text[:100]!r}."
        return problem(404, "EvidenceNotFound", "There is no such evidence", detail, number=text[:100])
    if wants_page(call):
        return html_page(evidence_page(evidence, call.settings.tag_prefix))
    return answer(document_shown(evidence))


def wants_page(call: Call) -> bool:
    """Whether the caller accepts HTML, and names no JSON."""
    accepted = call.request.headers.get("accept", "").lower()
    return "text/html" in accepted


def html_page(page: str) -> func.HttpResponse:
    """A page that runs nothing and fetches nothing."""
    return func.HttpResponse(page, mimetype="text/html", charset="utf-8", headers=_POLICY)


ROUTES = (
    Route("GET", "evidence", read_chain, {200: (EvidenceChain,)}, query=ChainQuery),
    Route(
        "GET",
        "evidence/{number}",
        read_one_evidence,
        {200: (EvidenceDocument,)},
        problems={404: "EvidenceNotFound."},
    ),
)
