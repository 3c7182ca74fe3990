"""Reasons by code. `python -m asr.reasons` writes their documentation to standard output."""

import re
import sys
from collections.abc import Mapping
from dataclasses import replace

from asr.choices.options import BY_NAME
from asr.choices.request import DEFAULT_PREFIX
from asr.model.outcome import Reason
from asr.reasons.catalogue import SECTIONS
from asr.reasons.known import Kind, Known

REASONS: Mapping[str, Known] = {known.code: known for table in SECTIONS.values() for known in table}
"""Every code of ours."""


def reason(code: str, /, *, azure: dict[str, str] | None = None, **facts: object) -> Reason:
    """The reason of this code, its sentences filled with the facts; `azure` is what Azure said, verbatim.

    Raises:
        KeyError: there is no such code, or a fact that its sentence tells is missing.
    """
    known = REASONS[code]
    return Reason(code, known.sentence.format(**facts), known.fix.format(**facts), azure)


_TAG = re.compile(rf"(?<=[Tt]ag ){DEFAULT_PREFIX}(?=(?:{'|'.join(map(re.escape, BY_NAME))})\b)")
"""A tag as the sentences of the catalogue name it."""


def with_prefix(reason_: Reason, prefix: str) -> Reason:
    """The reason with the tags that it names as they are called under this prefix."""
    if prefix == DEFAULT_PREFIX:
        return reason_
    known = REASONS.get(reason_.code)
    if known is None:
        return reason_
    return replace(reason_, sentence=_TAG.sub(prefix, reason_.sentence), fix=_TAG.sub(prefix, reason_.fix))


def blocks(reason_: Reason) -> bool:
    """Whether a VM with this reason cannot be protected now. Codes of Azure's own block."""
    known = REASONS.get(reason_.code)
    return known is None or known.kind is not Kind.WARNING


def document() -> str:
    """The text of docs/reasons.md."""
    head = (
        "# Reasons\n\n"
        "Why a VM is not protected, or what is noticed about it. Codes are stable. Words in braces are filled in.\n"
        "Codes that Azure gives itself are passed on unchanged, with its own words, and are not listed here.\n"
        "Tags are shown with the default prefix.\n\n"
        "`retryable` goes away by itself, `needs_change` when somebody acts, `unsupported` is beyond Site Recovery or\n"
        "this product, `warning` never blocks.\n\n"
        "<!-- Written by `python -m asr.reasons`; change `asr/reasons/catalogue/` instead. -->\n"
    )
    return head + "".join(_section(heading, table) for heading, table in SECTIONS.items())


def _section(heading: str, table: tuple[Known, ...]) -> str:
    return f"\n## {heading}\n" + "".join(map(_entry, table))


def _entry(known: Known) -> str:
    link = f"<{known.source}>" if known.source.startswith("https://") else known.source
    return (
        f"\n### {known.code}\n\n`{known.kind}`\n\n{_plain(known.sentence)}\n\n"
        f"**Fix:** {_plain(known.fix)}\n\n**Source:** {link}\n"
    )


def _plain(template: str) -> str:
    return template.replace("!r}", "}")


if __name__ == "__main__":
    sys.stdout.write(document())
