"""`asr why`: what stands against a machine, what to do, and the command that does it, ready to be pasted."""

import os
import re
import shlex
from collections.abc import Iterator

from rich.text import Text

from asr_cli.columns import colour_of, first_reason, not_read
from asr_cli.folding import folded
from asr_cli.local_azure import for_local_azure, is_beyond_az
from asr_cli.wire import Json
from asr_cli.words import name_of, plain, when, without_ids

_PLACES = re.compile(r"\$(VM|NAME)\b")
_INDENT = 10
_BEYOND_AZ = "az takes no Azure without TLS, as this local one is: make up TLS=1 starts one that az is signed in to."


def fix_lines(told: Json, width: int | None, address: str, group: str | None = None) -> Iterator[Text]:
    """State, reason, fix, command and what to look at next; below them, what could not be read."""
    yield from _lines(told, width, address, group)
    for line in not_read(told):
        yield from folded(Text(f"  {line}"), width)


def _lines(told: Json, width: int | None, address: str, group: str | None) -> Iterator[Text]:
    """A command stays on one line, so that it can be pasted."""
    name = plain(told.get("name")) or name_of(told.get("vmId"))
    state = plain(told.get("state"))
    yield Text.assemble((name, "bold"), " is ", (state.replace("_", " "), colour_of(state)), _more(told))
    reason = first_reason(told)
    unasked_for = state in {"not_requested", "unprotected"}
    if reason is None or (unasked_for and reason.get("severity") != "error"):
        yield from _without_reason(told, _called(name, group), state, width)
        if reason:
            yield from _part("note", f"{plain(reason.get('code'))}: {without_ids(plain(reason['sentence']))}", width)
        return
    yield from _part("because", f"{plain(reason.get('code'))}: {without_ids(plain(reason.get('sentence')))}", width)
    yield from _part("fix", plain(reason.get("fix")), width)
    command = command_of(reason, told, group) or _next_step(told, _called(name, group))
    if command:
        here = for_local_azure(command, address, os.environ)
        yield _command("run", here)
        if is_beyond_az(here, address, os.environ):
            yield from _part("note", _BEYOND_AZ, width)
    begun = not unasked_for or (command or "").startswith("asr protect")
    quoted = _called(name, group)
    if told.get("copyOf"):
        yield _command("then", f"asr why {shlex.quote(plain(told['copyOf']))}")
        return
    follow = f"asr status {quoted} --watch" if begun else f"asr protect {quoted}"
    yield _command("then", follow)


def _next_step(told: Json, quoted: str) -> str | None:
    """After a failover what its item's state allows: the commit, then the reprotection."""
    allowed = told.get("allowedOperations") or ()
    if told.get("state") != "failed_over":
        return None
    return next((f"asr {step} {quoted}" for step in ("commit", "reprotect") if step in allowed), None)


def command_of(reason: Json, told: Json, group: str | None = None) -> str | None:
    """The command that mends it, with this machine's id and name in it, and its group where that was needed to name it;
    None where there is no such command.
    """
    command = reason.get("command")
    if not isinstance(command, str) or not command:
        return None
    name = plain(told.get("name")) or name_of(told.get("vmId"))
    values = {"VM": shlex.quote(plain(told.get("vmId"))), "NAME": _called(name, group)}
    return _PLACES.sub(lambda place: values[place[1]], plain(command))


def _called(name: str, group: str | None) -> str:
    return shlex.quote(name) + (f" -g {shlex.quote(group)}" if group else "")


def _without_reason(told: Json, quoted: str, state: str, width: int | None) -> Iterator[Text]:
    match state:
        case "not_requested" | "unprotected":
            yield from _part("because", "nobody asks for it, by a tag or by name; nothing stands against it", width)
            yield from _part("fix", "Tag it asr-protect=true, or ask for it by name.", width)
            yield _command("run", f"asr protect {quoted}")
            yield _command("then", f"asr status {quoted} --watch")
        case "unasked":
            yield from _part("because", "this app made the item, and nobody is known to have asked for it", width)
            yield _command("keep it", f"asr protect {quoted}")
            yield _command("end it", f"asr unprotect {quoted}")
        case "grace":
            yield from _part("because", f"nobody asks for it any more; it ends at {when(told.get('deadline'))}", width)
            yield _command("keep it", f"asr protect {quoted}")
        case _:
            last = told.get("lastOutcome") or {}
            yield from _part("because", without_ids(plain(last.get("sentence"))) or "nothing is wrong with it", width)
            yield _command("then", f"asr history {quoted}")


def _more(told: Json) -> str:
    others = len(told.get("reasons") or ()) - 1
    return f" ({others} more {'reason' if others == 1 else 'reasons'}: -o json)" if others > 0 else ""


def _part(title: str, text: str, width: int | None) -> Iterator[Text]:
    line = Text(f"  {title:<{_INDENT - 2}}{text}")
    yield from folded(line, width, _INDENT) if width else (line,)


def _command(title: str, command: str) -> Text:
    return Text.assemble(f"  {title:<{_INDENT - 2}}", (command, "bold"), no_wrap=True)
