"""What is told of each request that is sent to Azure Resource Manager: a span, a count, and how long it took.

Neither the address nor a header is told: paths hold what operations are named by, queries hold signatures.
"""

from time import perf_counter

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest
from opentelemetry.trace import SpanKind

from asr.gateway.budget import charge_of
from asr.telemetry.names import (
    ARM_DURATION,
    ARM_REQUESTS,
    ARM_SPAN,
    LIMIT,
    METHOD,
    PROVIDER,
    STATUS,
    THROTTLES,
)
from asr.telemetry.signals import tell
from asr.telemetry.tracing import failed, span

NO_ANSWER = "none"


class Observed(AsyncHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Tells of each request; it stands where the request is really sent, so no wait for a permit is in it."""

    async def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, AsyncHttpResponse]:
        """Send, and tell."""
        method = request.http_request.method
        charge = charge_of(method, request.http_request.url)
        provider = charge.provider
        status, began = NO_ANSWER, perf_counter()
        about: dict[str, str | None] = {PROVIDER: provider, METHOD: method}
        try:
            with span(f"{ARM_SPAN}{method} {charge.type_ or provider}", about, kind=SpanKind.CLIENT) as made:
                response = await self.next.send(request)
                status = str(response.http_response.status_code)
                made.set_attribute(STATUS, status)
                if not status.startswith(("2", "3")):
                    failed(made, status)
        finally:
            tell(ARM_DURATION, perf_counter() - began, {PROVIDER: provider})
            tell(ARM_REQUESTS, 1, {PROVIDER: provider, METHOD: method, STATUS: status})
            if status == "429":
                tell(THROTTLES, 1, {PROVIDER: provider, LIMIT: "azure"})
        return response
