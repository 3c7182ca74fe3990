"""Keeps secrets out of every text that leaves the gateway: errors travel into durable history, logs and pages."""

import re
from urllib.parse import urlsplit

_HIDDEN = (
    (re.compile(r"(?i)([?&](?:code|sig|c|s|h|se|sp|sv|key|token)=)[^&\s\"'<>]+"), r"\1***"),
    (re.compile(r"(?i)\b(bearer)\s+[\w.~+/=-]+"), r"\1 ***"),
    (re.compile(r"(?i)\b(authorization|x-identity-header|x-functions-key)(\"?\s*[:=]\s*\"?)[^\s\"',;]+"), r"\1\2***"),
    (
        re.compile(r"(?i)\b(AccountKey|SharedAccessKey|client_secret|access_token)(\"?'?\s*[:=]\s*\"?'?)[^\s\"',;&]+"),
        r"\1\2***",
    ),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "***"),
)
"""Signatures and keys in query strings, bearer tokens, keys in headers and connection strings, JSON web tokens."""


def without_secrets(text: str) -> str:
    """The text with everything that could open a door replaced by `***`."""
    for pattern, replacement in _HIDDEN:
        text = pattern.sub(replacement, text)
    return text


LONGEST_QUOTE = 2_000
"""Characters that are kept of a text of Azure's: it is told in histories and answers, and nothing bounds it there."""


def quoted(text: str | None) -> str:
    """What Azure said, as it is kept: verbatim, but without secrets and cut after `LONGEST_QUOTE` characters."""
    # More is searched for secrets than is kept: one that is cut in two might not be found.
    clean = without_secrets((text or "")[: 10 * LONGEST_QUOTE])
    return clean if len(clean) <= LONGEST_QUOTE else f"{clean[:LONGEST_QUOTE]}..."


_NAMED = re.compile(
    r"(?i)([\w-]*(?:passw(?:or)?d|pwd|secret|token|credential|api[_-]?key|accountkey|sharedkey)[\w-]*\"?'?\s*[:=]\s*\"?'?)"
    r"[^\s\"',;&]+"
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)

LONGEST_OUTPUT = 1_000
"""Characters that are kept of what a person's script said: the last ones, where scripts tell how it went."""


def script_output(text: str) -> str:
    """The end of a script's output, without what looks like a secret: nobody knows what a script prints."""
    clean = without_secrets(_NAMED.sub(r"\1***", _PRIVATE_KEY.sub("***", text)))
    shown = "".join(sign if sign.isprintable() or sign in "\n\t" else "?" for sign in clean)
    return shown if len(shown) <= LONGEST_OUTPUT else f"...{shown[-LONGEST_OUTPUT:]}"


def path_of(url: str) -> str:
    """The path of a URL, without the query: operation URLs carry signatures there."""
    return urlsplit(url).path
