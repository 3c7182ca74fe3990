"""The HTTP connections under every client: azure-core's own over aiohttp, which reads the environment only once."""

from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from azure.core.pipeline.transport import AioHttpTransport


class Transport(AioHttpTransport):  # type: ignore[misc]
    """Takes the proxy from the environment (`HTTPS_PROXY`, `NO_PROXY` and their like) once for each host.

    Left to itself aiohttp reads the environment and the user's `.netrc` anew for every request, each in a thread of
    its own; and a `.netrc` that names Azure's host makes it refuse the request, for it holds a token already.
    """

    def __init__(self, *, connection_timeout: float, read_timeout: float) -> None:
        super().__init__(use_env_settings=False, connection_timeout=connection_timeout, read_timeout=read_timeout)
        self._proxies: dict[str, dict[str, str]] = {}

    async def send(
        self, request: Any, *, stream: bool = False, proxies: MutableMapping[str, str] | None = None, **config: Any
    ) -> Any:
        """Send one request, through the proxy that the environment names for its host."""
        chosen = proxies or self._proxies_for(urlsplit(request.url).hostname or "")
        return await super().send(request, stream=stream, proxies=chosen, **config)

    def _proxies_for(self, host: str) -> dict[str, str]:
        if host not in self._proxies:
            self._proxies[host] = {} if proxy_bypass(host) else getproxies()
        return self._proxies[host]
