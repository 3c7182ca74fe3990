"""What the emulator answers, as tables for docs/emulator.md, read off the route table.

`python -m local.emulator.coverage` writes them between the two markers in that file.
"""

import sys
from collections import defaultdict
from pathlib import Path

from local.emulator.arm.provider import Provider
from local.emulator.providers import all_providers

PAGE = Path(__file__).parents[2] / "docs" / "emulator.md"
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"
_SHORTENED = (
    ("/subscriptions/{subscription}/resourceGroups/{group}/providers/", "{group}/"),
    ("/subscriptions/{subscription}/providers/", "{subscription}/"),
    ("/{*scope}/providers/", "{any scope}/"),
)
_ORDER = ("PUT", "PATCH", "GET", "HEAD", "POST", "DELETE")


def tables() -> str:
    """Return one table per provider: path and methods. What is not in them is answered 501."""
    titled = sorted(all_providers(), key=lambda provider: provider.title or provider.namespace)
    return "\n\n".join(_table(provider) for provider in titled)


def _table(provider: Provider) -> str:
    methods: defaultdict[str, list[str]] = defaultdict(list)
    for route in provider.routes:
        methods[_shown(route.template)].append(route.method)
    rows = [f"| `{path}` | {', '.join(sorted(found, key=_ORDER.index))} |" for path, found in sorted(methods.items())]
    head = f"### {provider.title or provider.namespace}\n\n{len(provider.routes)} operations.\n"
    return "\n".join([head, "| path | methods |", "| --- | --- |", *rows])


def _shown(template: str) -> str:
    for long, short in _SHORTENED:
        if template.startswith(long):
            return short + template.removeprefix(long)
    return template


def page_with_tables(page: str) -> str:
    """Return the page with the present tables between its markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, after = page.index(BEGIN) + len(BEGIN), page.index(END)
    return f"{page[:before]}\n\n{tables()}\n\n{page[after:]}"


def main() -> int:
    """Write the tables into the page."""
    PAGE.write_text(page_with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
