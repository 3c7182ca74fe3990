"""Every request ends. No time-out for silence ends one whose server sends a byte now and then."""

import asyncio

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest


class Deadline(AsyncHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Gives a request so many seconds in all, until its body is read. It stands next to the transport."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self._seconds = seconds

    async def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, AsyncHttpResponse]:
        """Send, and wait no longer than that.

        Raises:
            TimeoutError: it is over.
        """
        async with asyncio.timeout(self._seconds):
            return await self.next.send(request)
