"""What was measured, as tables for people: plain text that is Markdown as well."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from bench.burst import Burst
from bench.importing import Importing
from bench.sequential import Sequential
from bench.sweeping import Sweep

_WORTH_A_RATIO = 5.0
"""Seconds: a bound below says nothing about how long a burst takes."""


def bursts(measured: Sequence[Burst]) -> str:
    """One line for each burst."""
    head = (
        "VMs", "networks", "limits", "done", "wall s", "bound s", "wall / bound", "bound of reads s", "runs/s",
        "cores used",
        "reads/VM", "writes/VM",
        "queries", "429", "KB/VM", "history first", "further",
    )  # fmt: skip
    rows = [
        (
            one.machines,
            one.networks,
            "on" if one.throttling else "off",
            one.done,
            f"{one.seconds:.1f}",
            f"{one.bound_seconds:.1f}",
            f"{one.seconds / one.bound_seconds:.2f}" if one.bound_seconds > _WORTH_A_RATIO else "",
            f"{one.reads_bound_seconds:.1f}",
            f"{one.done / one.seconds:.1f}",
            f"{sum(one.cpu.values()) / one.seconds:.2f}",
            f"{one.reads / one.machines:.2f}",
            f"{one.writes / one.machines:.2f}",
            one.queries,
            f"{100 * one.throttled / max(one.requests, 1):.1f} %",
            f"{one.kilobytes / one.machines:.1f}",
            one.first_history,
            one.further_history,
        )
        for one in measured
    ]
    return table(head, rows)


def further(measured: Sequence[Burst]) -> str:
    """What each further VM costs, from one size to the next, without and with Azure's limits."""
    rows = []
    for throttling in (False, True):
        sizes = [one for one in measured if one.throttling is throttling and one.networks == 1]
        for less, more in pairwise(sizes):
            count = more.machines - less.machines
            rows.append(
                (
                    f"{less.machines} to {more.machines}",
                    "on" if throttling else "off",
                    f"{(more.reads - less.reads) / count:.2f}",
                    f"{(more.writes - less.writes) / count:.2f}",
                    f"{(more.kilobytes - less.kilobytes) / count:.1f}",
                )
            )
    return table(("further VM", "limits", "reads", "writes", "KB"), rows)


def parts(measured: Iterable[Burst]) -> str:
    """CPU and memory of the parts."""
    rows = [
        (
            one.machines,
            "on" if one.throttling else "off",
            *(f"{one.cpu.get(part, 0):.1f}" for part in ("worker", "host", "emulator")),
            f"{1000 * one.cpu.get('worker', 0) / one.machines:.0f}",
            *(f"{one.memory.get(part, 0):.0f}" for part in ("worker", "host", "emulator")),
        )
        for one in measured
    ]
    names = ("app", "host", "emulator")
    return table(
        ("VMs", "limits", *(f"{name} CPU s" for name in names), "app ms/VM", *(f"{name} MB" for name in names)), rows
    )


def sweeps(measured: Iterable[Sweep]) -> str:
    """One line for each sweep."""
    head = (
        "VMs", "protected", "first s", "seconds", "requests", "KB", "history bytes", "events", "app CPU s",
        "emulator CPU s", "app MB",
    )  # fmt: skip
    rows = [
        (
            one.machines,
            one.protected,
            f"{one.first_seconds:.2f}",
            f"{one.seconds:.2f}",
            one.requests,
            f"{one.kilobytes:.0f}",
            one.history,
            one.events,
            one.cpu["worker"],
            one.cpu["emulator"],
            one.worker_megabytes,
        )
        for one in measured
    ]
    return table(head, rows)


def answers(measured: Iterable[Sweep]) -> str:
    """Seconds for what is asked of the fleet after a sweep: the first time, and again."""
    swept = list(measured)
    head = ("VMs", *(one.what for one in swept[0].answers))
    rows = [(one.machines, *(f"{each.first:.2f}, {each.again:.2f}" for each in one.answers)) for one in swept]
    return table(head, rows)


def peers(measured: Iterable[Sequential]) -> str:
    """The script with the SDK alone."""
    rows = [
        (
            one.machines,
            "on" if one.throttling else "off",
            f"{one.seconds:.1f}",
            f"{one.machines / one.seconds:.1f}",
            f"{1000 * one.cpu_seconds / one.machines:.0f}",
            f"{(one.requests - one.writes) / one.machines:.2f}",
            f"{one.writes / one.machines:.2f}",
            f"{100 * one.throttled / one.requests:.1f} %",
            f"{one.kilobytes / one.machines:.1f}",
        )
        for one in measured
    ]
    return table(("VMs", "limits", "wall s", "VMs/s", "CPU ms/VM", "reads/VM", "writes/VM", "429", "KB/VM"), rows)


def imports(one: Importing) -> str:
    """The app against an empty one."""
    rows = [
        ("this app", f"{one.app_seconds:.2f}", f"{one.app_megabytes:.0f}"),
        ("an empty Durable app", f"{one.empty_seconds:.2f}", f"{one.empty_megabytes:.0f}"),
        ("ratio, median of the pairs", f"{one.ratio:.2f}", f"{one.app_megabytes / one.empty_megabytes:.2f}"),
    ]
    return table(("import and index", "CPU s", "MB"), rows)


def table(head: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A table whose columns are as wide as their longest entry."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[column]) for row in lines) for column in range(len(head))]
    shown = [
        "| " + " | ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in lines
    ]
    shown.insert(1, "|" + "|".join("-" * (width + 1) + ":" for width in widths) + "|")
    return "\n".join(shown)
