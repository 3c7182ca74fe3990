"""Templates: text with facts in braces.

`{fact}`           a fact; of a list, its entries with commas, or `none`
`{fact!r}`         a fact, quoted
`{tag:name}`       the tag of this name, with the prefix that tags have here; no fact
`{fact:tag}`       a fact that is the name of a tag, or a list of them, with the prefix
`{fact:choice}`    a fact that says where a choice stands, `{"by": "tag" or else, "name": ...}`, by its name there
`{fact:shell}`     a fact as words of a shell; of a list, its entries with blanks
`{fact:chooser}`   the same as the beginning of a sentence: `Tag asr-vault`, `The request's vault`, `The request`
"""

import shlex
from collections.abc import Callable, Iterator, Mapping
from string import Formatter
from typing import Any

_TAG = "tag"


def facts_in(template: str) -> frozenset[str]:
    """The names of the facts that the template tells."""
    return frozenset(field for _, field, _, _ in _parts(template) if field and field != _TAG)


def tags_in(template: str) -> frozenset[str]:
    """The names of the tags that the template itself tells, without the prefix."""
    return frozenset(spec for _, field, spec, _ in _parts(template) if field == _TAG)


def filled(template: str, facts: Mapping[str, Any], tag_prefix: str) -> str:
    """The text, its facts filled in.

    Raises:
        KeyError: a fact is missing.
    """
    return "".join(
        text + (_words(field, spec, conversion, facts, tag_prefix) if field else "")
        for text, field, spec, conversion in _parts(template)
    )


def shown(template: str, tag_prefix: str) -> str:
    """The template as documentation shows it: facts by name in braces, tags as they are called under the prefix."""
    return "".join(
        text + (f"{tag_prefix}{spec}" if field == _TAG else f"{{{field}}}" if field else "")
        for text, field, spec, _ in _parts(template)
    )


def _parts(template: str) -> Iterator[tuple[str, str, str, str]]:
    for text, field, spec, conversion in Formatter().parse(template):
        yield text, field or "", spec or "", conversion or ""


def _words(field: str, spec: str, conversion: str, facts: Mapping[str, Any], prefix: str) -> str:
    if field == _TAG:
        return f"{prefix}{spec}"
    value = facts[field]
    if conversion:
        return repr(value)
    match spec:
        case "tag":
            return _plain([f"{prefix}{name}" for name in value] if isinstance(value, list) else f"{prefix}{value}")
        case _:
            return _SPECS.get(spec, _plain_words)(value, prefix)


def _plain_words(value: Any, _: str) -> str:
    return _plain(value)


def _shell(value: Any, _: str) -> str:
    return " ".join(shlex.quote(_plain(one)) for one in (value if isinstance(value, list | tuple) else [value]))


def _choice(value: Mapping[str, str], prefix: str) -> str:
    return f"{prefix}{value['name']}" if value["by"] == _TAG else value["name"]


def _chooser(value: Mapping[str, str], prefix: str) -> str:
    if value["by"] == _TAG:
        return f"Tag {_choice(value, prefix)}"
    return f"The request's {value['name']}" if value["name"] else "The request"


def _plain(value: object) -> str:
    match value:
        case list() | tuple():
            return ", ".join(map(_plain, value)) or "none"
        case float():
            return f"{value:g}"
        case _:
            return str(value)


_SPECS: Mapping[str, Callable[[Any, str], str]] = {"shell": _shell, "choice": _choice, "chooser": _chooser}
