"""What every request to Azure passes through, in order.

Left out of the SDK's own pipeline on purpose: retries (every retry is a durable one, so that history shows it), the
registration of resource providers (it waits inside the call and needs rights the app should not have), redirects, and
request logging (twenty lines a request). What stays is below HTTP: aiohttp sends a GET, PUT or DELETE once more when a
connection breaks under it, as RFC 9110 section 9.2.2 allows, for an idle connection may be closed at any moment.
"""

from urllib.parse import urlsplit

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import (
    ContentDecodePolicy,
    CustomHookPolicy,
    HeadersPolicy,
    ProxyPolicy,
    RequestIdPolicy,
    SansIOHTTPPolicy,
    UserAgentPolicy,
)
from azure.core.rest import AsyncHttpResponse, HttpRequest
from azure.mgmt.core.policies import AsyncARMChallengeAuthenticationPolicy

from asr.gateway.answers import Understood
from asr.gateway.budget import Budget, Permits
from asr.gateway.deadline import Deadline
from asr.gateway.fence import Fence
from asr.gateway.observed import Observed
from asr.settings import Settings


class LoopbackMayBePlain(SansIOHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Lets a token travel over plain http to this very machine, and to nothing else."""

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Set azure-core's own option for one request, where the address allows it."""
        if urlsplit(request.http_request.url).hostname in ("127.0.0.1", "localhost"):
            request.context.options["enforce_https"] = False


def policies(
    settings: Settings,
    credential: AsyncTokenCredential,
    scope: str,
    user_agent: str,
    budget: Budget,
    total_seconds: float,
) -> list[object]:
    """A fresh list: a policy belongs to one client only, which chains it to the next.

    The fence comes first, so that nothing is done for a request that may not leave; the permit before the token, which
    must not grow old while its request waits; the deadline last, for waiting is no part of it.
    """
    return [
        Fence(settings),
        Understood(),
        RequestIdPolicy(),
        HeadersPolicy(),
        UserAgentPolicy(user_agent=user_agent),
        ProxyPolicy(),
        ContentDecodePolicy(),
        Permits(budget),
        LoopbackMayBePlain(),
        AsyncARMChallengeAuthenticationPolicy(credential, scope),
        CustomHookPolicy(),
        Observed(),
        Deadline(total_seconds),
    ]
