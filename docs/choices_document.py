"""The documents of the choices: docs/choices.md and docs/profile.schema.json. `make docs` writes them."""

import json

from asr.choices.option import Option, camel
from asr.choices.options import OPTIONS
from asr.choices.profiles import profile_schema
from asr.choices.refused import REFUSED
from asr.model.matrix import Matrix
from asr.planning.eligibility import DISK_RULES, EACH_RULES, RULES
from asr.planning.preflight import PROBLEMS, WARNINGS
from asr.reasons.catalogue import SECTIONS as REASON_SECTIONS
from asr.reasons.known import Kind

_HEAD = """# Choices

Every choice can be made in three places, under one name: in the body of a request, by a tag on the VM, in a profile.
The body wins over the tag, the tag over the profile, the profile over the default. A plan says of each value where it
came from: `body`, `tag`, `profile`, `default` (a fixed value) or `rule` (found out, with the rule).

Tags are shown with the default prefix, `asr-`. Names in bodies may also be written as the tag's, with or without the
prefix. Each tag links to the document behind it. What is malformed, contradicts itself, does not exist or is in the
wrong place is refused with its reason ([reasons](reasons.md)); nothing is replaced silently. Profiles are JSON:
[schema](profile.schema.json).

`asr-protect` is no choice but the request itself: a profile's name, `true` (the default profile) or `false`.

<!-- Written by `make docs`; change `asr/choices/` instead. -->
"""


def document(matrix: Matrix) -> str:
    """The text of docs/choices.md."""
    choices = "".join(_section(heading, table) for heading, table in _by_section().items())
    return f"{_HEAD}{choices}{_refused()}{_counts()}{_known(matrix)}"


def schema() -> str:
    """The text of docs/profile.schema.json."""
    return json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", **profile_schema()}, indent=2) + "\n"


def _by_section() -> dict[str, tuple[Option, ...]]:
    headings = dict.fromkeys(option.section for option in OPTIONS)
    return {heading: tuple(one for one in OPTIONS if one.section == heading) for heading in headings}


def _section(heading: str, table: tuple[Option, ...]) -> str:
    return (
        f"\n## {heading}\n\n"
        "| tag | profile and body | value | default | rules |\n| --- | --- | --- | --- | --- |\n"
        + "".join(map(_row, table))
    )


def _row(option: Option) -> str:
    names = ", ".join(f"`{name}`" for name in (option.json_name, *map(camel, option.also)))
    cells = (f"[`asr-{option.name}`]({option.source})", names, option.expected, option.default, option.rules)
    return f"| {' | '.join(_escaped(cell) for cell in cells)} |\n"


def _refused() -> str:
    rows = "".join(f"| {one.what} | {one.answer} | {one.because} |\n" for one in REFUSED)
    return (
        "\n## What Site Recovery can do and this product refuses or leaves out\n\n"
        f"| what | what happens here | why |\n| --- | --- | --- |\n{rows}"
    )


def _counts() -> str:
    codes = [known for table in REASON_SECTIONS.values() for known in table]
    kinds = ", ".join(f"{sum(known.kind is kind for known in codes)} `{kind}`" for kind in Kind)
    rules = len(RULES) + len(DISK_RULES) + len(EACH_RULES)
    return (
        "\n## Counts\n\n"
        f"- {len(OPTIONS)} choices.\n"
        f"- {rules} rules about the VM and its disks, {len(PROBLEMS)} preflight checks that block and "
        f"{len(WARNINGS)} that warn.\n"
        f"- {len(codes)} reason codes: {kinds}.\n"
    )


def _known(matrix: Matrix) -> str:
    documents = "".join(f"- {one.about}: <{one.url}>, {one.date}\n" for one in matrix.documents)
    return (
        "\n## The support matrix\n\n"
        f"Limits, systems and regions are data: version {matrix.version} of `asr/data/support-matrix.json`, written "
        "from\n\n"
        f"{documents}\n"
        "The documents lag behind the service. What they do not tell is left to Azure, which is asked about every VM.\n"
    )


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;").replace(">", "&gt;")
