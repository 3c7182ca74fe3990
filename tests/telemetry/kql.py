"""Runs Kusto queries on what the exporter of Application Insights has sent, in the tables that it makes of that.

The engine is `duckdb-kql`, whose answers its makers hold against the real one.
Source of the tables: https://learn.microsoft.com/azure/azure-monitor/app/data-model-complete
"""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb_kql

from tests.infra.bicep import Program
from tests.repo.tree import ROOT

INFRA = ROOT / "infra"

_TABLES = {
    "customMetrics": "timestamp TIMESTAMPTZ, name VARCHAR, value DOUBLE, valueCount BIGINT, valueSum DOUBLE, "
    "valueMin DOUBLE, valueMax DOUBLE, customDimensions JSON, cloud_RoleName VARCHAR",
    "dependencies": "timestamp TIMESTAMPTZ, id VARCHAR, name VARCHAR, type VARCHAR, success BOOLEAN, "
    "resultCode VARCHAR, operation_Id VARCHAR, operation_ParentId VARCHAR, customDimensions JSON",
    "traces": "timestamp TIMESTAMPTZ, message VARCHAR, severityLevel BIGINT, operation_Id VARCHAR, "
    "customDimensions JSON",
}

_SEVERITIES = ("Verbose", "Information", "Warning", "Error", "Critical")

_NAMED = re.compile(r"'(asr\.[a-z_.]+)'")


class Tables:
    """The tables of a component of Application Insights."""

    def __init__(self) -> None:
        """Empty ones."""
        self._database = duckdb_kql.connect()
        for name, columns in _TABLES.items():
            self._database.sql(f"CREATE TABLE {name} ({columns})")

    def ask(self, query: str) -> list[dict[str, Any]]:
        """The rows of a query's answer."""
        found: Any = duckdb_kql.query(self._database, query)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    def tell(self, name: str, value: float, minutes_ago: float = 0, **attributes: str) -> None:
        """One value of a metric; an underscore of an attribute's name stands for a dot."""
        at = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        about = {key.replace("_", "."): text for key, text in attributes.items()}
        self._add("customMetrics", at, name, value, 1, value, value, value, json.dumps(about), "app")

    def take(self, envelopes: Iterable[Mapping[str, Any]]) -> None:
        """What an exporter has sent."""
        for one in envelopes:
            at, tags, base = one["time"], one.get("tags", {}), one["data"]["baseData"]
            about = json.dumps(base.get("properties") or {})
            operation = tags.get("ai.operation.id")
            match one["data"]["baseType"]:
                case "MetricData":
                    (metric,) = base["metrics"]
                    value, count = metric["value"], metric.get("count") or 1
                    least, most = (
                        metric.get(name) if metric.get(name) is not None else value for name in ("min", "max")
                    )
                    role = tags.get("ai.cloud.role")
                    self._add("customMetrics", at, metric["name"], value, count, value, least, most, about, role)
                case "RemoteDependencyData":
                    told = (base["id"], base["name"], base.get("type"), base["success"], base.get("resultCode"))
                    parent = tags.get("ai.operation.parentId")
                    self._add("dependencies", at, *told, operation, parent, about)
                case "MessageData":
                    told_level = base["severityLevel"]
                    level = _SEVERITIES.index(told_level) if isinstance(told_level, str) else told_level
                    self._add("traces", at, base["message"], level, operation, about)

    def _add(self, table: str, *values: object) -> None:
        self._database.execute(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in values)})", list(values))  # noqa: S608 - our own names


def monitoring() -> Program:
    """The template of the alerts, with the parameters of a deployment that says nothing of them."""
    return Program(INFRA / "monitoring.bicep", lambda _: True, {"sweepLateSeconds": 1800, "sweepWindow": "PT1H"})


def alerts() -> dict[str, dict[str, Any]]:
    """What the template makes an alert of, by name: query, measure, dimensions, limit, window."""
    found: Any = monitoring().value("alerts")
    return {one["name"]: one for one in found}


def workbook() -> dict[str, str]:
    """The workbook's queries by their items' names, with the grain that a time range of an hour has."""
    document = json.loads(Path(INFRA / "workbook.json").read_text(encoding="utf-8"))
    items = {one["name"]: one["content"]["query"] for one in document["items"] if one["type"] == 3}
    return {name: query.replace("{TimeRange:grain}", "1m") for name, query in items.items()}


def names_in(query: str) -> set[str]:
    """The metrics and attributes that a query names."""
    return set(_NAMED.findall(query))
