"""The real Azure CLI doing by hand what a first VM needs, and one more; beside it the app.

`make bench-az`. One command for each thing that is made, waiting until Azure has made it, with all names known
beforehand: what an experienced person would write into a shell script.
"""

import json
import resource
import ssl
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx

from bench.azure_cli import AZ, AzureCli
from bench.burst import burst
from bench.fleet import GROUP, RECOVERY, SOURCE, Json, machine_id, world
from bench.recovery import (
    CACHE,
    RECOVERY_GROUP,
    RECOVERY_NETWORK,
    SITE_RECOVERY_API,
    VAULT,
    item,
    vault_parts,
)
from bench.tables import table
from local.stack import part

_GROUP, _RECOVERY_GROUP = GROUP.rsplit("/", 1)[-1], RECOVERY_GROUP.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Work:
    """What one machine took by hand."""

    commands: int
    requests: int
    writes: int
    seconds: float
    cpu_seconds: float


class Person:
    """Somebody at the CLI, whose commands are counted."""

    def __init__(self, cli: AzureCli) -> None:
        self._cli = cli
        self.commands = 0

    def foundation(self) -> None:
        """Everything that the machines share."""
        self._run("group", "create", "-n", _RECOVERY_GROUP, "-l", RECOVERY)
        subnet = ("--subnet-name", "app", "--subnet-prefixes", "10.0.0.0/20")
        network = ("-g", _RECOVERY_GROUP, "-n", _name(RECOVERY_NETWORK), "-l", RECOVERY)
        self._run("network", "vnet", "create", *network, "--address-prefixes", "10.0.0.0/16", *subnet)
        self._run(
            "storage", "account", "create", "-g", _GROUP, "-n", _name(CACHE), "-l", SOURCE, "--sku", "Standard_LRS"
        )
        self._run("backup", "vault", "create", "-g", _RECOVERY_GROUP, "-n", _name(VAULT), "-l", RECOVERY)
        for id_, body in vault_parts():
            self._make(id_, body)

    def first(self) -> None:
        """Protect the first machine."""
        self.foundation()
        self.protect(0)

    def further(self) -> None:
        """Protect the second one."""
        self.protect(1)

    def protect(self, number: int) -> None:
        """Read one machine's disks and protect it."""
        machine = ("-g", _GROUP, "-n", _name(machine_id(number)))
        storage = self._run("vm", "show", *machine, "--query", "storageProfile")
        disks = [disk["managedDisk"]["id"] for disk in (storage["osDisk"], *storage["dataDisks"])]
        self._make(*item(number, disks))

    def _make(self, id_: str, body: Json) -> None:
        # The command wants a location, whatever it makes.
        inner = ("--location", RECOVERY, "--properties", json.dumps(body["properties"]))
        self._run("resource", "create", "--id", id_, "--api-version", SITE_RECOVERY_API, *inner)

    def _run(self, *arguments: str) -> Any:
        self.commands += 1
        return self._cli(*arguments)


def by_hand() -> list[Work]:
    """What the first machine took, and the second."""
    with _cloud() as (person, requests):
        return [_measured(work, person, requests) for work in (person.first, person.further)]


def _measured(work: Callable[[], object], person: Person, requests: Callable[[], list[str]]) -> Work:
    commands, before, used, began = person.commands, len(requests()), _cpu_of_commands(), time.monotonic()
    work()
    seconds, used, sent = time.monotonic() - began, _cpu_of_commands() - used, requests()[before:]
    writes = sum(method not in ("GET", "HEAD") for method in sent)
    return Work(person.commands - commands, len(sent), writes, seconds, used)


def _cpu_of_commands() -> float:
    """Seconds of CPU of the commands that have ended; the emulator has not."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


@contextmanager
def _cloud() -> Iterator[tuple[Person, Callable[[], list[str]]]]:
    """A person who has signed in, and the methods of all requests so far."""
    with tempfile.TemporaryDirectory() as folder:
        path, authority = Path(folder, "world.json"), Path(folder, "authority.pem")
        path.write_text(json.dumps(world(2)))
        with part("emulator", "--world", str(path), "--tls", str(authority), environment={}) as emulator:
            arm, context = emulator.ready["arm"], ssl.create_default_context(cafile=authority)
            with httpx.Client(base_url=arm, verify=context, headers={"Authorization": "Bearer watcher"}) as watcher:
                tenant = (
                    watcher.get("/tenants?api-version=2022-12-01").raise_for_status().json()["value"][0]["tenantId"]
                )
                cli = AzureCli(arm, authority, Path(folder))
                cli.sign_in(tenant)

                def requests() -> list[str]:
                    logged = watcher.get("/_emulator/requests").raise_for_status().json()
                    return [one["method"] for one in logged if "azurecli" in (one["client"] or "").lower()]

                yield Person(cli), requests


def main() -> None:
    """Measure and print."""
    if not AZ.exists():
        sys.exit("The Azure CLI is not there; run: make bench-az")
    hands, (one, both) = by_hand(), [burst(number, throttling=False) for number in (1, 2)]
    rows = [
        _row("by hand, the first VM", *asdict(hands[0]).values()),
        _row("each further VM", *asdict(hands[1]).values()),
        _row("this app, the first VM", 0, one.requests, one.writes, one.seconds, one.cpu["worker"]),
        _row(
            "each further VM",
            0,
            both.requests - one.requests,
            both.writes - one.writes,
            max(0.0, both.seconds - one.seconds),
            max(0.0, both.cpu["worker"] - one.cpu["worker"]),
        ),
    ]
    sys.stdout.write(table(("", "commands", "requests", "writes", "seconds", "CPU s"), rows) + "\n")


def _row(name: str, commands: int, requests: int, writes: int, seconds: float, cpu: float) -> tuple[object, ...]:
    return name, commands, requests, writes, f"{seconds:.1f}", f"{cpu:.1f}"


def _name(id_: str) -> str:
    return id_.rsplit("/", 1)[-1]


if __name__ == "__main__":
    main()
