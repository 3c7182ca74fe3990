"""Probes: what is asked of a VM that a failover or its test has made."""

from dataclasses import dataclass
from enum import StrEnum


class ProbeKind(StrEnum):
    """What a probe asks of a test VM: two of Azure, two of the VM's ports, and a script of a person's inside of it."""

    VM_RUNNING = "vmRunning"
    AGENT_READY = "agentReady"
    TCP = "tcp"
    HTTP = "http"
    RUN_COMMAND = "runCommand"


@dataclass(frozen=True, slots=True)
class Probe:
    """One probe. `path` and `status` are of HTTP, `script` is what runs inside of the VM and passes if it ends with 0;
    each is asked again until `timeout_seconds` have passed.
    """

    kind: ProbeKind
    port: int | None = None
    path: str = "/"
    status: int = 200
    timeout_seconds: float = 600
    script: str | None = None
