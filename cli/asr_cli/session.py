"""One call of the command: what every verb takes, the app that is spoken to, and where answers go."""

import inspect
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Concatenate

import typer

from asr_cli.api import Api
from asr_cli.exits import ExitCode
from asr_cli.out_file import into
from asr_cli.output import Format, Output
from asr_cli.screen import Screen
from asr_cli.sign_in import SignIn, sign_in

ANSWER_SECONDS = 240.0
"""How long an answer may take unless --timeout says otherwise: Azure's front end cuts off at 230."""

_APP = "Which app, and how it answers"

OutputOption = Annotated[
    Format, typer.Option("-o", "--output", help="table, json (the API's own), tsv, yaml.", rich_help_panel=_APP)
]
UrlOption = Annotated[
    str | None, typer.Option("--url", help="The app's address; or ASR_URL.", rich_help_panel=_APP, show_default=False)
]
KeyOption = Annotated[
    str | None,
    typer.Option(
        "--key",
        help="A function key, @FILE, or - for standard input; or ASR_KEY, which lists of processes do not show.",
        rich_help_panel=_APP,
        show_default=False,
    ),
]
ProfileOption = Annotated[
    str | None,
    typer.Option("--profile", help="An app of config.toml; or ASR_PROFILE.", rich_help_panel=_APP, show_default=False),
]
TimeoutOption = Annotated[
    float | None,
    typer.Option(
        "--timeout", min=0.1, help="Seconds, for an answer or for --wait.", rich_help_panel=_APP, show_default=False
    ),
]

OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write the answer into this file.",
        rich_help_panel=_APP,
        show_default=False,
    ),
]


COMMON = ("output", "url", "key", "profile_name", "timeout")
"""The options that a session is made of, by the names of their parameters."""


class Session:
    """What a verb works with."""

    def __init__(
        self, form: Format, url: str | None, key: str | None, profile: str | None, timeout: float | None
    ) -> None:
        self.screen = Screen()
        self.out = Output(self.screen, form)
        self.timeout = timeout
        self._given = (url, key, profile)

    @cached_property
    def signed_in(self) -> SignIn:
        """The app and the key.

        Raises:
            CliError: there is none.
        """
        return sign_in(*self._given)

    def close(self) -> None:
        """Close the connections that were made."""
        if "api" in vars(self):
            self.api.close()

    @cached_property
    def api(self) -> Api:
        """The app's API."""
        return Api(self.signed_in, min(self.timeout or ANSWER_SECONDS, ANSWER_SECONDS))


def verb[**P](function: Callable[Concatenate[Session, P], ExitCode]) -> Callable[..., None]:
    """A verb of the command: it takes the common options after its own, and its exit code ends the command."""

    def run(**given: Any) -> None:
        common = [given.pop(name) for name in COMMON]
        with into(None if has_own_file else given.pop("out", None)):
            session = Session(*common)
            try:
                code = function(session, **given)  # type: ignore[call-arg] # typer calls by the signature below
                session.screen.flush()
            finally:
                session.close()
        raise typer.Exit(int(code))

    own = list(inspect.signature(function).parameters.values())[1:]
    has_own_file = any(one.name == "out" for one in own)
    common = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=default)
        for name, annotation, default in (
            ("output", OutputOption, Format.TABLE),
            ("url", UrlOption, None),
            ("key", KeyOption, None),
            ("profile_name", ProfileOption, None),
            ("timeout", TimeoutOption, None),
            *(() if has_own_file else (("out", OutOption, None),)),
        )
    ]
    parameters = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in own] + common
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__name__ = function.__name__
    run.__doc__ = function.__doc__
    run.__module__ = function.__module__
    return run
