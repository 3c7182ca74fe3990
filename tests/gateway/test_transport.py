"""What the connections take from the environment, and what they do not."""

from pathlib import Path

import pytest

from asr.gateway.resources import read_group_location
from tests.gateway.sessions import SUBSCRIPTION, TOKEN, within
from tests.gateway.wire import Reply, Wire

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/app"
ANSWER = {("GET", GROUP): Reply(body={"id": GROUP, "name": "app", "location": "westeurope"})}
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names no proxy."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


def test_the_proxy_of_the_environment_is_used(environment: pytest.MonkeyPatch) -> None:
    """Azure is reached through it, although nobody listens at Azure's own address."""
    with Wire(ANSWER) as proxy:
        environment.setenv("http_proxy", proxy.url)

        location = within(NOBODY, lambda azure: read_group_location(azure, GROUP))

    assert location == "westeurope"
    assert [one.method for one in proxy.asked] == ["GET"]


def test_a_host_that_needs_no_proxy_is_asked_directly(environment: pytest.MonkeyPatch) -> None:
    """`no_proxy` is honoured: the proxy that nobody serves is not in the way."""
    with Wire(ANSWER) as azure_itself:
        environment.setenv("http_proxy", NOBODY)
        environment.setenv("no_proxy", "localhost,127.0.0.1")

        assert within(azure_itself.url, lambda azure: read_group_location(azure, GROUP)) == "westeurope"


def test_a_password_file_of_the_user_is_not_read(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What it says of Azure's host neither replaces the token nor stops the request."""
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1\nlogin somebody\npassword something\n")
    file.chmod(0o600)
    environment.setenv("NETRC", str(file))
    with Wire(ANSWER) as wire:
        assert within(wire.url, lambda azure: read_group_location(azure, GROUP)) == "westeurope"

    assert wire.asked[0].headers["authorization"] == f"Bearer {TOKEN}"
