"""Scripts inside of a VM, as children of it that go when it goes. A script is written once and asked about by its name,
so one that was begun before is found again.
"""

from dataclasses import dataclass

from asr.gateway.document import number, section, text
from asr.gateway.redact import script_output
from asr.gateway.resources import put, read
from asr.gateway.session import Azure
from asr.model.vm_facts import VirtualMachine

LONGEST_SECONDS = 5400
"""The longest that Azure lets a script run. Source: https://learn.microsoft.com/azure/virtual-machines/run-command-overview"""

_RUNNING = frozenset({"", "unknown", "pending", "running"})
"""Words, in lower case, of a script that has not ended. Source: ExecutionState of the instance view."""


@dataclass(frozen=True, slots=True)
class ScriptEnd:
    """How a script ended. `exit_code` is None where Azure does not tell one; `output` is bounded, without secrets."""

    state: str
    exit_code: int | None
    output: str

    @property
    def is_good(self) -> bool:
        """Whether it ran to its end and ended with 0."""
        return self.state.lower() == "succeeded" and self.exit_code == 0


async def run_script(azure: Azure, vm: VirtualMachine, name: str, script: str, seconds: float) -> ScriptEnd | None:
    """Begin the script of this name in the VM, or ask how it went; None while it runs.

    Source: Virtual Machine Run Commands - Create Or Update; Get By Virtual Machine, `$expand=instanceView`.

    Raises:
        Rejected: the VM takes none, for it does not run or its agent is silent.
    """
    id_ = f"{vm.id}/runCommands/{name}"
    body = await read(azure, id_, expand="instanceView")
    if body is None:
        about = {
            "source": {"script": script},
            "asyncExecution": True,
            "timeoutInSeconds": max(1, round(min(seconds, LONGEST_SECONDS))),
        }
        await put(azure, id_, {"location": vm.location, "properties": about})
        return None
    view = section(body, "properties", "instanceView")
    state = text(view, "executionState")
    if state.lower() in _RUNNING:
        failed = text(body, "properties", "provisioningState").lower() in ("failed", "canceled")
        return ScriptEnd("Failed", None, "") if failed else None
    said = "\n".join(one for name in ("output", "error") if (one := text(view, name).strip()))
    return ScriptEnd(state, number(view, "exitCode"), script_output(said))
