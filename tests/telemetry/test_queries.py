"""Alerts fire at what they are for, and are silent else; queries name what there is."""

from pathlib import Path

import pytest

from asr.telemetry.names import ATTRIBUTES, METRICS
from tests.telemetry.kql import INFRA, Tables, alerts, monitoring, names_in, workbook

SWEPT = ("asr.sweep.age", 60)


def fires(name: str, tables: Tables) -> list[str]:
    """The values of its dimension for which the alert fires, or `True`; what one evaluation sees."""
    alert = alerts()[name]
    rows, column, split = tables.ask(alert["query"]), alert["measure"], alert["dimensions"]
    assert all(set(row) == {column, *split} for row in rows)
    above = [row for row in rows if row[column] is not None and row[column] > alert["above"]]
    return sorted(str(row[split[0]]) if split else "True" for row in above)


CASES = [
    ("sweep-late", [SWEPT], []),
    ("sweep-late", [("asr.sweep.age", 1900)], ["True"]),
    ("sweep-late", [("asr.sweep.age", 4000, 20), SWEPT], []),
    ("sweep-late", [], ["True"]),
    ("runs-failed", [("asr.runs", 3, 0, {"asr_outcome": "refused", "asr_kind": "converge"})], []),
    ("runs-failed", [("asr.runs", 1, 0, {"asr_outcome": "failed", "asr_kind": "drill"})], ["drill"]),
    ("machines-unwell", [("asr.machines", 9, 0, {"asr_state": "refused"})], []),
    (
        "machines-unwell",
        [("asr.machines", 1, 0, {"asr_state": "orphaned"}), ("asr.machines", 2, 0, {"asr_state": "unhealthy"})],
        ["orphaned", "unhealthy"],
    ),
    (
        "machines-unwell",
        [("asr.machines", 1, 20, {"asr_state": "orphaned"}), ("asr.machines", 0, 5, {"asr_state": "orphaned"})],
        [],
    ),
    ("rpo-breached", [("asr.objectives", 4, 0, {"asr_objective": "met"})], []),
    ("rpo-breached", [("asr.objectives", 1, 0, {"asr_objective": "breached"})], ["True"]),
    (
        "rpo-breached",
        [
            ("asr.objectives", 1, 20, {"asr_objective": "breached"}),
            ("asr.objectives", 0, 5, {"asr_objective": "breached"}),
        ],
        [],
    ),
    ("events-undelivered", [("asr.events.undelivered", 2)], ["True"]),
    ("events-undelivered", [("asr.events.undelivered", 2, 20), ("asr.events.undelivered", 0, 5)], []),
    ("events-undelivered", [], []),
    ("unread", [("asr.unread", 1, 0, {"asr_kind": "vault"}), ("asr.unread", 0, 0, {"asr_kind": "vm"})], ["vault"]),
    ("health", [("asr.health", 1, 0, {"asr_check": "store"}), ("asr.health", 0, 0, {"asr_check": "azure"})], ["store"]),
    ("health", [("asr.health", 2, 20, {"asr_check": "azure"}), ("asr.health", 0, 5, {"asr_check": "azure"})], []),
]


@pytest.mark.parametrize(("name", "told", "expected"), CASES)
def test_an_alert_fires_at_what_it_is_for(name: str, told: list[tuple], expected: list[str]) -> None:
    """By what was told last where it is a state, by what was added up where it counts."""
    tables = Tables()
    for metric, value, *rest in told:
        ago, attributes = (*rest, 0, {})[:2] if len(rest) < 2 else rest
        tables.tell(metric, value, ago, **(attributes if isinstance(attributes, dict) else {}))

    assert fires(name, tables) == expected


def test_every_alert_has_its_query_and_its_cases() -> None:
    """A file that no rule reads, or a rule that nobody tried, is found."""
    files = {path.stem for path in Path(INFRA / "alerts").glob("*.kql")}

    assert files == set(alerts()) == {name for name, _, _ in CASES}


def test_a_rule_is_made_of_its_row() -> None:
    """The template's loop puts each column where Azure wants it."""
    first = next(iter(alerts().values()))
    rule = next(one.body for one in monitoring().instances() if one.symbol == "rules")["properties"]
    (criterion,) = rule["criteria"]["allOf"]

    assert (criterion["query"], criterion["metricMeasureColumn"]) == (first["query"], first["measure"])
    assert (criterion["operator"], criterion["threshold"]) == ("GreaterThan", first["above"])
    assert (rule["windowSize"], rule["severity"]) == (first["window"], first["severity"])
    assert {one["window"] for one in alerts().values()} == {"PT30M", "PT1H"}


def test_queries_name_only_what_the_catalogue_has() -> None:
    """Every metric of the catalogue is on the workbook, and nothing that is told by nobody."""
    queries = [*workbook().values(), *(one["query"] for one in alerts().values())]
    named = set().union(*map(names_in, queries))

    assert named <= {one.name for one in METRICS} | set(ATTRIBUTES) | {"asr.logger"}
    assert {one.name for one in METRICS} <= named
