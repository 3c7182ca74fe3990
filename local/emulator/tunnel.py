"""The emulator as a CONNECT proxy: the way into the emulated networks, for what probes machines from outside.

A machine answers what `POST /_emulator/listeners` says. Source: RFC 9110, section 9.3.6, CONNECT.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from local.emulator.providers.compute.listeners import Listener

CONNECT = b"CONNECT "
END = b"\r\n\r\n"
LONGEST_HEAD = 16_384

type Find = Callable[[str, int], Listener | None]
"""What answers at a host and port; None for nothing."""


class Tunnel:
    """One connection that begins with CONNECT. `begins` tells whether what has come so far is one."""

    def __init__(self, transport: asyncio.Transport, find: Find) -> None:
        self._transport = transport
        self._find = find
        self._head = b""
        self._listener: Listener | None = None
        self._is_open = False

    @staticmethod
    def begins(data: bytes) -> bool:
        """Say whether a connection that begins with this asks for a tunnel."""
        return data.startswith(CONNECT)

    def data_received(self, data: bytes) -> None:
        """Take what the client sends: the request for the tunnel, then what goes through it."""
        self._head += data
        if len(self._head) > LONGEST_HEAD:
            self._transport.abort()
            return
        if END not in self._head:
            return
        head, self._head = self._head.split(END, 1)
        if not self._is_open:
            self._open(head)
        elif self._listener and self._listener.protocol == "http":
            self._answer(self._listener)

    def _open(self, head: bytes) -> None:
        target = head.split(b" ", 2)[1].decode("latin-1")
        host, _, port = target.rpartition(":")
        self._listener = self._find(host.strip("[]"), int(port)) if port.isdigit() else None
        if self._listener is None:
            self._say(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
            self._transport.close()
            return
        self._is_open = True
        self._say(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if self._listener.protocol == "tcp" and self._listener.body:
            self._say(self._listener.body.encode())
        if END in self._head:
            self.data_received(b"")

    def _answer(self, listener: Listener) -> None:
        body = listener.body.encode()
        head = f"HTTP/1.1 {listener.status} Emulated\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self._say(head.encode("latin-1") + body)
        self._transport.close()

    def _say(self, data: bytes) -> None:
        self._transport.write(data)


def tunnelling(protocol: type[Any], find: Find) -> type[Any]:
    """Make a protocol of uvicorn's one that also takes CONNECT."""

    class Tunnelling(protocol):  # type: ignore[misc]
        _tunnel: Tunnel | None = None
        _has_begun = False

        def data_received(self, data: bytes) -> None:
            """Hand a connection that begins with CONNECT to a tunnel; every other stays what it is."""
            if not self._has_begun and Tunnel.begins(data):
                self._tunnel = Tunnel(self.transport, find)
            self._has_begun = True
            if self._tunnel is None:
                super().data_received(data)
            else:
                self._tunnel.data_received(data)

    return Tunnelling
