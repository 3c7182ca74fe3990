"""The real service answers from an index that lags behind what is there: a switch brings that out.

`resource_graph_lag`: `none`, or `half_a_minute`: queries are answered from an index that is made anew when it is half a
minute old, so what was made, changed or deleted since shows late.
"""

from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.providers.resource_graph.rows import Row

LAG = "resource_graph_lag"
SWITCHES: Mapping[str, tuple[str, ...]] = {LAG: ("none", "half_a_minute")}
AGE = timedelta(seconds=30)


@dataclass(slots=True)
class _Index:
    made: datetime
    rows: list[tuple[ResourceId, Row]] = field(default_factory=list)


_indexes: WeakKeyDictionary[Cloud, _Index] = WeakKeyDictionary()


def indexed(cloud: Cloud, read: Callable[[], Iterable[tuple[ResourceId, Row]]]) -> Iterable[tuple[ResourceId, Row]]:
    """Return what `read` gives: now, or when the index was made."""
    if cloud.switch(LAG) == "none":
        _indexes.pop(cloud, None)
        return read()
    index, now = _indexes.get(cloud), cloud.clock.now()
    if index is None or now - index.made >= AGE:
        index = _indexes[cloud] = _Index(now)
        for id_, row in read():
            index.rows.append((id_, {name: deepcopy(row.get(name)) for name in row}))
    return index.rows
