"""`python -m local.demo`: machines are protected because they were tagged, one is drilled, one un-protected.

What an operator would type is typed here: the command line `asr`, against a local Azure with the app in it. After each
act Azure itself is asked what it has.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.text import Text

from asr_cli.exits import ExitCode
from local.demo.azure import Azure, DemoError
from local.demo.readback import Found, read_back
from local.stack import Part, StackError, up
from local.stopping import StopRequest

WORLD, GROUP, REGION = "east-asia", "contoso-app", "southeastasia"
CAST = {
    "web-0": "Windows, in an availability set",
    "web-1": "Windows, in the same set",
    "db-0": "Linux, in no set",
    "batch-0": "deallocated",
    "legacy-0": "unmanaged disks in two accounts",
}
"""The machines of the story, and what makes each worth telling."""
REFUSED, DRILLED, ENDED = "batch-0", "web-0", "db-0"
PROTECTED = CAST.keys() - {REFUSED}

_SIGNALLED = 128
"""Added to a signal's number it is the exit status that shells give a command ended by that signal."""
_DEADLINE_SECONDS = 120.0
_WATCHED = {"fabric.create": 2.0, "item.enable": 1.0, "initial_replication": 6.0, "item.test_failover": 2.0}
"""What takes so many seconds, to be watched; in Azure it takes minutes and hours. All else is done at once."""
_LOOK_SECONDS = 0.1
_LAST_LINES = 25


@dataclass
class Demo:
    """One performance. `part`, the local Azure with the app, must live; each command may take `deadline` seconds."""

    part: Part
    azure: Azure
    stopping: StopRequest
    deadline: float
    _before: list[Found] = field(default_factory=list)

    def id_of(self, kind: str, name: str) -> str:
        """The id of something in the machines' resource group."""
        return f"{self.azure.subscription}/resourceGroups/{GROUP}/providers/{kind}/{name}"

    def play(self) -> None:
        """The story.

        Raises:
            DemoError: something is not as it must be, or the end was asked for.
            StackError: the local Azure has ended.
        """
        self.azure.pace({f"site_recovery.{work}": seconds for work, seconds in _WATCHED.items()})
        for name, about in CAST.items():
            self.azure.tag(self.id_of("Microsoft.Compute/virtualMachines", name), {"asr-protect": "true"})
            say(f"tagged {name} asr-protect=true ({about})")
        self.asr(f"status {' '.join(CAST)} --until protected --interval 1", ends=ExitCode.REFUSED)
        self.asr(f"why {REFUSED}")
        self.read_back(PROTECTED)
        network = self.id_of("Microsoft.Network/virtualNetworks", "drill")
        self.azure.make_isolated_network(network, REGION)
        say(f"\nmade the isolated network drill in {REGION} ($NET)")
        self.asr(f"drill {DRILLED} --network $NET --probe vmRunning --rto 60 --rpo 60 --wait", network=network)
        self.read_back(PROTECTED)
        self.asr(f"unprotect {ENDED} --untag --yes --wait")
        self.read_back(PROTECTED - {ENDED})

    def asr(self, command: str, ends: ExitCode = ExitCode.OK, network: str = "") -> None:
        """Type a command of `asr`, in which $NET is a network; it has to end with this code.

        Raises:
            DemoError: it ended with another one, or not in time, or the end was asked for.
        """
        say(f"\n$ asr {command}", "bold")
        typed = shlex.split(command.replace("$NET", network))
        environment = os.environ | {"ASR_URL": self.part.ready["host"], "ASR_KEY": self.part.ready["key"]}
        began = time.monotonic()
        with subprocess.Popen(  # noqa: S603 - the command of this very environment
            [Path(sys.executable).with_name("asr"), *typed],
            env=environment,
            stdin=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C reaches the demo alone, which then tells it
        ) as running:
            try:
                while running.poll() is None:
                    if self.stopping.wait(_LOOK_SECONDS):
                        raise DemoError("the end was asked for")
                    self.part.check()
                    if time.monotonic() - began > self.deadline:
                        raise DemoError(f"asr {command}: not done after {self.deadline:g} s")
            finally:
                running.send_signal(signal.SIGINT)  # as Ctrl-C would end it, so that it leaves the terminal as it was
        if running.returncode != ends:
            raise DemoError(f"asr {command}: ended with {running.returncode}, not with {ends.value}")

    def read_back(self, protected: Collection[str]) -> None:
        """Ask Azure what it has, and tell what is new.

        Raises:
            DemoError: it is not what it must be.
        """
        items, vms = self.azure.protected_items(), self.azure.machines()
        found = list(read_back(vms, items, protected=protected, others=CAST.keys() - protected, region=REGION))
        new = [one for one in found if one not in self._before]
        say("\nRead back from Azure:")
        for one in new:
            say(f"  {'ok' if one.ok else 'wrong':<5}  {one.name:<8}  {one.what}", "green" if one.ok else "red")
        if wrong := [f"{one.name}: {one.what}" for one in found if not one.ok]:
            raise DemoError("\n  ".join(wrong))
        if same := len(found) - len(new):
            say(f"  ok     {same} machines are as before, protection and all, and no other is there", "green")
        self._before = found


def say(line: str, style: str = "") -> None:
    """Tell one thing, at once: who reads a pipe may be waiting for it."""
    console = Console(highlight=False)
    console.print(Text(line, style), soft_wrap=True)
    console.file.flush()


def main() -> int:
    """Play the story.

    Returns:
        0 if all is as it must be, 1 with the reasons if not, 130 after Ctrl-C.
    """
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--deadline", type=float, default=_DEADLINE_SECONDS, help="seconds that each command may take")
    parser.add_argument("-v", "--verbose", action="store_true", help="count the app's requests to Azure at the end")
    arguments = parser.parse_args()
    stopping = StopRequest.by_signals()
    log = Path(tempfile.mkdtemp(prefix="asr-demo-")) / "local-azure.log"
    wrong = ""
    began = time.monotonic()
    try:
        say(f"Starting a local Azure (world {WORLD}) with the app in it")
        with (
            log.open("wb") as errors,
            up("--world", WORLD, "--pace", "instant", log=errors, stopping=stopping) as part,
            Azure(part.ready) as azure,
        ):
            demo = Demo(part, azure, stopping, arguments.deadline)
            say(f"Azure at {part.ready['arm']}, the app at {part.ready['host']}\n")
            demo.play()
            if arguments.verbose:
                say("\nRequests of the app to Azure:\n" + "\n".join(azure.requests_of_the_app()))
        say(f"\nAll is as it must be, after {time.monotonic() - began:.0f} s.")
    except (DemoError, StackError) as error:
        wrong = str(error)
    if wrong and not stopping.signal:
        sys.stderr.write(f"\nThe demo failed:\n  {wrong}\n\nLast lines of {log}:\n{_last_lines(log)}\n")
        return 1
    log.unlink()
    log.parent.rmdir()
    return _SIGNALLED + stopping.signal if stopping.signal else 0


def _last_lines(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return "\n".join(lines[-_LAST_LINES:])


if __name__ == "__main__":
    sys.exit(main())
