"""https with an authority of one run, as clients that insist on it need."""

import ssl
from pathlib import Path

import httpx
import pytest

from local.emulator.server import Emulator

TOKEN = {"Authorization": "Bearer anything"}


def test_https_is_trusted_by_the_file_alone(tmp_path: Path) -> None:
    """Python's strict verification accepts the certificate for both names, given the authority; without it, not."""
    file = tmp_path / "authority.pem"
    with Emulator(tls=True, authority=file) as emulator:
        assert emulator.authority == file
        context = ssl.create_default_context(cafile=str(file))
        with httpx.Client(verify=context, trust_env=False, headers=TOKEN) as client:
            answers = [
                client.get(f"{url}/subscriptions?api-version=2022-12-01").status_code
                for url in (emulator.url, emulator.url.replace("127.0.0.1", "localhost"))
            ]
            endpoints = client.get(f"{emulator.url}/metadata/endpoints?api-version=2022-09-01").json()
        with (
            httpx.Client(verify=ssl.create_default_context(), trust_env=False) as stranger,
            pytest.raises(httpx.ConnectError),
        ):
            stranger.get(emulator.url)

    assert answers == [200, 200]
    assert endpoints["authentication"]["loginEndpoint"].startswith("https://127.0.0.1:")
    assert not file.exists()


def test_another_file_is_left_alone(tmp_path: Path) -> None:
    """What is no certificate is not overwritten; the certificate of an earlier run is."""
    mine, earlier = tmp_path / "notes.txt", tmp_path / "authority.pem"
    mine.write_text("mine")
    earlier.write_text("-----BEGIN CERTIFICATE-----\nof an earlier run")

    with pytest.raises(ValueError, match="not a certificate"):
        Emulator(tls=True, authority=mine).start()
    with Emulator(tls=True, authority=earlier):
        assert "earlier run" not in earlier.read_text()
    assert mine.read_text() == "mine"


def test_a_reset_cuts_a_secured_connection_too(tmp_path: Path) -> None:
    """The fault `reset` leaves the client of https without an answer."""
    with Emulator(tls=True) as emulator:
        context = ssl.create_default_context(cafile=str(emulator.authority))
        with httpx.Client(verify=context, trust_env=False, headers=TOKEN, base_url=emulator.url) as client:
            client.post("/_emulator/faults", json={"status": "reset", "times": 1})
            with pytest.raises(httpx.TransportError):
                client.get("/subscriptions?api-version=2022-12-01")
            again = client.get("/subscriptions?api-version=2022-12-01")

    assert again.status_code == 200
