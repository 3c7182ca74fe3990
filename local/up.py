"""`python -m local up`: a local Azure with the app deployed into it.

Starts the emulator and the Functions host as child processes, makes the app's Event Grid subscription as a deployment
would, and then prints one JSON line: `arm`, `host`, `key` (valid on every function and webhook) and `subscription`;
with `--tls` also `authority`, the file with the certificate to trust.
"""

import argparse
import json
import os
import secrets
import ssl
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from local.options import port
from local.ready import say_ready
from local.stack import StackError, part
from local.stopping import StopRequest

_SUBSCRIBED_SECONDS = 30.0
_EVENT_GRID_VERSION = "2025-02-15"
_SUBSCRIPTION_NAME = "asr-autoprotect"
_EVENT_FUNCTION = "on_vm_event"
_FILTER = Path(__file__).parents[1] / "infra" / "event-filter.json"
"""Which events the app wants; written from the app's own table by `make docs`."""

# At these paces nobody waits for anything real, so the app looks every second instead of every half minute.
_QUICK_PACES = {"instant", "fast"}
_QUICK_SETTINGS = {
    "ASR_POLL_INTERVAL_SECONDS": "1",
    "ASR_RETRY_INTERVAL_SECONDS": "0.5",
    "ASR_SWEEP_SCHEDULE": "*/5 * * * * *",
}


class SubscribingError(Exception):
    """The app could not be subscribed to events; the message is the reason."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("--emulator-port", type=port, default=0, help="TCP port of the emulator; 0 takes any free one")
    parser.add_argument(
        "--host-port", type=port, default=0, help="TCP port of the Functions host; 0 takes any free one"
    )
    parser.add_argument("--world", default="empty", help="what exists at the start: a world's name or a JSON file")
    parser.add_argument("--pace", choices=["instant", "fast", "real"], default="instant", help="how fast Azure works")
    parser.add_argument("--state", type=Path, metavar="FILE", help="keep the emulator's state in this file")
    parser.add_argument("--app", type=Path, default=Path(), metavar="DIR", help="the app's folder (default: this one)")
    parser.add_argument(
        "--tls",
        nargs="?",
        const="",
        metavar="FILE",
        help="the emulator serves https; the certificate to trust is written to FILE (default: a new temporary file)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Stay in the foreground until SIGINT or SIGTERM.

    Returns:
        0 after a clean stop, 1 when a part cannot start or ends by itself; the reason is on standard error.
    """
    stopping = StopRequest.by_signals()
    try:
        with ExitStack() as parts:
            options = _emulator_options(arguments)
            emulator = parts.enter_context(part("emulator", *options, environment=os.environ, stopping=stopping))
            # The task hub ends with the command, and so does the app's store unless the caller names one.
            store = parts.enter_context(TemporaryDirectory(prefix="asr-store-", ignore_cleanup_errors=True))
            own = host_settings(emulator.ready, arguments.pace) | {"ASR_STORE": store}
            settings = {**own, **os.environ, **trust(emulator.ready), **topic_settings(emulator.ready, os.environ)}
            host = parts.enter_context(part("host", *_host_options(arguments), environment=settings, stopping=stopping))
            ready = {**emulator.ready, **host.ready}
            with client_of(ready) as client:
                events = takes_events(client, ready)
                if events:
                    subscribe(client, ready, stopping)
            if not events:
                _say(f"the app has no Event Grid function '{_EVENT_FUNCTION}', so nothing is subscribed to events")
            say_ready(ready)
            while not stopping.wait(0.2):
                emulator.check()
                host.check()
    except (StackError, SubscribingError) as error:
        if not stopping.is_set():
            _say(str(error))
            return 1
    return 0


def host_settings(ready: dict[str, str], pace: str) -> dict[str, str]:
    """The app settings that point the app at the emulator: ARM, Entra and managed identity are all there.

    Args:
        ready: what the emulator said when it was ready.
        pace: how fast it works.
    """
    arm = ready["arm"]
    settings = {
        "ASR_ARM_ENDPOINT": arm,
        "AZURE_AUTHORITY_HOST": arm,
        "IDENTITY_ENDPOINT": f"{arm}/msi/token",
        "IDENTITY_HEADER": secrets.token_hex(16),
        "ASR_SUBSCRIPTIONS": ready["subscription"],
        "ASR_CLOCK_URL": f"{arm}/_emulator/clock",
        "ASR_PROBE_PROXY": arm if arm.startswith("http://") else "",
    }
    return settings | (_QUICK_SETTINGS if pace in _QUICK_PACES else {})


