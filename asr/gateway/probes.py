"""Probes: asking a VM's port from the app, directly or through a CONNECT proxy. Nothing is sent but the question."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

ANSWER_SECONDS = 10.0
"""How long one attempt may take."""

LONGEST_HEAD = 8192
"""Bytes of an answer that are read: its first lines tell all that is asked."""


class ProbeFailed(Exception):
    """The VM did not answer as it should; the text says what happened instead."""


async def probe_tcp(host: str, port: int, proxy: str) -> None:
    """Open a connection, and close it.

    Raises:
        ProbeFailed: nothing listens, or it took too long.
    """
    async with _connected(host, port, proxy):
        return


async def probe_http(host: str, port: int, path: str, status: int, proxy: str) -> None:
    """GET a path over plain HTTP and compare the status.

    Raises:
        ProbeFailed: nothing listens, it took too long, or it answered another status.
    """
    async with _connected(host, port, proxy) as (reader, writer):
        lines = (f"GET {path} HTTP/1.1", f"host: {host}:{port}", "user-agent: asr-autoprotect", "connection: close")
        writer.write("".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1", "replace"))
        found = await _status(reader)
    if found != status:
        message = f"it answered {found}, not {status}"
        raise ProbeFailed(message)


@asynccontextmanager
async def _connected(
    host: str, port: int, proxy: str
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection; what goes wrong with it, at whatever point, is a failed probe."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await (_through(proxy, host, port) if proxy else _open(host, port))
            try:
                yield reader, writer
            finally:
                await _closed(writer)
    except TimeoutError:
        message = f"no answer within {ANSWER_SECONDS:g} seconds"
        raise ProbeFailed(message) from None
    except (OSError, ValueError, EOFError) as error:
        message = f"no connection: {type(error).__name__}"
        raise ProbeFailed(message) from None


async def _open(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(host, port, limit=LONGEST_HEAD)


async def _through(proxy: str, host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Source: RFC 9110, section 9.3.6, CONNECT."""
    at = urlsplit(proxy)
    reader, writer = await _open(at.hostname or "", at.port or 80)
    try:
        writer.write(f"CONNECT {host}:{port} HTTP/1.1\r\nhost: {host}:{port}\r\n\r\n".encode("latin-1"))
        found = await _status(reader)
        if found != 200:
            message = f"the proxy answered {found}"
            raise ProbeFailed(message)
        while (await reader.readline()).strip():
            continue
    except BaseException:
        await _closed(writer)
        raise
    return reader, writer


async def _closed(writer: asyncio.StreamWriter) -> None:
    """A connection that the other side has cut is closed as well."""
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _status(reader: asyncio.StreamReader) -> int:
    line = (await reader.readline()).split()
    if len(line) < 2 or not line[0].startswith(b"HTTP/") or not line[1].isdigit():
        raise ProbeFailed("it answered no HTTP")
    return int(line[1])
