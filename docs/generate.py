"""The documents that are written from tables in the code: `python -m docs.generate`; `--check` only compares."""

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from asr.data.matrix import read_matrix
from asr.planning.events import EVENT_FILTER
from asr.reasons import document as reasons
from asr.settings import SETTINGS
from asr.settings.values import Setting
from docs import choices_document as choices
from docs import cli_document as cli
from docs import events_document as events
from docs import rights_document as rights
from docs import telemetry_document as telemetry
from local.emulator import coverage

FOLDER = Path(__file__).parent


def settings() -> str:
    """The text of docs/settings.md."""
    head = (
        "# Settings\n\n"
        "App settings of the function app. Every one has its default unless it is marked as required.\n"
        "`GET /api/health` names every setting that is missing or wrong.\n\n"
        "<!-- Written by `make docs`; change `asr/settings/__init__.py` instead. -->\n"
    )
    tail = (
        "\n## Settings of the platform\n\n"
        "- `AzureWebJobsStorage`: the storage account of the Functions host and, by default, of the task hub.\n"
        "- `FUNCTIONS_WORKER_RUNTIME`: `python`.\n"
        "- `AZURE_CLIENT_ID`: the client id of a user-assigned identity; without it the system-assigned one is used.\n"
        "- `OTEL_EXPORTER_OTLP_ENDPOINT`, `APPLICATIONINSIGHTS_CONNECTION_STRING` and what goes with them: where\n"
        "  [telemetry](telemetry.md) goes. `PYTHON_ENABLE_OPENTELEMETRY`: `true`, so that traces go through the host.\n"
    )
    return head + "".join(_section(setting) for setting in SETTINGS) + tail


def _section(setting: Setting) -> str:
    default = "**Required.**" if setting.default is None else f"Default: `{setting.default}`"
    return f"\n## {setting.name}\n\n{setting.meaning}\n\n{default}\n"


def emulator() -> str:
    """The text of docs/emulator.md: written by hand but for its tables of operations."""
    return coverage.page_with_tables(coverage.PAGE.read_text(encoding="utf-8"))


DOCUMENTS: Mapping[str, Callable[[], str]] = {
    "../cli/asr_cli/reasons.json": reasons.table,
    "../infra/event-filter.json": lambda: json.dumps(EVENT_FILTER, indent=2) + "\n",
    "../infra/role-reader.json": rights.reader_role,
    "../infra/role.json": rights.whole_role,
    "cli.md": cli.document,
    "choices.md": lambda: choices.document(read_matrix()),
    "emulator.md": emulator,
    "events.md": events.document,
    "profile.schema.json": choices.schema,
    "reasons.md": reasons.document,
    "rights.md": rights.document,
    "settings.md": settings,
    "telemetry.md": telemetry.document,
}
"""Each generated document, by its file in this folder."""


def outdated(folder: Path = FOLDER) -> list[str]:
    """The documents that are missing or differ from what the code says."""
    return [name for name, text in DOCUMENTS.items() if _read(folder / name) != text()]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main() -> int:
    """Write the documents, or with `--check` say which are not up to date.

    Returns:
        0, or 1 when `--check` finds one that is outdated.
    """
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a document is outdated")
    if parser.parse_args().check:
        stale = outdated()
        for name in stale:
            sys.stderr.write(f"docs/{name} is outdated: run `make docs`\n")
        return 1 if stale else 0
    for name, text in DOCUMENTS.items():
        (FOLDER / name).write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
