"""Tokens of whoever is signed in at Azure: for Azure itself, and for an app behind the platform's sign-in.

`azure-identity` is imported when the first token is wanted, and never by a call that wants none.
"""

import logging
import time
from collections.abc import Iterator
from typing import Any

import httpx

from asr_cli.exits import CliError, ExitCode
from asr_cli.words import plain

_EARLY = 120
"""Seconds before its end at which a token is replaced: an answer may take as long as that."""


class Bearer(httpx.Auth):
    """Sends a token with each request to a client, and gets a new one before it ends.

    Args:
        audience: whom the token is for, as `az account get-access-token --resource` takes it: `api://<client id>` of
            the app registration that stands before an app.
    """

    def __init__(self, audience: str) -> None:
        self._scope = f"{audience.rstrip('/')}/.default"
        self._token: str = ""
        self._ends = 0.0

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override] # sends once
        """Add the header.

        Raises:
            CliError: nobody is signed in, or gets no token for this audience.
        """
        if time.time() > self._ends - _EARLY:
            found = _fetched(self._scope)
            self._token, self._ends = found.token, found.expires_on
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _fetched(scope: str) -> Any:
    """A token and when it ends."""
    try:
        from azure.core.exceptions import ClientAuthenticationError  # noqa: PLC0415 - optional, and slow to import
        from azure.identity import DefaultAzureCredential  # noqa: PLC0415
    except ImportError as error:
        raise CliError(
            "A sign-in at Azure takes the package azure-identity.",
            ExitCode.NOT_SIGNED_IN,
            "Install with it: uv tool install './cli[azure]'",
        ) from error
    logging.getLogger("azure").setLevel(logging.CRITICAL)  # what it says of each way in is no answer
    try:
        with DefaultAzureCredential(exclude_interactive_browser_credential=True) as credential:
            return credential.get_token(scope)
    except (ClientAuthenticationError, ValueError) as error:
        first = str(error).splitlines()[0] if str(error) else "no credential works"
        audience = scope.removesuffix("/.default")
        raise CliError(
            f"Nobody is signed in at Azure, or gets no token for {audience}: {plain(first)}",
            ExitCode.NOT_SIGNED_IN,
            f"az login; az account get-access-token --resource {audience} says more",
        ) from error
