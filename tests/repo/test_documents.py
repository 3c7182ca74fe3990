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


def test_help_lists_every_verb() -> None:
    """A verb without its `##` sentence is invisible to `make help`."""
    makefile = (ROOT / "Makefile").read_text()
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:")).split()[1:]
    documented = re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE)

    assert sorted(phony) == sorted(documented)
