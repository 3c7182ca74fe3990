"""The trail of what was done: one record for each run of each VM, which outlives the task hub's history."""

from dataclasses import dataclass

from asr.model.run import RunEntry


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One run, or several equal ones in a row: who asked for what, by which plan, and how it ended.

    `entry.first` is when the run began, `entry.last` when it ended; `entry.state` is None while it is under way.
    """

    vm_id: str
    entry: RunEntry


@dataclass(frozen=True, slots=True)
class AuditProgress:
    """How far the trail goes: every run that began before this time is in it."""

    until: str


@dataclass(frozen=True, slots=True)
class UnreadLines:
    """A document of the trail of which some lines are none of its records: what it would tell is not told."""

    document: str
    lines: int
