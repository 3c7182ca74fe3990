"""Settings stand in one table; the sample, the documents and the Makefile's help agree with what they describe."""

import json
import re
from pathlib import Path

import pytest

from asr.settings import SETTINGS, read_settings
from docs import generate
from tests.repo.tree import ROOT, files, shown

LINK = re.compile(r"\[[^\]]*\]\((?!https?://|#|mailto:)([^)#\s]+)")
"""A Markdown link to a file of the repository."""

SECTION = re.compile(r"\[[^\]]*\]\((?!https?://|mailto:)([^)#\s]*)#([^)\s]+)\)")
"""A Markdown link to a section: the file, empty for the same one, and the section's anchor."""


def sample() -> dict[str, str]:
    """The values of the sample that people copy."""
    values: dict[str, str] = json.loads((ROOT / "local.settings.sample.json").read_text())["Values"]
    return values


@pytest.mark.parametrize("name", generate.DOCUMENTS)
def test_a_generated_document_is_up_to_date(name: str) -> None:
    """What is written from a table equals the table: `make docs` writes it again."""
    assert generate.DOCUMENTS[name]() == (generate.FOLDER / name).read_text(encoding="utf-8")


def test_an_outdated_document_is_found(tmp_path: Path) -> None:
    """The comparison of `make check` sees a missing and a changed document."""
    (tmp_path / "settings.md").write_text("old")

    assert sorted(generate.DOCUMENTS) == sorted(generate.outdated(tmp_path))


def test_every_setting_is_in_the_document() -> None:
    """Each has a heading, in the order of the table."""
    headings = re.findall(r"^## (ASR_\w+)$", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)

    assert [setting.name for setting in SETTINGS] == headings


def test_the_sample_holds_every_setting_with_its_default() -> None:
    """The sample shows what the app assumes, so copying it changes nothing but the subscription."""
    ours = {name: value for name, value in sample().items() if name.startswith("ASR_")}
    required = {setting.name for setting in SETTINGS if setting.default is None}

    assert [setting.name for setting in SETTINGS] == list(ours)
    assert {setting.name: setting.default for setting in SETTINGS if setting.default is not None} == {
        name: value for name, value in ours.items() if name not in required
    }


def test_the_sample_is_usable_and_nobodys() -> None:
    """It is valid as it stands, and names a subscription that cannot exist."""
    settings = read_settings(sample())

    assert settings.subscriptions == ("00000000-0000-0000-0000-000000000000",)
    assert sample()["FUNCTIONS_WORKER_RUNTIME"] == "python"
    assert sample()["AzureWebJobsStorage"] == "UseDevelopmentStorage=true"


@pytest.mark.parametrize("path", [path for path in files() if path.suffix == ".md"], ids=shown)
def test_links_between_documents_lead_somewhere(path: Path) -> None:
    """Every relative link names a file that exists."""
    targets = LINK.findall(path.read_text(encoding="utf-8"))

    assert [target for target in targets if not (path.parent / target).exists()] == []


def anchors(path: Path) -> set[str]:
    """What a link can name in a Markdown file: its headings, as a page shows them."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", [path for path in files() if path.suffix == ".md"], ids=shown)
def test_links_to_sections_lead_somewhere(path: Path) -> None:
    """Every section that a link names is a heading of its file."""
    named = [
        (path.parent / target if target else path, anchor)
        for target, anchor in SECTION.findall(path.read_text(encoding="utf-8"))
    ]

    assert [anchor for target, anchor in named if target.suffix == ".md" and anchor not in anchors(target)] == []


def test_records_are_numbered_once_and_listed() -> None:
    """Records of decisions count from 1 without a gap, begin with their number, and architecture links each of them."""
    records = sorted((ROOT / "docs/adr").glob("*.md"))
    listed = re.findall(r"^- \[(\d{4}) .+\]\(adr/(.+)\)$", (ROOT / "docs/architecture.md").read_text(), re.MULTILINE)

    assert [f"{number:04}" for number in range(1, len(records) + 1)] == [path.name[:4] for path in records]
    assert [(path.name[:4], path.name) for path in records] == listed
    assert [path.name for path in records if not path.read_text().startswith(f"# {path.name[:4]} ")] == []


def test_every_world_is_described() -> None:
    """What can follow `WORLD=` has a section, and nothing else has."""
    listed = re.findall(r"^## ([a-z-]+)$", (ROOT / "docs/worlds.md").read_text(), re.MULTILINE)

    assert sorted(path.stem for path in (ROOT / "local/worlds").glob("*.json")) == sorted(listed)


def test_the_readme_is_short() -> None:
    """Who comes by reads one page; all else is a link away."""
    assert len((ROOT / "README.md").read_text().splitlines()) <= 120


def test_the_guide_lists_every_route() -> None:
    """Each method and path that has a section is in the guide's table, and no other."""
    shape = r"(GET|POST|DELETE) (/api/[a-z./{}]+)"
    guide = re.findall(rf"^## {shape}$", (ROOT / "docs/api.md").read_text(), re.MULTILINE)
    listed = re.findall(rf"^\| `{shape}", (ROOT / "docs/api.md").read_text(), re.MULTILINE)

    assert guide
    assert set(guide) == set(listed)


def test_every_module_of_asr_is_in_the_architecture() -> None:
    """A newcomer finds each one in the table of layers."""
    text = (ROOT / "docs/architecture.md").read_text()
    table = text[text.index("Inside `asr`") : text.index("## A run")]
    modules = {
        f"{path.name}/" if path.is_dir() else path.name
        for path in {ROOT / "asr" / file.relative_to(ROOT / "asr").parts[0] for file in files() if _in_asr(file)}
    }

    assert modules - {"__init__.py"} == set(re.findall(r"`([a-z_]+(?:/|\.py))`", table))


def _in_asr(path: Path) -> bool:
    return path.is_relative_to(ROOT / "asr")


def test_contributors_find_every_verb() -> None:
    """Each verb of make is explained, `help` and the set-up that is part of all others apart."""
    explained = re.findall(r"^\| `make ([a-z-]+)`", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE)

    assert sorted({*verbs()} - {"help", "setup"}) == sorted(explained)


def verbs() -> list[str]:
    """The verbs of the Makefile."""
    makefile = (ROOT / "Makefile").read_text()
    return next(line for line in makefile.splitlines() if line.startswith(".PHONY:")).split()[1:]


def test_help_lists_every_verb() -> None:
    """A verb without its `##` sentence is invisible to `make help`."""
    documented = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)

    assert sorted(verbs()) == sorted(documented)
