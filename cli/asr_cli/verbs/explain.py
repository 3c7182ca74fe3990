"""`asr explain`: what a reason code means, without asking the app."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Annotated

import typer
from rich.text import Text

from asr_cli.api import Listing
from asr_cli.exits import CliError, ExitCode
from asr_cli.folding import folded
from asr_cli.session import Session
from asr_cli.table import Column
from asr_cli.wire import Json
from asr_cli.words import did_you_mean, plain

_COLUMNS = (
    Column("CODE", lambda one: one["code"], weight=1, least=20),
    Column("KIND", lambda one: one["kind"]),
    Column("WHAT", lambda one: one["sentence"], below=True),
)
_CodeArgument = Annotated[str | None, typer.Argument(metavar="[CODE]", help="A reason code; without it, all of them.")]


def explain(session: Session, code: _CodeArgument = None) -> ExitCode:
    """What a reason code means, and what to do about it."""
    known: dict[str, Json] = {
        one["code"]: one for one in json.loads((files("asr_cli") / "reasons.json").read_text(encoding="utf-8"))
    }
    if code is None:
        session.out.listing(Listing("reasons", {"total": len(known)}, iter(known.values())), _COLUMNS, "")
        return ExitCode.OK
    found = next((one for name, one in known.items() if name.lower() == code.lower()), None)
    if found is None:
        hint = "Codes of Azure's own are told in Azure's words: asr why VM -o json"
        raise CliError(f"'{plain(code)}' is no code of ours.{did_you_mean(code, known)}", ExitCode.FAILED, hint)
    session.out.document(found, lambda: _lines(found, session.screen.width), _COLUMNS, [found])
    return ExitCode.OK


def _lines(known: Json, width: int | None) -> Iterator[Text]:
    yield Text.assemble((plain(known["code"]), "bold"), f"  {plain(known['kind']).replace('_', ' ')}")
    parts = {"what": "sentence", "fix": "fix", "run": "command", "source": "source"}
    for title, name in parts.items():
        if known.get(name):
            line = Text(f"  {title:<8}{plain(known[name])}", no_wrap=name in {"command", "source"})
            yield from folded(line, width, 10) if width else (line,)
