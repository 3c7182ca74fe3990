"""What the parts of a local Azure have used: seconds of CPU, and memory at its greatest. Linux only.

The app's code runs in the worker; the host has the task hub, the emulator is Azure.
"""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Use:
    """Seconds of CPU, and megabytes of memory at the greatest."""

    seconds: float
    megabytes: float


def worker_of(host: int) -> int:
    """The process id of a host's worker: the child whose command line says so.

    Raises:
        LookupError: there is none at the moment.
    """
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            if parent == host and "worker" in (entry / "cmdline").read_text():
                return int(entry.name)
        except OSError:
            continue  # it has ended meanwhile
    raise LookupError("the host has no worker")


def use(pid: int) -> Use:
    """What a process has used so far."""
    fields = Path("/proc", str(pid), "stat").read_text().rsplit(")", 1)[1].split()
    status = Path("/proc", str(pid), "status").read_text()
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM:"))
    return Use((int(fields[11]) + int(fields[12])) / _TICKS, int(peak.split()[1]) / 1024)
