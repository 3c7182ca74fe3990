"""Rows whose values are computed when they are asked for: a page of a large table costs its own rows only."""

from collections.abc import Callable, Iterator, Mapping

from local.emulator.providers.resource_graph.values import Value

type Row = Mapping[str, Value]


class ComputedRow[S](Mapping[str, Value]):
    """A row of named columns; each value is computed from the row's source once, by `compute(source, name)`."""

    __slots__ = ("_columns", "_compute", "_source", "_values")

    def __init__(self, columns: tuple[str, ...], compute: Callable[[S, str], Value], source: S) -> None:
        self._columns = columns
        self._compute = compute
        self._source = source
        self._values: dict[str, Value] | None = None  # most rows of a large table are never shown

    def __getitem__(self, name: str) -> Value:
        if self._values is None:
            self._values = {}
        if name not in self._values:
            if name not in self._columns:
                raise KeyError(name)
            self._values[name] = self._compute(self._source, name)
        return self._values[name]

    def get(self, name: str, default: Value = None) -> Value:
        """Return a value, or `default` when there is no such column."""
        return self[name] if name in self._columns else default

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)
