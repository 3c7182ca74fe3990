"""What the site has beyond the documents: pages of the repository's own, and the list of records of decisions.

A link to a file that has no page, such as a template, is shown as its text: the site is read elsewhere, too.
"""

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
BESIDE = {
    "CHANGELOG.md": "changelog.md",
    "SECURITY.md": "security.md",
    "UPGRADING.md": "upgrading.md",
    "README.md": "index.md",
}
"""Documents of the repository that lie beside the folder, and their pages."""

_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """List the records of decisions by their titles, in their order."""
    records = [{_title(path): f"adr/{path.name}"} for path in sorted((ROOT / "docs/adr").glob("*.md"))]
    config.nav = [_with(entry, records) for entry in config.nav or []]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Give the documents beside the folder their pages."""
    for name, page in BESIDE.items():
        if page != "index.md":
            text = (ROOT / name).read_text(encoding="utf-8")
            files.append(File.generated(config, page, content=_led(text, ".", page)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Lead links to what lies beside the documents to its page, or show them as their text."""
    if page.file.src_uri in BESIDE.values() and page.file.src_uri != "index.md":
        return markdown
    return _led(markdown, posixpath.join("docs", posixpath.dirname(page.file.src_uri)), page.file.src_uri)


def _led(markdown: str, folder: str, page: str) -> str:
    def link(found: re.Match[str]) -> str:
        text, target, anchor = found[1], posixpath.normpath(posixpath.join(folder, found[2])), found[3] or ""
        inside = target.removeprefix("docs/")
        if inside == target and target not in BESIDE:
            return text
        goal = BESIDE.get(target, inside)
        return f"[{text}]({posixpath.relpath(goal, posixpath.dirname(page) or '.')}{anchor})"

    return _LINK.sub(link, markdown)


def _title(path: Path) -> str:
    return re.sub(r"^# 0*", "", path.read_text(encoding="utf-8").split("\n", 1)[0])


def _with(entry: object, records: list[dict[str, str]]) -> object:
    if isinstance(entry, dict):
        return {name: records if below == "adr/" else _with(below, records) for name, below in entry.items()}
    return [_with(one, records) for one in entry] if isinstance(entry, list) else entry
