"""What went wrong at the app, in one sentence and with the right exit code. No key and no page of HTML gets through."""

import json
import re
from typing import Any

import httpx

from asr_cli.exits import CliError, ExitCode
from asr_cli.words import counted, nearest, plain

_LONGEST = 600
_UNAUTHORISED = {401, 403}
_NOT_FOUND = 404
_CONFLICT = 409
_MOVED = {"PlanHasMoved", "PlanUnknown"}
_NO_REFUSAL = {"QueueFull"}
_SERVER = 500


class Problem(CliError):
    """What the app itself refused or failed: its code, and all that it said of it."""

    def __init__(self, status: int, told: dict[str, Any], code: ExitCode, sentence: str, hint: str) -> None:
        super().__init__(sentence, code, hint)
        self.status = status
        self.told = told
        self.problem = plain(told.get("code"))


def error_of(answer: httpx.Response, address: str) -> CliError:
    """The error that this answer is; its body has been read."""
    status = answer.status_code
    told = _told(answer)
    if status in _UNAUTHORISED and answer.headers.get("www-authenticate", "").lower().startswith("bearer"):
        sent = "authorization" in answer.request.headers
        return CliError(
            f"{address} {'does not take the token' if sent else 'wants a sign-in beside the key'} ({status}).",
            ExitCode.NOT_SIGNED_IN,
            "Is ASR_AUDIENCE that of its app registration, with tokens of version 2?"
            if sent
            else "Set ASR_AUDIENCE, or the profile's audience, to api://<client id> of its app registration",
        )
    if status in _UNAUTHORISED:
        given = "the key or the token" if "authorization" in answer.request.headers else "the key"
        return CliError(
            f"{address} does not take {given} ({status}).",
            ExitCode.NOT_SIGNED_IN,
            "asr config says where the key is from",
        )
    if answer.is_redirect:
        return CliError(
            f"{address} sends elsewhere ({status}), which is not followed: the key would go along.",
            ExitCode.NOT_SIGNED_IN if "login" in answer.headers.get("location", "").lower() else ExitCode.FAILED,
            "Is the address that of the app itself? asr config shows it",
        )
    if told is None or "code" not in told:
        return _foreign(answer, address)
    sentence = plain(told.get("detail") or told.get("title") or told["code"])
    if told["code"] == "ChoiceUnknown" and (best := _choice(plain(told.get("field")), sentence)):
        sentence = f"{sentence.split(';')[0]}. Did you mean '{best}'?"
    return Problem(status, told, _exit_code(status, told), f"{plain(told['code'])}: {_cut(sentence)}", _hint(told))


def foreign(address: str, what: str) -> CliError:
    """The address answers, but not as the app does."""
    return CliError(
        f"{address} answers {what}: that is not the API of asr-autoprotect.",
        ExitCode.FAILED,
        "Is the address that of the app? asr config shows it",
    )


def refusals(told: dict[str, Any]) -> list[str]:
    """The machines of a refusal, a line each: name, code, sentence and fix."""
    lines = []
    for one in told.get("refused") or ():
        for reason in one.get("reasons") or () if isinstance(one, dict) else ():
            machine = plain(one.get("vmId")).rsplit("/", 1)[-1]
            lines.append(f"{machine}: {plain(reason.get('code'))}: {plain(reason.get('sentence'))}")
            lines.append(f"  fix: {plain(reason.get('fix'))}")
    return lines


def differences(told: dict[str, Any]) -> list[str]:
    """What has moved since a plan, a line each."""
    return [f"~ {plain(one.get('sentence'))}" for one in told.get("diff") or () if isinstance(one, dict)]


def _told(answer: httpx.Response) -> dict[str, Any] | None:
    try:
        told = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _foreign(answer: httpx.Response, address: str) -> CliError:
    status = answer.status_code
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if status == _NOT_FOUND:
        return foreign(address, "404 without a word of its own")
    if status in {429, 503}:
        return CliError(f"{address} asks to wait ({status}).", hint="Try again later")
    if status >= _SERVER:
        return CliError(f"{address} failed ({status}).", hint="The app's log has the reason; asr health may tell more")
    what = "a web page" if "html" in kind else plain(kind) or "nothing that says its kind"
    return foreign(address, f"{status} and {what}")


def _exit_code(status: int, told: dict[str, Any]) -> ExitCode:
    code = told.get("code")
    if code in _MOVED:
        return ExitCode.PLAN_MOVED
    if status == _CONFLICT and code not in _NO_REFUSAL:
        return ExitCode.REFUSED
    if told.get("refused"):
        return ExitCode.REFUSED
    return ExitCode.USAGE if status == 400 else ExitCode.FAILED


def _hint(told: dict[str, Any]) -> str:
    candidates = told.get("candidates")
    if told.get("code") == "VmAmbiguous" and isinstance(candidates, list):
        groups = [plain(one).split("/")[4] for one in candidates if plain(one).count("/") > 4]
        return f"Give its group: {' or '.join(f'-g {group}' for group in groups[:5])}"
    if told.get("code") == "TagStillAsks":
        return "--untag sets the tag to false"
    if told.get("code") == "Throttled":
        after = told.get("retryAfter")
        return f"Try again in {plain(after)} s" if after else "Try again later"
    if told.get("code") in _MOVED:
        moved = len(told.get("diff") or ())
        return f"{counted(moved, 'difference')}; plan again" if moved else "Plan again"
    return ""


def _choice(field: str, sentence: str) -> str | None:
    """The choice that is most like the one that there is not, of those that the app names."""
    return nearest(field.rsplit(".", 1)[-1].replace("-", ""), re.findall(r"[a-z][A-Za-z]+", sentence.partition(";")[2]))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
