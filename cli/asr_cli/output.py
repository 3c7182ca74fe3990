"""The four forms of an answer: a table for people, and JSON, TSV and YAML for programs."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum

from rich.text import Text

from asr_cli.api import Listing
from asr_cli.screen import Screen
from asr_cli.table import Column, table_lines
from asr_cli.wire import Json
from asr_cli.words import plain
from asr_cli.yaml_text import yaml_item, yaml_lines, yaml_scalar

type Lines = Iterable[str | Text]


class Format(StrEnum):
    """What `-o` takes."""

    TABLE = "table"
    JSON = "json"
    TSV = "tsv"
    YAML = "yaml"


class Output:
    """Prints answers in the chosen form. JSON is the API's own; of a list that has pages it is one list."""

    def __init__(self, screen: Screen, form: Format) -> None:
        self.screen = screen
        self.form = form

    def document(
        self, told: Json, lines: Callable[[], Lines], columns: Sequence[Column] = (), entries: Iterable[Json] = ()
    ) -> None:
        """One answer; `columns` and `entries` are its rows as TSV, without a heading."""
        match self.form:
            case Format.JSON:
                self._print([json.dumps(told, indent=2)])
            case Format.YAML:
                self._print(yaml_lines(told))
            case Format.TSV:
                self._print(_tsv(columns, entries))
            case Format.TABLE:
                self._print(self.screen.folded(lines()))

    def listing(self, listing: Listing, columns: Sequence[Column], nothing: str) -> int:
        """A list, entry by entry as it is read; the number of its entries. `nothing` is said where it has none."""
        count = 0

        def counting() -> Iterator[Json]:
            nonlocal count
            for entry in listing.entries:
                count += 1
                yield entry

        match self.form:
            case Format.JSON:
                self._print(_json_list(listing, counting()))
            case Format.YAML:
                self._print(_yaml_list(listing, counting()))
            case Format.TSV:
                self._print(_tsv(columns, counting()))
            case Format.TABLE:
                lines = table_lines(columns, counting(), self.screen.width)
                heading = next(lines)
                first = next(lines, None)
                if first is None:
                    self.screen.say(nothing)
                else:
                    self._print([heading, first])
                    self._print(lines)
        return count

    def text(self, lines: Lines) -> None:
        """Lines for people, whatever form was chosen."""
        self._print(self.screen.folded(lines))

    def _print(self, lines: Lines) -> None:
        for line in lines:
            self.screen.write(line)
            if self.screen.gone:
                return
        self.screen.flush()


def _tsv(columns: Sequence[Column], entries: Iterable[Json]) -> Iterator[str]:
    for entry in entries:
        yield "\t".join(plain(column.cell(entry)) for column in columns)


def _json_list(listing: Listing, entries: Iterator[Json]) -> Iterator[str]:
    yield "{"
    for name, value in listing.head.items():
        yield f"  {json.dumps(name)}: {_indented(value, '  ')},"
    yield f'  "continuation": null,\n  {json.dumps(listing.name)}: ['
    previous: str | None = None
    for entry in entries:
        if previous is not None:
            yield f"{previous},"
        previous = f"    {_indented(entry, '    ')}"
    yield f"{previous}\n  ]\n}}" if previous is not None else "  ]\n}"


def _indented(value: object, indent: str) -> str:
    return json.dumps(value, indent=2).replace("\n", f"\n{indent}")


def _yaml_list(listing: Listing, entries: Iterator[Json]) -> Iterator[str]:
    yield from yaml_lines(listing.head) if listing.head else ()
    yield "continuation: null"
    first = next(entries, None)
    if first is None:
        yield f"{yaml_scalar(listing.name)}: []"
        return
    yield f"{yaml_scalar(listing.name)}:"
    yield from yaml_item(first, "  ")
    for entry in entries:
        yield from yaml_item(entry, "  ")
