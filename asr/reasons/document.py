"""The text of docs/reasons.md, and the same as data. Pure."""

import json

from asr.model.choices import DEFAULT_PREFIX
from asr.reasons.catalogue import SECTIONS
from asr.reasons.known import Known
from asr.reasons.templates import shown

_HEAD = (
    "# Reasons\n\n"
    "Why a VM is not protected, or what is noticed about it. Every answer shows a reason as `code`, `severity`,\n"
    "`sentence`, `fix` and, where Azure itself said something, `azure` with its own words. Codes are stable; words in\n"
    "braces are filled in. Codes that Azure gives itself are passed on unchanged and are not listed here: they are\n"
    "errors unless Azure calls them `Warning` or `Information`.\n"
    "Tags are shown with the default prefix. A command mends it in a shell, where `$VM` is\n"
    "the VM's id, and `$NAME` its name.\n\n"
    "`severity` is `error` for what keeps a VM from being protected, `warning` for what never does, `info` for what\n"
    "only Azure tells. Beside it stands what can be done: `retryable` goes away by itself, `needs_change` when\n"
    "somebody acts, `unsupported` is beyond Site Recovery or this product, `warning` does not block.\n\n"
    "<!-- Written by `make docs`; change `asr/reasons/catalogue/` instead. -->\n"
)


def document() -> str:
    """The text of docs/reasons.md."""
    return _HEAD + "".join(_section(heading, table) for heading, table in SECTIONS.items())


def _section(heading: str, table: tuple[Known, ...]) -> str:
    return f"\n## {heading}\n" + "".join(map(_entry, table))


def table() -> str:
    """Every code as JSON, for the command line, which explains a code without asking the app."""
    known = [known for entries in SECTIONS.values() for known in entries]
    return json.dumps([_told(one) for one in sorted(known, key=lambda one: one.code)], indent=1) + "\n"


def _told(known: Known) -> dict[str, str]:
    sentence, fix, command = (shown(text, DEFAULT_PREFIX) for text in (known.sentence, known.fix, known.command))
    told = {"code": known.code, "severity": known.kind.severity.value, "kind": known.kind.value}
    return told | {"sentence": sentence, "fix": fix, "command": command, "source": known.source}


def _command(known: Known) -> str:
    return f"**Command:** `{shown(known.command, DEFAULT_PREFIX)}`\n\n" if known.command else ""


def _entry(known: Known) -> str:
    link = f"<{known.source}>" if known.source.startswith("https://") else known.source
    sentence, fix = (shown(text, DEFAULT_PREFIX) for text in (known.sentence, known.fix))
    return (
        f"\n### {known.code}\n\nSeverity `{known.kind.severity}`, `{known.kind}`\n\n{sentence}\n\n"
        f"**Fix:** {fix}\n\n{_command(known)}**Source:** {link}\n"
    )
