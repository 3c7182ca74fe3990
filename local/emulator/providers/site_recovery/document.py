"""Writes the generated parts of docs/emulator-site-recovery.md when it is run as a module.

A generated part stands between `<!-- name -->` and `<!-- end -->`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from local.emulator.providers.site_recovery.bodies.health_errors import CONDITIONS
from local.emulator.providers.site_recovery.failures import FAILURES
from local.emulator.providers.site_recovery.scenarios import DURATIONS, INITIAL_REPLICATION, SCENARIOS
from local.emulator.providers.site_recovery.stages import STAGES
from local.emulator.providers.site_recovery.switches import PREFIX, SWITCHES

DOCUMENT = Path(__file__).parents[4] / "docs" / "emulator-site-recovery.md"


def _table(head: str, rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, "|" + " --- |" * (head.count("|") - 1), *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n" + "\n".join(lines) + "\n"


def _replication() -> str:
    duration = DURATIONS[INITIAL_REPLICATION]
    return f"{duration.instant:g} s (instant), {duration.fast:g} s (fast), {duration.real:g} s (real)"


def _stages() -> str:
    rows = [
        (
            f"{stage.after:.2f}",
            stage.protection[0],
            stage.vm_protection[0],
            stage.disk_state,
            "" if stage.percentage is None else str(stage.percentage),
        )
        for stage in STAGES
    ]
    return _table("| from | protectionState | vmProtectionState | diskState | percentage |", rows)


def _switches() -> str:
    rows = [
        (f"`{PREFIX}{switch.name}`", ", ".join(f"`{choice}`" for choice in switch.choices), switch.question)
        for switch in SWITCHES.values()
    ]
    return _table("| switch | choices | question |", rows)


def _failures() -> str:
    rows = [
        (failure.condition, f"`{failure.code}`", re.sub(r"\{(\w+)\}", r"*\1*", failure.possible_causes))
        for failure in FAILURES.values()
    ]
    return _table("| condition | code | when |", rows)


def _scenarios() -> str:
    return ", ".join(sorted(f"`{scenario.name}`" for scenario in SCENARIOS.values() if not scenario.recorded))


def _conditions() -> str:
    rows = [
        (one.name, f"`{one.code}`", one.level, one.category, one.message.replace("{machine}", "*machine*"))
        for one in CONDITIONS.values()
    ]
    return _table("| condition | code | level | category | message |", rows)


def _operations() -> str:
    return ", ".join(f"`{key}`" for key in SCENARIOS)


FILLINGS: Mapping[str, Callable[[], str]] = {
    "replication": _replication,
    "stages": _stages,
    "switches": _switches,
    "failures": _failures,
    "scenarios": _scenarios,
    "conditions": _conditions,
    "operations": _operations,
}
"""Name of a generated part -> what writes it."""


def filled(text: str) -> str:
    """Return `text` with every generated part as the code says it now."""
    for name, write in FILLINGS.items():
        part = re.compile(rf"<!-- {name} -->.*?<!-- end -->", re.DOTALL)
        text = part.sub(f"<!-- {name} -->{write()}<!-- end -->", text)
    return text


if __name__ == "__main__":
    DOCUMENT.write_text(filled(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
