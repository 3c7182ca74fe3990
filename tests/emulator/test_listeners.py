"""Machines that answer on their ports, through the emulator as a proxy."""

import asyncio
from typing import Any

import pytest

from asr.gateway.probes import ProbeFailed, probe_http, probe_tcp
from tests.emulator.conftest import Arm

MACHINE = "/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/web-0"


@pytest.fixture
def arm(east_asia: Arm) -> Arm:
    """The world `east-asia`, whose machines run."""
    return east_asia


def listen(arm: Arm, **listener: Any) -> Any:
    """Add a listener; the answer."""
    return arm.request("POST", "/_emulator/listeners", listener)


def address(arm: Arm) -> str:
    """The machine's private address."""
    machine = arm.request("GET", MACHINE).json()
    nic = machine["properties"]["networkProfile"]["networkInterfaces"][0]["id"]
    found = arm.request("GET", nic).json()["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"]
    return str(found)


def tcp(arm: Arm, host: str, port: int) -> None:
    asyncio.run(probe_tcp(host, port, arm.emulator.url))


def http(arm: Arm, host: str, port: int, status: int = 200) -> None:
    asyncio.run(probe_http(host, port, "/health", status, arm.emulator.url))


def test_a_machine_answers_what_it_was_told(arm: Arm) -> None:
    """By its address and by its name; TCP accepts, HTTP has a status."""
    listen(arm, vm="web-*", port=22, protocol="tcp")
    listen(arm, vm="web-0", port=80, protocol="http", answer={"status": 503, "body": "starting"})
    host = address(arm)

    tcp(arm, host, 22)
    tcp(arm, "WEB-0", 22)
    http(arm, host, 80, status=503)
    with pytest.raises(ProbeFailed, match="503, not 200"):
        http(arm, host, 80)
    with pytest.raises(ProbeFailed, match="answered 502"):
        tcp(arm, host, 23)
    with pytest.raises(ProbeFailed, match="answered 502"):
        tcp(arm, "192.0.2.1", 22)


def test_a_listener_is_replaced_by_the_next_for_its_port(arm: Arm) -> None:
    """Tests change their mind; clearing removes all."""
    listen(arm, vm="web-0", port=80, protocol="http", answer={"status": 503})
    shown = listen(arm, vm="web-0", port=80, protocol="http", answer="ok").json()
    assert [one["answer"] for one in shown] == [{"status": 200, "body": "ok"}]
    http(arm, "web-0", 80)

    assert listen(arm, clear=True).json() == []
    with pytest.raises(ProbeFailed):
        http(arm, "web-0", 80)


def test_a_machine_that_does_not_run_answers_nothing(arm: Arm) -> None:
    """A listener is the machine's."""
    listen(arm, vm="*", port=22)
    tcp(arm, "web-0", 22)
    arm.request("POST", f"{MACHINE}/deallocate")

    with pytest.raises(ProbeFailed, match="answered 502"):
        tcp(arm, "web-0", 22)


@pytest.mark.parametrize(
    ("listener", "field"),
    [
        ({"port": 80}, "vm"),
        ({"vm": "web-0"}, "port"),
        ({"vm": "web-0", "port": 70000}, "port"),
        ({"vm": "web-0", "port": "ssh"}, "port"),
        ({"vm": "web-0", "port": 80, "protocol": "udp"}, "protocol"),
        ({"vm": "web-0", "port": 80, "answer": {"code": 200}}, "answer"),
    ],
)
def test_a_mistake_is_named(arm: Arm, listener: dict[str, Any], field: str) -> None:
    """With its field."""
    answer = arm.request("POST", "/_emulator/listeners", listener)

    assert answer.status_code == 400
    assert field in answer.json()["error"]


def test_what_is_no_tunnel_stays_what_it_was(arm: Arm) -> None:
    """And what is a broken one ends without an answer to believe."""

    async def said(data: bytes) -> bytes:
        port = int(arm.emulator.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(data)
        async with asyncio.timeout(10):
            answer = await reader.read(200)
        writer.close()
        await writer.wait_closed()
        return answer

    assert b"200 OK" in asyncio.run(said(b"GET /_emulator/health HTTP/1.1\r\nhost: x\r\n\r\n"))
    assert b"502" in asyncio.run(said(b"CONNECT nonsense HTTP/1.1\r\n\r\n"))
    assert asyncio.run(said(b"CONNECT " + b"a" * 20_000)) == b""
