"""One entity per VM: single flight, the dirty flag, the queue of commands, the index of runs, the last outcome."""

import json
import logging
from datetime import datetime

from durabletask.entities import DurableEntity

from asr.codec import decode, encode_compact
from asr.model.outcome import State
from asr.model.run import RECIPE_VERSION, RunRequest, VmState
from asr.planning import lifecycle
from asr.planning.lifecycle import Start
from asr.planning.outcomes import superseded, unreported
from asr.planning.run_index import codes_of, kind_of
from asr.planning.run_news import news_of_run
from asr.telemetry.names import KIND, OUTCOME, REASON, REFUSALS, RUN_DURATION, RUNS
from asr.telemetry.signals import tell

_LOG = logging.getLogger(__name__)


class VirtualMachine(DurableEntity):
    """`VirtualMachine@<vm key>`. Operations: ask, begin, finish, abandon. The rules are in `asr.planning.lifecycle`.

    Each outcome is logged as one line of JSON; see docs/runbook.md.
    """

    def ask(self, message: dict) -> None:
        """Ask for a run: `{"request": RunRequest, "ended"?: the active run, if it was found ended without a report}`.

        Whether a command was accepted is read from the state: see `asr.planning.lifecycle.place`.
        """
        request = decode(RunRequest, message["request"])
        if message.get("ended"):
            self.abandon({"run": message["ended"], "vm_id": request.vm_id, "at": request.at})
        self._keep(*lifecycle.asked(self._state(request.vm_id), request, self._vm_key))

    def begin(self, report: dict) -> bool:
        """The first step of run `{"run", "vm_id", "at"}`: whether it is the active one. If not, it has to end."""
        state, is_active = lifecycle.began(self._state(report["vm_id"]), report["run"])
        if is_active:
            self._keep(state, None)
        else:
            self._log(state, report, superseded())
        return is_active

    def finish(self, report: dict) -> dict | None:
        """A run reports `{"run", "vm_id", "at", "outcome"}`; what was before, if others are to be told of a change."""
        state = self._state(report["vm_id"])
        self._log(state, report, report["outcome"])
        self._keep(*lifecycle.finished(state, report["run"], report["outcome"], report["at"], self._vm_key))
        is_active = state.active is not None and state.active.run == report["run"]
        if not is_active:
            return None
        before = {**(state.last or {}), "item_id": state.item_id}
        return news_of_run(before, report["outcome"], kind_of(state, report["run"]))

    def abandon(self, report: dict) -> None:
        """The run `{"run", "vm_id", "at"}` was found ended although it never reported."""
        state = self._state(report["vm_id"])
        if state.active is not None and state.active.run == report["run"]:
            self._log(state, report, unreported(report["run"]))
        self._keep(*lifecycle.abandoned(state, report["run"], report["at"], self._vm_key))

    @property
    def _vm_key(self) -> str:
        return self.entity_context.entity_id.key

    def _state(self, vm_id: str) -> VmState:
        kept = self.get_state(dict)
        return decode(VmState, kept) if kept else VmState(vm_id)

    def _keep(self, state: VmState, start: Start | None) -> None:
        """A VM that nobody asks about leaves no trace: its state is deleted, or never kept."""
        if not lifecycle.is_forgettable(state):
            self.set_state(encode_compact(state))
        elif self.get_state(dict) is not None:
            self.set_state(None)
        if start is not None:
            request = {"version": RECIPE_VERSION, "vm_key": self._vm_key, **encode_compact(start.request)}
            self.schedule_new_orchestration(start.orchestrator, input=request, instance_id=start.run)

    def _log(self, state: VmState, report: dict, outcome: dict) -> None:
        """Nothing but names, codes and times: no text of Azure's or of a caller's. Counted beside."""
        active = state.active if state.active and state.active.run == report["run"] else None
        seconds = datetime.fromisoformat(report["at"]) - datetime.fromisoformat(active.at) if active else None
        line = {
            "outcome": outcome["state"],
            "vm": report["vm_id"],
            "run": report["run"],
            "kind": kind_of(state, report["run"]),
            "codes": codes_of(outcome),
            "seconds": round(seconds.total_seconds(), 3) if seconds is not None else None,
        }
        _LOG.info(json.dumps(line))
        about = {KIND: line["kind"] or "unknown", OUTCOME: line["outcome"]}
        tell(RUNS, 1, about)
        if seconds is not None:
            tell(RUN_DURATION, seconds.total_seconds(), about)
        if outcome["state"] in (State.REFUSED, State.FAILED):
            for code in codes_of(outcome):
                tell(REFUSALS, 1, {OUTCOME: outcome["state"], REASON: code})
