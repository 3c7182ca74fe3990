"""Plain ARM requests to an emulator, and waiting for what they begin."""

import time
from dataclasses import dataclass
from typing import Any, Self

import httpx

from local.emulator.server import Emulator
from tests.emulator.openapi import violations

DEADLINE_S = 60.0
COMPUTE, NETWORK, STORAGE, VAULTS = "2024-07-01", "2024-05-01", "2023-05-01", "2024-04-01"
SITE_RECOVERY = "2025-08-01"


@dataclass(frozen=True)
class Ended:
    """How an operation ended.

    Attributes:
        accepted: the 202 that began it.
        document: its last status document.
    """

    accepted: httpx.Response
    document: dict[str, Any]

    @property
    def status(self) -> str:
        return str(self.document["status"])

    @property
    def code(self) -> str:
        """The error's code, or ""."""
        return str((self.document["error"] or {}).get("code", ""))

    @property
    def job(self) -> str:
        """The id of the job of the same name."""
        return self.accepted.headers["x-ms-request-id"]


class Arm:
    """One client of one emulator."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.http = httpx.Client(base_url=emulator.url, headers={"Authorization": "Bearer any"}, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def ask(self, method: str, path: str, body: object = None, *, version: str = SITE_RECOVERY) -> httpx.Response:
        separator = "&" if "?" in path else "?"
        response = self.http.request(method, f"{path}{separator}api-version={version}", json=body)
        if response.is_success and response.content:
            assert violations(method, response.url.path, response.status_code, response.json()) == []
        return response

    def get(self, path: str, *, version: str = SITE_RECOVERY) -> dict[str, Any]:
        """The body of a GET, which must be answered 200."""
        response = self.ask("GET", path, version=version)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def make(self, path: str, body: object, *, version: str) -> dict[str, Any]:
        """PUT a resource of another provider and wait until it is there."""
        response = self.ask("PUT", path, body, version=version)
        assert response.status_code in {200, 201, 202}, response.text
        return self.until(
            path, lambda found: found["properties"].get("provisioningState", "Succeeded") == "Succeeded", version
        )

    def until(self, path: str, holds: Any, version: str = SITE_RECOVERY) -> dict[str, Any]:
        """Poll until `holds` is true of the body."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            response = self.ask("GET", path, version=version)
            if response.status_code == 200 and holds(response.json()):
                found: dict[str, Any] = response.json()
                return found
            assert time.monotonic() < deadline, f"{path}: {response.status_code} {response.text}"
            time.sleep(0.02)

    def run(self, method: str, path: str, body: object = None) -> Ended:
        """Send a write of Site Recovery and poll its operation to the end."""
        accepted = self.ask(method, path, body)
        assert accepted.status_code == 202, f"{method} {path}: {accepted.status_code} {accepted.text}"
        return Ended(accepted, self.ended(accepted.headers["azure-asyncoperation"]))

    def ended(self, url: str) -> dict[str, Any]:
        """Poll a status document to the end."""
        deadline = time.monotonic() + DEADLINE_S
        while True:
            document: dict[str, Any] = self.http.get(url).json()
            if document["status"] != "InProgress":
                return document
            assert time.monotonic() < deadline, document
            time.sleep(0.02)

    def done(self, method: str, path: str, body: object = None) -> Ended:
        """Send a write of Site Recovery that must succeed."""
        ended = self.run(method, path, body)
        assert ended.status == "Succeeded", ended.document
        return ended

    def set(self, **switches: str) -> None:
        """Set Site Recovery's switches."""
        body = {f"site_recovery.{name}": value for name, value in switches.items()}
        answer = self.http.post("/_emulator/settings", json=body)
        assert answer.status_code == 200, answer.text

    def trouble(self, **said: object) -> dict[str, Any]:
        """Ask for trouble (`target`, `fail`, `health`, `replication`, `operation`, `times`) or `clear` it."""
        answer = self.http.post("/_emulator/site-recovery/troubles", json=said)
        assert answer.status_code == 200, answer.text
        found: Any = answer.json()
        return found if isinstance(found, dict) else {"left": found}

    def fault(self, method: str, path: str, **fault: object) -> None:
        """Let a fault befall the app's next such request, or as many as `times` says."""
        said = {"method": method, "path": path, "client": "asr-autoprotect", "times": 1, **fault}
        answer = self.http.post("/_emulator/faults", json=said)
        assert answer.is_success, answer.text

    def pace(self, **seconds: float) -> None:
        """Set how long kinds of Site Recovery's work take, whatever the pace; `item__enable` is `item.enable`."""
        durations = {f"site_recovery.{kind.replace('__', '.')}": value for kind, value in seconds.items()}
        assert self.http.post("/_emulator/pace", json={"durations": durations}).status_code == 200

    def advance(self, seconds: float) -> None:
        """Move the emulator's clock."""
        assert self.http.post("/_emulator/clock", json={"advance_s": seconds}).status_code == 200
