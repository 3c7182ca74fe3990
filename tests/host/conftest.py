"""A running Functions host, and an operator who talks to it over HTTP alone."""

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.host.server import FunctionsHost
from tests.family import children

APPS = Path(__file__).parent / "apps"
NEVER = "0 0 0 1 1 *"
DURABLE = "/runtime/webhooks/durabletask"
_PREFIXES = {"gallery": "/gallery/v1"}


def until[T](look: Callable[[], T], within: float = 60.0) -> T:
    """The first true value of `look`; fails when there is none in time."""
    deadline = time.monotonic() + within
    while not (found := look()):
        if time.monotonic() > deadline:
            pytest.fail(f"nothing after {within} s; last seen: {found!r}")
        time.sleep(0.01)
    return found


def workers_of(parent: int) -> list[int]:
    """The worker processes that a process has started."""
    return children(parent, "local.host.worker")


@dataclass(frozen=True)
class Operator:
    """Starts orchestrations of one host and follows them."""

    http: httpx.Client
    records: Path
    starting: str = "/api/start"

    def start(self, name: str, given: Any = None, instance_id: str = "") -> dict[str, str]:
        """Start through the app's own HTTP function; the check-status payload."""
        instance_id = instance_id or f"{name}-{uuid.uuid4().hex[:8]}"
        answer = self.http.post(f"{self.starting}/{name}", params={"id": instance_id}, json=given)
        assert answer.status_code == 202, answer.text
        payload: dict[str, str] = answer.json()
        return payload

    def start_past_the_worker(self, name: str, given: Any = None) -> str:
        """Start through the management API, for what may end the worker before an HTTP function has answered."""
        answer = self.http.post(f"{DURABLE}/orchestrators/{name}", json=given)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["id"])

    def status(self, instance_id: str, **query: Any) -> dict[str, Any]:
        """The status document."""
        answer = self.http.get(f"{DURABLE}/instances/{instance_id}", params=query)
        assert answer.status_code in {200, 202}, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def finished(self, instance_id: str, within: float = 60.0, **query: Any) -> dict[str, Any]:
        """The status document of an instance that is over."""
        over = {"Completed", "Failed", "Terminated"}
        until(lambda: self.status(instance_id)["runtimeStatus"] in over, within)
        return self.status(instance_id, **query)

    def run(self, name: str, given: Any = None, within: float = 60.0, **query: Any) -> dict[str, Any]:
        """Start and follow to the end."""
        return self.finished(self.start(name, given)["id"], within, **query)

    def recorded(self, name: str) -> list[str]:
        """The lines that the app's functions wrote."""
        path = self.records / name
        return path.read_text().splitlines() if path.exists() else []


def operator_of(host: FunctionsHost, records: Path) -> Operator:
    """An operator with the master key."""
    http = httpx.Client(base_url=host.url, headers={"x-functions-key": host.key}, timeout=120)
    return Operator(http, records, starting=f"{_PREFIXES.get(host.app_dir.name, '/api')}/start")


@pytest.fixture(scope="session")
def shared_host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FunctionsHost, Operator]]:
    """One host for all tests that leave its worker alone; every test has its own instances and entities."""
    records = tmp_path_factory.mktemp("records")
    with FunctionsHost(APPS / "tour", settings={"RECORDS": str(records), "TICK_SCHEDULE": NEVER}) as host:
        operator = operator_of(host, records)
        with operator.http:
            yield host, operator


@pytest.fixture
def host(shared_host: tuple[FunctionsHost, Operator]) -> FunctionsHost:
    """The shared host."""
    return shared_host[0]


@pytest.fixture
def operator(shared_host: tuple[FunctionsHost, Operator]) -> Operator:
    """An operator of the shared host."""
    return shared_host[1]


@pytest.fixture(scope="session")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator of a host of the gallery, shared by all tests that leave its worker alone."""
    records = tmp_path_factory.mktemp("records")
    settings = {"RECORDS": str(records), "AzureWebJobs.switched_off.Disabled": "true"}
    with FunctionsHost(APPS / "gallery", settings=settings) as host:
        operator = operator_of(host, records)
        with operator.http:
            yield operator


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[FunctionsHost, Operator]]:
    """A host that the test may harm."""
    with FunctionsHost(APPS / "tour", settings={"RECORDS": str(tmp_path), "TICK_SCHEDULE": NEVER}) as host:
        operator = operator_of(host, tmp_path)
        with operator.http:
            yield host, operator


@pytest.fixture
def key() -> str:
    """A name that no other test uses."""
    return uuid.uuid4().hex[:12]
