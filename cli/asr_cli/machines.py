"""Which machines a command is about: named, or all that a group, a region or a tag has in common."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Annotated

import typer

from asr_cli.api import Api
from asr_cli.exits import CliError, ExitCode
from asr_cli.problems import Problem
from asr_cli.wire import Json

MOST = 100
"""Machines of one request; more go in several."""

_WHICH = "Which machines"

MachinesArgument = Annotated[
    list[str] | None,
    typer.Argument(metavar="[VM]...", help="Names or ids; - reads them from standard input.", show_default=False),
]
MachineArgument = Annotated[str, typer.Argument(metavar="VM", help="A machine's name or id.")]
GroupOption = Annotated[
    str | None,
    typer.Option(
        "-g", "--group", help="All of a resource group; with names: theirs.", rich_help_panel=_WHICH, show_default=False
    ),
]
OneGroupOption = Annotated[
    str | None,
    typer.Option("-g", "--group", help="Its resource group, where its name is not unique.", show_default=False),
]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="All in a region.", rich_help_panel=_WHICH, show_default=False)
]
TagOption = Annotated[
    str | None,
    typer.Option("--tag", help="All that carry a tag: NAME or NAME=VALUE.", rich_help_panel=_WHICH, show_default=False),
]
AllOption = Annotated[bool, typer.Option("--all", help="All that the app watches.", rich_help_panel=_WHICH)]
YesOption = Annotated[bool, typer.Option("-y", "--yes", help="Do it without asking.")]


@dataclass(frozen=True, slots=True)
class Selection:
    """Some machines. Either they are named, or they have something in common; `words` says it for people."""

    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    group: str | None = None
    scope: Json = field(default_factory=dict)
    everything: bool = False

    @property
    def is_scope(self) -> bool:
        """Whether nobody has named each machine, so that their number has to be shown first."""
        return not self.names and not self.ids

    @property
    def words(self) -> str:
        """What was asked for."""
        if self.everything:
            return "all machines"
        parts = {"resourceGroup": "group", "location": "region", "tag": "tag"}
        return ", ".join(f"{parts[name]} {value}" for name, value in self.scope.items()) or "the named machines"

    def bodies(self, api: Api) -> Iterator[Json]:
        """The part of a request's body that names them, once for every hundred."""
        if self.everything:
            yield from _in_parts(
                "vmIds", [str(one["vmId"]) for one in api.pages("protectable", "machines", page=MOST).entries]
            )
        elif self.scope:
            yield {"scope": self.scope}
        elif self.ids:
            yield from _in_parts("vmIds", self.ids)
        else:
            where = {"resourceGroup": self.group} if self.group else {}
            for part in _in_parts("names", self.names):
                yield part | where

    def each(self, api: Api, send: Callable[[Json], Json]) -> Iterator[Json]:
        """The answers to a request for all of them, sent once for every hundred. Of a scope with more than a request
        takes, the app tells the ids.

        Raises:
            CliError: one is no success.
        """
        bodies = self.bodies(api)
        if self.scope:
            try:
                yield send({"scope": self.scope})
            except Problem as error:
                if error.problem != "ScopeTooLarge":
                    raise
                bodies = _in_parts("vmIds", [str(one) for one in error.told.get("vmIds") or ()])
            else:
                return
        for body in bodies:
            yield send(body)


def select(
    machines: list[str] | None, group: str | None, region: str | None, tag: str | None, *, everything: bool = False
) -> Selection:
    """What the arguments and options choose.

    Raises:
        CliError: nothing, or two things that exclude each other.
    """
    named = _named(machines)
    if named:
        if region or tag or everything:
            raise CliError("Name machines, or say what they have in common; not both.", ExitCode.USAGE)
        ids = tuple(one for one in named if one.startswith("/"))
        if ids and len(ids) < len(named):
            raise CliError("Give names, or ids; not both.", ExitCode.USAGE)
        if ids and group:
            raise CliError("An id has its group in it; leave -g out.", ExitCode.USAGE)
        return Selection(() if ids else named, ids, group)
    given = {"resourceGroup": group, "location": region, "tag": tag}
    scope: Json = {name: value for name, value in given.items() if value}
    if everything and scope:
        raise CliError("--all and a narrower scope exclude each other.", ExitCode.USAGE)
    if not everything and not scope:
        raise CliError("Which machines?", ExitCode.USAGE, "Name them, or give --group, --region, --tag or --all")
    return Selection(scope=scope, everything=everything)


def one_machine(name: str, group: str | None) -> Json:
    """The query that names one machine."""
    if name.startswith("/"):
        return {"vmId": name}
    return {"name": name, "resourceGroup": group}


def _named(machines: list[str] | None) -> tuple[str, ...]:
    if machines == ["-"]:
        found = tuple(line.split("\t")[0].strip() for line in sys.stdin)
        found = tuple(one for one in found if one)
        if not found:
            raise CliError("Standard input names no machine.", ExitCode.USAGE)
        return found
    return tuple(dict.fromkeys(machines or ()))


def _in_parts(name: str, values: list[str] | tuple[str, ...]) -> Iterator[Json]:
    for start in range(0, len(values), MOST):
        yield {name: list(values[start : start + MOST])}
