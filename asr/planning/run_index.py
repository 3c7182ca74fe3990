"""The index of a VM's runs: a line for each, and one line for converging runs in a row that ended equally. Pure."""

from dataclasses import replace

from asr.model.run import KINDS, Choices, RunEntry, RunRequest, VmState

KEPT_RUNS = 20
"""Entries of the index of runs; the durable instances themselves stay until they are purged."""

_LONGEST_SHOWN = 64
_MOST_SHOWN = 16


def codes_of(outcome: dict[str, object]) -> tuple[str, ...]:
    """The codes of an outcome's reasons, each once, in order."""
    reasons = outcome.get("reasons")
    found = [str(one["code"]) for one in reasons if isinstance(one, dict)] if isinstance(reasons, list | tuple) else []
    return tuple(dict.fromkeys(found))


def active_entry(state: VmState) -> RunEntry | None:
    """The line of the run that is under way, if one is."""
    run = state.active.run if state.active else None
    return next((entry for entry in state.runs if entry.run == run), None)


def kind_of(state: VmState, run: str) -> str | None:
    """The kind of one of the latest runs; None of one that the index has let go."""
    return next((entry.kind for entry in state.runs if entry.run == run), None)


def entry_of(run: str, request: RunRequest, at: str) -> RunEntry:
    """The line of the index for a run that begins now. Long choices are cut: the run's own input has them in full."""
    return RunEntry(
        run=run,
        kind=request.kind,
        cause=request.cause,
        requested_by=request.requested_by,
        first=at,
        last=at,
        request_id=request.request_id if KINDS[request.kind].is_command else None,
        event=request.event,
        choices=_shown(request.choices),
        plan_hash=request.plan_hash,
    )


def folded(runs: tuple[RunEntry, ...]) -> tuple[RunEntry, ...]:
    """The last two entries become one if both are converging runs of one cause that ended equally."""
    if len(runs) < 2 or _sameness(runs[-2]) != _sameness(runs[-1]):
        return runs
    *older, before, latest = runs
    return (*older, replace(latest, count=before.count + latest.count, first=before.first))


def _sameness(entry: RunEntry) -> tuple[object, ...]:
    """What two entries have in common that may be one; a command has its own request id."""
    who = entry.requested_by
    return entry.kind, entry.cause, who, entry.choices, entry.state, entry.codes, entry.request_id


def _shown(choices: Choices | None) -> Choices | None:
    if choices is None:
        return None
    few = list(choices.overrides.items())[:_MOST_SHOWN]
    cut = {name[:_LONGEST_SHOWN]: value[:_LONGEST_SHOWN] for name, value in few}
    return replace(choices, overrides=cut)
