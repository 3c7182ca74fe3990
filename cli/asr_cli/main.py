"""The command `asr`: its verbs, its help, and how every error ends."""

import re
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from asr_cli.exits import MEANINGS, CliError, ExitCode
from asr_cli.problems import Problem, differences, refusals
from asr_cli.screen import Screen
from asr_cli.session import verb
from asr_cli.verbs import drill, explain, failover, fleet, history, plan, protect, service, status, unprotect, whole
from asr_cli.words import nearest

_USAGE: type[Any] = typer.BadParameter.__bases__[0]
"""What typer raises for a command line that it does not understand."""

_CHOICE = re.compile(r"(?:Value error, )?'(?P<wrong>[^']*)' is not one of (?P<known>.*)\.")
_INTERRUPTED = 130
"""What typer makes of Ctrl-C."""

_LOOK, _CHANGE, _OVER, _APP = "Look", "Protect", "Fail over", "The app and this command"
_EPILOG = "Exit codes: " + "; ".join(f"{code.value} {words}" for code, words in MEANINGS.items()) + "."


class Verbs(TyperGroup):
    """The verbs. One that is mistyped is answered with the one that is most like it."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The verb that was called."""
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            found = nearest(args[0], self.commands)
            ctx.fail(f"There is no verb '{args[0]}'." + (f" Did you mean '{found}'?" if found else ""))
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    suggest_commands=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
    help="Azure VMs, kept protected by Azure Site Recovery: which are, why others are not, and what changes that.",
)

for _panel, _verbs in {
    _LOOK: (fleet.fleet, whole.summary, status.status, status.why, history.history, whole.drift, whole.targets),
    _CHANGE: (plan.plan, protect.protect, unprotect.unprotect, whole.sweep),
    _OVER: (
        drill.drill,
        failover.failover,
        failover.commit,
        failover.cancel,
        failover.reprotect,
        failover.failback,
        failover.cleanup,
    ),
    _APP: (service.health, service.config, explain.explain),
}.items():
    for _function in _verbs:
        app.command(_function.__name__, rich_help_panel=_panel)(verb(_function))


def _version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        from importlib.metadata import version as installed  # noqa: PLC0415 - slow, and only wanted here

        sys.stdout.write(f"asr {installed('asr-autoprotect-cli')}\n")
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[bool, typer.Option("--version", help="Show the version.", is_eager=True, callback=_version)] = False,  # noqa: FBT002
) -> None: ...


def main() -> None:
    """Run the command and end the process with its exit code."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command.

    Returns:
        The exit code.
    """
    try:
        code = app(arguments, prog_name="asr", standalone_mode=False)
        sys.stdout.flush()
        if code == _INTERRUPTED:
            raise KeyboardInterrupt
        return int(code or 0)
    except CliError as error:
        return _say(error)
    except _USAGE as error:
        return _say(CliError(_understandable(error), ExitCode.USAGE, _help_of(error)))
    except (KeyboardInterrupt, typer.Abort):
        return _say(CliError("Cancelled. A run that was begun goes on.", ExitCode.TIMEOUT))
    except BrokenPipeError:
        return int(ExitCode.OK)
    except OSError as error:
        return _say(CliError(str(error)))


def _say(error: CliError) -> int:
    """One sentence, what more the app told, and a hint, on standard error."""
    screen = Screen()
    if error.sentence:
        screen.say(f"asr: {error.sentence}")
    if isinstance(error, Problem):
        screen.say(*(f"  {line}" for line in (*refusals(error.told), *differences(error.told))))
    if error.hint:
        screen.say(f"  {error.hint}")
    return int(error.code)


def _understandable(error: Any) -> str:
    if getattr(error, "possibilities", None):
        wrong = str(error.option_name)
        return f"There is no option '{wrong}'. Did you mean '{nearest(wrong, error.possibilities)}'?"
    text = str(error.format_message())
    found = _CHOICE.search(text)
    if found is None:
        return text
    known = [word.strip(" '") for word in found["known"].split(",")]
    best = nearest(found["wrong"], known)
    return f"{text[: found.start()]}'{found['wrong']}' is none of {', '.join(known)}." + (
        f" Did you mean '{best}'?" if best else ""
    )


def _help_of(error: Any) -> str:
    path = getattr(getattr(error, "ctx", None), "command_path", "asr")
    return f"{path} --help tells what there is"
