"""One TLS context for all clients of a process of the tests.

To read the certificates that a machine trusts takes longer than most requests of the tests, and each client of httpx
reads them, whether or not it ever speaks TLS.
"""

import os
import ssl
from functools import cache

import certifi

_read = ssl.create_default_context
_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def read_certificates_once() -> None:
    """From now on the two usual contexts are made once for each environment; all others are made as ever."""
    ssl.create_default_context = _context  # type: ignore[assignment]


def _context(purpose: ssl.Purpose = ssl.Purpose.SERVER_AUTH, **trusted: str | bytes | None) -> ssl.SSLContext:
    usual = purpose is ssl.Purpose.SERVER_AUTH and trusted in ({}, {"cafile": None}, {"cafile": certifi.where()})
    if not usual:
        return _read(purpose, **trusted)
    return _usual(trusted.get("cafile"), *map(os.environ.get, _VARIABLES))


@cache
def _usual(cafile: str | bytes | None, *_: str | None) -> ssl.SSLContext:
    return _read(cafile=cafile)
