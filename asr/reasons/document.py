"""The text of docs/reasons.md. Pure."""

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
    "Tags are shown with the default prefix.\n\n"
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


def _entry(known: Known) -> str:
    link = f"<{known.source}>" if known.source.startswith("https://") else known.source
    sentence, fix = (shown(text, DEFAULT_PREFIX) for text in (known.sentence, known.fix))
    return (
        f"\n### {known.code}\n\nSeverity `{known.kind.severity}`, `{known.kind}`\n\n{sentence}\n\n"
        f"**Fix:** {fix}\n\n**Source:** {link}\n"
    )
