"""What could not be read is told beside what is shown."""

import json
from http.server import BaseHTTPRequestHandler

import pytest

from tests.cli.calling import Command
from tests.cli.test_trouble import KEY, page, says, server

VAULT = "/subscriptions/x/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/contoso-vault"
PROBLEM = {
    "id": VAULT,
    "code": "AuthorizationFailed",
    "sentence": f"The app may not read {VAULT}.",
    "lastRead": "2026-11-27T08:30:00+00:00",
}
TOLD = "not read: contoso-vault: The app may not read contoso-vault. It is shown as of 2026-11-27 08:30 UTC."


def test_each_verb_tells_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """By the names of things, and since when it is known; no list claims what was not read."""
    machine = {"vmId": "/x/db-0", "name": "db-0", "state": "protected", "reasons": [], "problems": [PROBLEM]}
    bodies = {
        "/api/protections?top": page("db-0", problems=[PROBLEM]),
        "/api/protections?name": json.dumps(machine).encode(),
        "/api/drift": json.dumps({"items": [], "problems": [PROBLEM]}).encode(),
        "/api/summary": json.dumps({"problems": [PROBLEM]}).encode(),
    }

    def answer(request: BaseHTTPRequestHandler) -> None:
        says(200, next(body for path, body in bodies.items() if request.path.startswith(path)))(request)

    with server(answer) as address:
        asr = Command(capsys, monkeypatch, address, KEY)
        assert TOLD in asr("fleet").err
        assert TOLD in asr("status", "db-0").out
        assert TOLD in asr("why", "db-0").out
        drift = asr("drift").err
        assert TOLD in drift
        assert "Everything that could be read is as it was asked for." in drift
        assert TOLD.removeprefix("not read: ") in asr("summary").out
