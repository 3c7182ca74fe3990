"""What the site has beyond the documents: the changelog, and the list of records, which lie or stand elsewhere."""

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parent.parent


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the records of decisions by their titles, in their order."""
    records = [{_title(path): f"adr/{path.name}"} for path in sorted((ROOT / "docs/adr").glob("*.md"))]
    config.nav = [_with(entry, records) for entry in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Give the changelog a page."""
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").replace("](docs/", "](")
    files.append(File.generated(config, "changelog.md", content=changelog))
    return files


def on_page_markdown(markdown: str, **_: object) -> str:
    """Lead links to what lies beside the documents to its page."""
    return markdown.replace("](../CHANGELOG.md", "](changelog.md").replace("](../README.md", "](index.md")


def _title(path: Path) -> str:
    return re.sub(r"^# 0*", "", path.read_text(encoding="utf-8").split("\n", 1)[0])


def _with(entry: object, records: list[dict[str, str]]) -> object:
    if isinstance(entry, dict):
        return {name: records if below == "adr/" else _with(below, records) for name, below in entry.items()}
    return [_with(one, records) for one in entry] if isinstance(entry, list) else entry
