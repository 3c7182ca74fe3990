"""Counting and measuring. An attribute has a bounded number of values, whatever it is told."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from opentelemetry import metrics

from asr.telemetry.names import SCOPE, Kind, Metric

OTHER = "other"
"""Told in place of a value beyond the bound, or that is no word."""

_WORD = re.compile(r"[\w.:/-]{1,100}")
"""What a value may be. Codes come from Azure, too: what is no word is not told, whatever it holds."""

_seen: dict[tuple[str, str], set[str]] = {}


def tell(metric: Metric, value: float = 1, attributes: Mapping[str, object] | None = None) -> None:
    """Add to a counter, or record a value of any other metric. Costs next to nothing where nobody listens.

    Attributes that the catalogue does not name for the metric are left out.
    """
    given = attributes or {}
    told = {name: _bounded(metric, name, given[name]) for name in metric.attributes if name in given}
    instrument = _instrument(metric)
    match metric.kind:
        case Kind.COUNTER:
            instrument.add(value, told)
        case Kind.HISTOGRAM:
            instrument.record(value, told)
        case Kind.GAUGE:
            instrument.set(value, told)


def word(value: object) -> str:
    """The value, if it is a word."""
    text = str(value)
    return text if _WORD.fullmatch(text) else OTHER


def _bounded(metric: Metric, name: str, value: object) -> str:
    text = word(value)
    known = _seen.setdefault((metric.name, name), set())
    if text in known:
        return text
    if len(known) >= metric.most:
        return OTHER
    known.add(text)
    return text


@cache
def _instrument(metric: Metric) -> Any:
    """One of the API's own; it passes values on as soon as there is a provider, and drops them until then."""
    meter = metrics.get_meter(SCOPE)
    create: Any = {
        Kind.COUNTER: meter.create_counter,
        Kind.HISTOGRAM: meter.create_histogram,
        Kind.GAUGE: meter.create_gauge,
    }[metric.kind]
    return create(metric.name, unit=metric.unit, description=metric.meaning)
