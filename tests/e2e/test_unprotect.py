"""A protection is ended by name: what it had is put away, what others have is not touched."""

from collections.abc import Iterator

import pytest

from tests.e2e.stack import Stack, stack


@pytest.fixture
def up() -> Iterator[Stack]:
    """A stack in which `web-0` is protected, asked for by its tag."""
    with stack() as running:
        running.tag(running.vm("web-0"), asr_protect="true")
        running.outcome(running.vm("web-0"), "protected")
        yield running


def test_ended(up: Stack) -> None:
    vm = up.vm("web-0")
    answer = up.api("DELETE", "protections", vmId=vm)
    assert (answer.status_code, answer.json()["code"]) == (409, "TagStillAsks")
    answer = up.api("DELETE", "protections", vmId=vm, untag="true")
    assert answer.status_code == 202, answer.text
    up.outcome(vm, "unprotected")
    assert up.site_recovery("replicationProtectedItems") == []
