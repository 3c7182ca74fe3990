"""`asr health`, `asr summary` and `asr config`: the app, its fleet in figures, and how this command reaches it."""

import os
from collections.abc import Iterator

from rich.text import Text

from asr_cli.columns import colour_of
from asr_cli.exits import CliError, ExitCode
from asr_cli.profiles import config_path, read_profiles
from asr_cli.session import Session
from asr_cli.table import Column
from asr_cli.wire import Json
from asr_cli.words import plain

_CHECKS = (
    Column("CHECK", lambda one: one.get("name")),
    Column("STATUS", lambda one: one.get("status"), style=colour_of),
    Column("DETAIL", lambda one: one.get("detail")),
)
_NAMED = (Column("NAME", lambda one: one.get("name")), Column("VALUE", lambda one: one.get("value")))


def health(session: Session) -> ExitCode:
    """Whether the app can do its work, check by check."""
    told = session.api.health()
    checks = [one for one in told.get("checks") or () if isinstance(one, dict)]

    def lines() -> Iterator[Text]:
        status = plain(told.get("status"))
        yield Text.assemble(
            (status, colour_of(status)), f"  {session.api.address}, version {plain(told.get('version'))}"
        )
        for one in checks:
            state = plain(one.get("status"))
            yield Text.assemble(
                f"  {plain(one.get('name')):<12}", (f"{state:<10}", colour_of(state)), plain(one.get("detail"))
            )

    session.out.document(told, lines, _CHECKS, checks)
    return ExitCode.FAILED if told.get("status") == "unhealthy" else ExitCode.OK


def config(session: Session) -> ExitCode:
    """Which app is spoken to, where its key is from, and which profiles there are. A key is never shown."""
    profiles, default = read_profiles()
    told: Json = {"file": str(config_path(os.environ)), "default": default, "profiles": sorted(profiles)}
    code = ExitCode.OK
    try:
        signed_in = session.signed_in
        told |= {"url": signed_in.url, "keyFrom": signed_in.key_from, "audience": signed_in.audience}
        told |= {"profile": signed_in.profile, "problem": None}
    except CliError as error:
        told |= {
            **dict.fromkeys(("url", "keyFrom", "audience", "profile")),
            "problem": f"{error.sentence} {error.hint}".strip(),
        }
        code = error.code
    rows = [
        {"name": name, "value": ", ".join(value) if isinstance(value, list) else value} for name, value in told.items()
    ]

    def lines() -> Iterator[str]:
        for row in rows:
            yield f"{row['name']:<10} {plain(row['value']) or '-'}"

    session.out.document(told, lines, _NAMED, rows)
    return code
