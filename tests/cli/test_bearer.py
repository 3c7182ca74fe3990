"""An app behind the platform's own sign-in: key and token go together, and a token is asked for as rarely as may be.

The server is three things at once, as the environment says where each is: the app, the platform's sign-in in front of
it, and the endpoint by which Azure gives tokens to what runs in it (`IDENTITY_ENDPOINT`).
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.cli.calling import Command
from tests.cli.test_trouble import KEY, page, says, server

AUDIENCE = "api://44444444-0000-4000-8000-000000000004"
TOKEN = "token-that-nobody-sees"
CHALLENGE = 'Bearer realm="contoso-asr.azurewebsites.net" resource_id="44444444-0000-4000-8000-000000000004"'


@contextmanager
def guarded(lifetime: int) -> Iterator[tuple[str, list[str]]]:
    """An app that wants key and token, where it answers, and for whom tokens were asked for."""
    asked: list[str] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        if parts.path == "/msi/token":
            asked.extend(parse_qs(parts.query)["resource"])
            token = {"access_token": TOKEN, "expires_on": str(int(time.time()) + lifetime), "token_type": "Bearer"}
            says(200, json.dumps({**token, "resource": asked[-1]}).encode())(request)
        elif request.headers.get("Authorization") != f"Bearer {TOKEN}" or asked[-1:] != [AUDIENCE]:
            says(401, b"", WWW_Authenticate=CHALLENGE)(request)
        elif request.headers.get("x-functions-key") != KEY:
            says(401, b"")(request)
        elif "continuation" in parts.query:
            says(200, page("db-1", total=2))(request)
        else:
            says(200, page("db-0", total=2, continuation="next"))(request)

    with server(answer) as address:
        yield address, asked


@pytest.mark.parametrize(("lifetime", "tokens"), [(3600, 1), (60, 2)])
def test_key_and_token_go_together(
    lifetime: int, tokens: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both, for each page; a token that lasts is asked for once, one that is about to end again."""
    with guarded(lifetime) as (address, asked):
        asr = Command(capsys, monkeypatch, address, KEY)
        asr.environment({"IDENTITY_ENDPOINT": f"{address}/msi/token", "IDENTITY_HEADER": "x", "ASR_AUDIENCE": AUDIENCE})
        shown = asr("fleet")

    assert ("db-0" in shown.out, "db-1" in shown.out) == (True, True)
    assert TOKEN not in shown.out + shown.err
    assert asked == [AUDIENCE] * tokens


def test_without_an_audience_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The platform's refusal is told apart from that of the key, and a profile can name the audience."""
    folder = tmp_path / "asr-autoprotect"
    folder.mkdir()
    with guarded(3600) as (address, asked):
        asr = Command(capsys, monkeypatch, address, KEY)
        asr.environment({"IDENTITY_ENDPOINT": f"{address}/msi/token", "IDENTITY_HEADER": "x", "ASR_AUDIENCE": None})
        refused = asr("fleet", code=4)
        assert "wants a sign-in beside the key (401)" in refused.err
        assert "ASR_AUDIENCE" in refused.err
        assert asked == []

        asr.environment({"ASR_AUDIENCE": "api://another"})
        assert "does not take the token (401)" in asr("fleet", code=4).err

        asr.environment({"ASR_URL": None, "ASR_KEY": None, "ASR_AUDIENCE": None, "XDG_CONFIG_HOME": str(tmp_path)})
        profile = f'[profiles.prod]\nurl = "{address}"\nkey_command = "echo {KEY}"\naudience = "{AUDIENCE}"\n'
        (folder / "config.toml").write_text(profile)
        assert "db-1" in asr("fleet").out
        assert json.loads(asr("config", "-o", "json").out)["audience"] == AUDIENCE


def test_nobody_signed_in_is_said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The platform gives no token: no request goes out, and it is said what to do."""
    with server(says(400, b'{"error": {"message": "no identity"}}')) as address:
        asr = Command(capsys, monkeypatch, address, KEY)
        asr.environment(
            {
                "IDENTITY_ENDPOINT": f"{address}/msi/token",
                "IDENTITY_HEADER": "x",
                "ASR_AUDIENCE": AUDIENCE,
                "PATH": "/nonexistent",
                "AZURE_TOKEN_CREDENTIALS": "ManagedIdentityCredential",
            }
        )
        refused = asr("fleet", code=4)

    assert f"gets no token for {AUDIENCE}" in refused.err
    assert "az login" in refused.err
    assert len(refused.err.splitlines()) == 2


def test_who_wants_no_token_does_not_pay_for_it() -> None:
    """The command imports nothing of Azure's."""
    code = "import sys, asr_cli.main, asr_cli.api; print([one for one in sys.modules if one.split('.')[0] == 'azure'])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
