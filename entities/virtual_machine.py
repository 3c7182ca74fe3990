"""One entity per VM: single flight, the burst flag, the run counter, the index of runs, the last outcome."""

from azure.durable_functions import Blueprint
from durabletask.entities import DurableEntity

from asr.codec import decode, encode
from asr.planning import lifecycle as runs
from asr.planning.lifecycle import Look, Start, Watch

bp = Blueprint()


class VirtualMachine(DurableEntity):
    """`VirtualMachine@<vm key>`. Operations: look, finished, given_up. The rules are in `asr.planning.lifecycle`."""

    def look(self, look: dict) -> None:
        """Ask for a run; see `asr.planning.lifecycle.asked`."""
        asked = decode(Look, look)
        self._keep(*runs.asked(self._watch(asked.vm_id), asked, self._vm_key))

    def finished(self, report: dict) -> None:
        """A run reports `{"run", "vm_id", "outcome"}`."""
        self._keep(*runs.finished(self._watch(report["vm_id"]), report["run"], report["outcome"], self._vm_key))

    def given_up(self, report: dict) -> None:
        """The run `{"run", "vm_id"}` was found ended although it never reported."""
        self._keep(*runs.given_up(self._watch(report["vm_id"]), report["run"], self._vm_key))

    @property
    def _vm_key(self) -> str:
        return self.entity_context.entity_id.key

    def _watch(self, vm_id: str) -> Watch:
        state = self.get_state(dict)
        return decode(Watch, state) if state else Watch(vm_id)

    def _keep(self, watch: Watch, start: Start | None) -> None:
        """A VM that nobody ever asked about leaves no trace: the sweep may mention it to its entity all the same."""
        if watch != Watch(watch.vm_id):
            self.set_state(encode(watch))
        if start is not None:
            request = {
                "vm_id": watch.vm_id,
                "vm_key": self._vm_key,
                "cause": start.look.cause,
                "pacing": start.look.pacing,
                "choices": encode(start.look.choices) if start.look.choices else None,
            }
            self.schedule_new_orchestration("protect_vm", input=request, instance_id=start.run)


bp.entity_trigger(context_name="context", entity_name="VirtualMachine")(VirtualMachine)
