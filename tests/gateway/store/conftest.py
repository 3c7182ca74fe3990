"""Both kinds of store, each test with one of its own."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from asr.gateway.store.interface import Store
from tests.gateway.sessions import within
from tests.gateway.store.azurite import azurite

NOWHERE = "http://127.0.0.1:9"
"""These tests ask nothing of Resource Manager."""


class Use(Protocol):
    """Does something with the test's store, in a session of its own, so what is seen is not just remembered."""

    def __call__[T](self, work: Callable[[Store], Awaitable[T]]) -> T: ...


@pytest.fixture(scope="session")
def blob_service() -> Iterator[str]:
    """The address of an Azurite that several tests share; each has a container of its own."""
    with azurite() as address:
        yield address


@pytest.fixture
def container(blob_service: str) -> str:
    """The address of a container that does not exist yet."""
    return f"{blob_service}/devstoreaccount1/{uuid4()}"


def user_of(address: str) -> Use:
    """Uses the store at this address."""

    def use[T](work: Callable[[Store], Awaitable[T]]) -> T:
        return within(NOWHERE, lambda azure: work(azure.store), ASR_STORE=address)

    return use


@pytest.fixture(params=["folder", "blobs"])
def use(request: pytest.FixtureRequest, tmp_path: Path) -> Use:
    """Uses an empty store, of each kind in turn."""
    if request.param == "folder":
        return user_of(str(tmp_path / "store"))
    return user_of(request.getfixturevalue("container"))
