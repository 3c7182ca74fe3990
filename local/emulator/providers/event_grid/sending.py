"""The HTTP client that events leave by."""

import ssl

import httpx


class _Encrypted(httpx.AsyncBaseTransport):
    """Reads the certificates of the authorities when the first https webhook is called, which takes long."""

    def __init__(self, limits: httpx.Limits) -> None:
        self._limits = limits
        self._transport: httpx.AsyncHTTPTransport | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send it."""
        if self._transport is None:
            self._transport = httpx.AsyncHTTPTransport(limits=self._limits, trust_env=False)
        return await self._transport.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            await self._transport.aclose()


def sending_client(connections: int) -> httpx.AsyncClient:
    """A client with at most so many connections, which knows no proxy."""
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    return httpx.AsyncClient(
        limits=limits,
        trust_env=False,
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        mounts={"https://": _Encrypted(limits)},
    )
