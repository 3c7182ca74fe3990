"""`asr why`: what stands against a machine, what to do, and the command that does it, ready to be pasted."""

import re
import shlex
import textwrap
from collections.abc import Iterator

from rich.text import Text

from asr_cli.columns import colour_of, first_reason
from asr_cli.wire import Json
from asr_cli.words import name_of, plain, when, without_ids

_PLACES = re.compile(r"\$(VM|NAME)\b")
_INDENT = 10


def fix_lines(told: Json, width: int | None) -> Iterator[Text]:
    """State, reason, fix, command and what to look at next. A command stays on one line, so that it can be pasted."""
    name = plain(told.get("name")) or name_of(told.get("vmId"))
    state = plain(told.get("state"))
    yield Text.assemble((name, "bold"), " is ", (state.replace("_", " "), colour_of(state)), _more(told))
    reason = first_reason(told)
    if reason is None:
        yield from _without_reason(told, name, state)
        return
    yield from _part("because", f"{plain(reason.get('code'))}: {without_ids(plain(reason.get('sentence')))}", width)
    yield from _part("fix", plain(reason.get("fix")), width)
    command = command_of(reason, told)
    if command:
        yield Text.assemble(f"  {'run':<{_INDENT - 2}}", (command, "bold"))
    begun = state not in {"not_requested", "unprotected"} or (command or "").startswith("asr protect")
    quoted = shlex.quote(name)
    follow = f"asr status {quoted} --watch" if begun else f"asr protect {quoted}"
    yield from _part("then", follow, None)


def command_of(reason: Json, told: Json) -> str | None:
    """The command that mends it, with this machine's id and name in it; None where there is no such command."""
    command = reason.get("command")
    if not isinstance(command, str) or not command:
        return None
    values = {"VM": plain(told.get("vmId")), "NAME": plain(told.get("name")) or name_of(told.get("vmId"))}
    return _PLACES.sub(lambda place: shlex.quote(values[place[1]]), plain(command))


def _without_reason(told: Json, name: str, state: str) -> Iterator[Text]:
    quoted = shlex.quote(name)
    match state:
        case "not_requested" | "unprotected":
            yield from _part("because", "nobody asks for it, by a tag or by name; nothing stands against it", None)
            yield from _part("fix", "Tag it asr-protect=true, or ask for it by name.", None)
            yield Text.assemble(f"  {'run':<{_INDENT - 2}}", (f"asr protect {quoted}", "bold"))
            yield from _part("then", f"asr status {quoted} --watch", None)
        case "unasked":
            yield from _part("because", "this app made the item, and nobody is known to have asked for it", None)
            yield Text.assemble(f"  {'keep it':<{_INDENT - 2}}", (f"asr protect {quoted}", "bold"))
            yield Text.assemble(f"  {'end it':<{_INDENT - 2}}", (f"asr unprotect {quoted}", "bold"))
        case "grace":
            yield from _part("because", f"nobody asks for it any more; it ends at {when(told.get('deadline'))}", None)
            yield Text.assemble(f"  {'keep it':<{_INDENT - 2}}", (f"asr protect {quoted}", "bold"))
        case _:
            last = told.get("lastOutcome") or {}
            yield from _part("because", plain(last.get("sentence")) or "nothing is wrong with it", None)
            yield from _part("then", f"asr history {quoted}", None)


def _more(told: Json) -> str:
    others = len(told.get("reasons") or ()) - 1
    return f" ({others} more {'reason' if others == 1 else 'reasons'}: -o json)" if others > 0 else ""


def _part(title: str, text: str, width: int | None) -> Iterator[Text]:
    lines = textwrap.wrap(text, max(width - _INDENT, 20), break_long_words=False) if width else [text]
    for n, line in enumerate(lines or [""]):
        yield Text(f"  {title if n == 0 else '':<{_INDENT - 2}}{line}")