def topic_settings(ready: dict[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """An ASR_EVENTS_ENDPOINT that is only a path is one at the emulator, whose port nobody knows before it starts."""
    path = environment.get("ASR_EVENTS_ENDPOINT", "")
    return {"ASR_EVENTS_ENDPOINT": f"{ready['arm']}{path}"} if path.startswith("/") else {}


def trust(ready: dict[str, str]) -> dict[str, str]:
    """What makes Python's ssl module and the requests library trust the emulator alone; nothing without TLS."""
    return {name: ready["authority"] for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE") if "authority" in ready}


def event_subscription(host: str, key: str) -> dict:
    """The body of the event subscription's PUT, with the filter that the app's documentation gives for a deployment."""
    endpoint = f"{host}/runtime/webhooks/eventgrid?functionName={_EVENT_FUNCTION}&code={key}"
    return {
        "properties": {
            "destination": {"endpointType": "WebHook", "properties": {"endpointUrl": endpoint}},
            "eventDeliverySchema": "EventGridSchema",
            "filter": json.loads(_FILTER.read_text(encoding="utf-8")),
        }
    }


def client_of(ready: dict[str, str]) -> httpx.Client:
    """A client for the parts: it trusts the emulator's authority alone, and reads no certificates without TLS.

    To read every certificate of the machine takes longer than to ask.
    """
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if "authority" in ready:
        trusted.load_verify_locations(cafile=ready["authority"])
    return httpx.Client(timeout=_SUBSCRIBED_SECONDS, verify=trusted, trust_env=False)


def takes_events(client: httpx.Client, ready: dict[str, str]) -> bool:
    """Whether the app has the function that the event subscription is for; another app may have none.

    Raises:
        SubscribingError: the host does not say.
    """
    try:
        url = f"{ready['host']}/admin/functions/{_EVENT_FUNCTION}"
        answer = client.get(url, headers={"x-functions-key": ready["key"]})
        if answer.status_code == httpx.codes.NOT_FOUND:
            return False
        answer.raise_for_status()
    except httpx.HTTPError as error:
        raise SubscribingError(f"the host does not say which functions there are: {error}") from error
    return True


def subscribe(client: httpx.Client, ready: dict[str, str], stopping: StopRequest) -> None:
    """Create the app's event subscription and wait until Event Grid has validated the webhook.

    REST: Event Subscriptions - Create Or Update, at subscription scope.

    Raises:
        SubscribingError: it was refused, or did not succeed in time.
    """
    name = f"Microsoft.EventGrid/eventSubscriptions/{_SUBSCRIPTION_NAME}"
    url = f"{ready['arm']}/subscriptions/{ready['subscription']}/providers/{name}?api-version={_EVENT_GRID_VERSION}"
    deadline = time.monotonic() + _SUBSCRIBED_SECONDS
    headers = {"Authorization": "Bearer local"}
    try:
        answer = client.put(url, json=event_subscription(ready["host"], ready["key"]), headers=headers)
        while (state := _provisioning_state(answer)) != "Succeeded":
            if state in {"Failed", "Canceled"} or time.monotonic() > deadline or stopping.wait(0.05):
                raise SubscribingError(f"the event subscription was not created: {state}: {answer.text}")
            answer = client.get(url, headers=headers)
    except httpx.HTTPError as error:
        raise SubscribingError(f"the event subscription was not created: {error}") from error


def _say(sentence: str) -> None:
    print(f"local up: {sentence}", file=sys.stderr, flush=True)  # noqa: T201


def _provisioning_state(answer: httpx.Response) -> str:
    if answer.is_error:
        return "Failed"
    return str(answer.json().get("properties", {}).get("provisioningState", "Succeeded"))


def _emulator_options(arguments: argparse.Namespace) -> list[str]:
    options = ["--port", str(arguments.emulator_port), "--world", arguments.world, "--pace", arguments.pace]
    if arguments.tls is not None:
        options += ["--tls", *([arguments.tls] if arguments.tls else [])]
    return options + (["--state", str(arguments.state)] if arguments.state else [])


def _host_options(arguments: argparse.Namespace) -> list[str]:
    return ["--port", str(arguments.host_port), "--app", str(arguments.app)]
