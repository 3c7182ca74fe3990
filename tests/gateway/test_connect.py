"""The session as the app makes it: from the environment alone, with the platform's managed identity."""

import json
import logging
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx
import pytest

from asr.gateway.session import USER_AGENT, Azure
from asr.model.version import PRODUCT_VERSION
from local.emulator.server import Emulator
from tests.gateway.sessions import within
from tests.gateway.wire import Reply, Wire

ROOT = Path(__file__).parents[2]
SECRET = "the-header-that-no-text-may-show"
PROBE = """
import asyncio, json, os
from asr.errors import AutoprotectError
from asr.gateway.resources import put_group, read_group_location
from asr.gateway.session import connect

async def preflight():
    group = "/subscriptions/" + os.environ["ASR_SUBSCRIPTIONS"] + "/resourceGroups/preflight"
    azure = await connect()
    try:
        await put_group(azure, group, "westeurope")
        told = {"location": await read_group_location(azure, group), "same": await connect() is azure}
    except AutoprotectError as error:
        reason = getattr(error, "reason", None)
        told = {"error": type(error).__name__, "text": str(error), "code": reason and reason.code}
    await azure.close()
    print(json.dumps(told))

asyncio.run(preflight())
"""


def preflight(arm: str, identity: str, subscription: str = "00000000-0000-0000-0000-000000000001") -> dict[str, object]:
    """What a process of its own tells that has nothing but its environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "ASR_SUBSCRIPTIONS": subscription,
        "ASR_ARM_ENDPOINT": arm,
        "AZURE_AUTHORITY_HOST": arm,
        "IDENTITY_ENDPOINT": f"{identity}/msi/token",
        "IDENTITY_HEADER": SECRET,
    }
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROBE],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert SECRET not in finished.stdout + finished.stderr
    told: dict[str, object] = json.loads(finished.stdout)
    return told


def test_the_environment_is_enough() -> None:
    """With what the platform sets the app signs in that way alone, and connects once; nothing is left open."""
    with Emulator() as emulator:
        told = preflight(emulator.url, emulator.url, emulator.subscription)
        asked = [entry["path"] for entry in httpx.get(f"{emulator.url}/_emulator/requests").json()]

    assert (told["location"], told["same"]) == ("westeurope", True)
    assert [path for path in asked if not path.startswith("/subscriptions/")] == ["/msi/token"]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(500, {"statusCode": 500, "message": "An unexpected error occured."}), "TransientFault"),
        (Reply(429, {"message": "Slow down."}, {"Retry-After": "3"}), "Throttled"),
        (Reply(400, {"statusCode": 400, "message": "No managed identity found."}), "Rejected"),
        (Reply(reset=True), "TransientFault"),
    ],
)
def test_a_token_service_in_trouble(reply: Reply, error: str) -> None:
    """Trouble with the token is told as what it is, once, and without the header that is a secret."""
    with Wire({("GET", "/msi/token"): reply}) as wire:
        told = preflight(wire.url, wire.url)

    assert told["error"] == error, told
    if error == "Rejected":
        assert told["code"] == "CredentialUnavailable"


def test_the_app_names_itself() -> None:
    """Azure's logs show which app and version asked."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert f"{project['name']}/{PRODUCT_VERSION}" == USER_AGENT


def test_clients_share_one_session() -> None:
    """A client is made once for each subscription, in any casing."""

    async def work(azure: Azure) -> None:
        assert azure.resources("ABC") is azure.resources("abc")
        assert azure.resources("abc") is not azure.resources("def")
        assert azure.site_recovery("ABC") is azure.site_recovery("abc")
        assert azure.subscriptions() is azure.subscriptions()

    within("http://127.0.0.1:9", work)


def test_the_identity_library_is_silent_whatever_levels_a_host_has_set_since_the_import() -> None:
    """It logs verbatim what the token endpoint answers."""
    logger = logging.getLogger("azure.identity")
    logger.setLevel(logging.WARNING)

    async def level(_: Azure) -> int:
        return logger.getEffectiveLevel()

    assert within("http://127.0.0.1:9", level) == logging.ERROR
