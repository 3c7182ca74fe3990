"""What the scripts of a deployment share: Azure Resource Manager over https, and who is signed in.

They run on the machine that deploys, with Python alone: azd's hooks call them, and so can anybody.
"""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from functools import cache
from typing import Any

SECONDS = 60
"""How long one answer may take."""

_SIGNED_IN = (
    ("azd", "auth", "token", "--output", "json"),
    ("az", "account", "get-access-token", "--output", "json"),
)


class Failed(Exception):
    """The script cannot go on; the message says why and what to do."""


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nobody elsewhere: token and key would go along."""

    def redirect_request(self, *_: Any) -> None:
        """Take the answer for what it is."""


OPENER = urllib.request.build_opener(_Stay)
"""By which Azure and the app are asked."""


def setting(name: str, default: str = "") -> str:
    """A value of azd's environment, which hooks see as environment variables.

    Raises:
        Failed: it is not there and has no default.
    """
    value = os.environ.get(name) or default
    if not value:
        raise Failed(f"{name} is not set; run `azd env get-values` to see what azd knows, or set it")
    return value


def endpoint() -> str:
    """Azure Resource Manager's address.

    Raises:
        Failed: ASR_ARM_ENDPOINT is one to which a token would go unencrypted.
    """
    found = os.environ.get("ASR_ARM_ENDPOINT", "https://management.azure.com").rstrip("/")
    parts = urllib.parse.urlsplit(found)
    if parts.scheme != "https" and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise Failed(f"{found}: a token goes by https alone, unless it stays on this machine")
    return found


@cache
def token() -> str:
    """A token for Azure Resource Manager: ASR_ARM_TOKEN, or that of whoever is signed in to azd or the Azure CLI.

    Raises:
        Failed: nobody is.
    """
    if given := os.environ.get("ASR_ARM_TOKEN"):
        return given
    for command in _SIGNED_IN:
        if found := shutil.which(command[0]):
            ended = subprocess.run([found, *command[1:]], capture_output=True, text=True, check=False)  # noqa: S603
            if ended.returncode == 0:
                answer = json.loads(ended.stdout)
                return str(answer.get("token") or answer["accessToken"])
    raise Failed("nobody is signed in: run `azd auth login` or `az login`")


def call(method: str, path: str, body: object = None, *, missing: Any = None) -> Any:
    """What Azure answers to one request; `missing` where what is asked for is not there.

    Raises:
        Failed: Azure refuses, or cannot be reached.
    """
    url = f"{endpoint()}{path}" if path.startswith("/") else path
    if not url.startswith(f"{endpoint()}/"):
        raise Failed(f"{url.partition('?')[0]} is not at {endpoint()}: no token goes there")
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token()}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 - the endpoint is a setting
    try:
        with OPENER.open(request, timeout=SECONDS) as answer:
            text = answer.read()
            return json.loads(text) if text else {}
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return missing
        raise Failed(f"{method} {path.partition('?')[0]}: {error.code} {_message(error.read())}") from None
    except (urllib.error.URLError, TimeoutError) as error:
        raise Failed(f"Azure cannot be reached at {endpoint()}: {error}") from None


def everything(path: str) -> Iterator[dict[str, Any]]:
    """The items of a list, page by page; nothing where the list is not there."""
    answer = call("GET", path)
    while answer:
        yield from answer.get("value", [])
        answer = call("GET", answer["nextLink"]) if answer.get("nextLink") else None


def gone(path: str, seconds: float = 600) -> None:
    """Wait until Azure has deleted something.

    Raises:
        Failed: it has not in time.
    """
    end = time.monotonic() + seconds
    while call("GET", path) is not None:
        if time.monotonic() > end:
            raise Failed(f"{path.partition('?')[0]} is still there after {seconds:g} s; look in the portal why")
        time.sleep(1)


def _message(text: bytes) -> str:
    try:
        error = json.loads(text)["error"]
        return f"{error['code']}: {error['message']}"
    except (ValueError, KeyError, TypeError):
        return text.decode(errors="replace")[:300]


def subscriptions() -> list[str]:
    """The ids of what is watched: ASR_SUBSCRIPTIONS, else the app's own subscription."""
    given = setting("ASR_SUBSCRIPTIONS", os.environ.get("AZURE_SUBSCRIPTION_ID", ""))
    return [one.strip() for one in given.split(",") if one.strip()]


def flag(name: str, *, default: bool = False) -> bool:
    """Whether a setting is switched on."""
    return (os.environ.get(name) or str(default)).strip().lower() == "true"


def say(text: str) -> None:
    """Tell the person who deploys."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def run(script: Any) -> int:
    """Run a script's `main` and turn what it cannot do into a sentence and an exit status.

    Returns:
        what `main` returns; 1 when it failed.
    """
    try:
        return int(script())
    except Failed as error:
        sys.stderr.write(f"{error}\n")
        return 1
