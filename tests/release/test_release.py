"""What a release consists of: its notes, its list of packages, and the templates that were compiled."""

import json
from pathlib import Path
from typing import Any

import pytest

from asr.model.version import PRODUCT_VERSION
from release.__main__ import main, sbom
from release.notes import notes
from release.repository import ROOT, NotReleasable
from release.templates import compare, differences, kept, without_generator
from tests.repo.test_requirements import pins

CHANGELOG = """# Changelog

## [Unreleased]

## [1.1.0] - 2027-01-02

### Added

- Something.

## [1.0.0] - 2026-12-01

- All.
"""


def test_notes_are_the_section_of_the_version() -> None:
    """Nothing of another version, whichever comes last."""
    assert notes(CHANGELOG, "1.1.0") == "### Added\n\n- Something.\n"
    assert notes(CHANGELOG, "1.0.0") == "- All.\n"


@pytest.mark.parametrize(
    ("changelog", "reason"),
    [
        (CHANGELOG, r"no section \[2.0.0\]"),
        ("## [2.0.0]\n\n- All.\n", r"\[2.0.0\] has no date"),
        ("## [2.0.0] - 2027-01-01\n\n## [1.0.0] - 2026-12-01\n\n- All.\n", r"says nothing of \[2.0.0\]"),
    ],
)
def test_a_version_without_notes_is_not_released(changelog: str, reason: str) -> None:
    """The reason says what the changelog lacks."""
    with pytest.raises(NotReleasable, match=reason):
        notes(changelog, "2.0.0")


def test_the_changelog_has_the_version_that_the_app_tells() -> None:
    """So that a tag can be set at any time."""
    assert notes((ROOT / "CHANGELOG.md").read_text(), PRODUCT_VERSION)


def test_another_version_s_tag_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Before anything is built."""
    assert main(["--tag", "v99.0.0", "--to", str(tmp_path / "dist")]) == 1
    assert f"the tag v99.0.0 is not v{PRODUCT_VERSION}" in capsys.readouterr().err
    assert not (tmp_path / "dist").exists()


def test_the_list_of_packages_is_what_the_zip_requires(tmp_path: Path) -> None:
    """Each package with its exact version and hashes, and the app's own version; the same words each time."""
    for name in ("first", "second"):
        sbom(ROOT, tmp_path / name)

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
    told = json.loads((tmp_path / "first").read_text())
    assert told["bomFormat"] == "CycloneDX"
    assert told["metadata"]["component"]["name"] == "asr-autoprotect"
    assert told["metadata"]["component"]["version"] == PRODUCT_VERSION
    assert {one["name"] for one in told["components"]} == set(pins("requirements.txt"))
    assert all(one["version"] and one["externalReferences"][0]["hashes"] for one in told["components"])


TEMPLATE: dict[str, Any] = {
    "metadata": {"_generator": {"name": "bicep", "version": "1", "templateHash": "2"}},
    "resources": [{"type": "a", "properties": {"template": {"metadata": {"_generator": {"version": "1"}}, "x": 1}}}],
}


def test_which_compiler_made_a_template_makes_no_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Everything else does, at its place; a source without a kept template is only compiled."""
    source = tmp_path / "app.bicep"
    newer = json.loads(json.dumps(TEMPLATE).replace('"1"', '"9"'))

    assert compare(source, TEMPLATE) == []
    kept(source).write_text(json.dumps(TEMPLATE))
    assert compare(source, newer) == []
    newer["resources"][0]["properties"]["template"]["x"] = 2
    assert compare(source, newer) == ["main.app.json: $.resources[0].properties.template.x"]
    assert "main.app.json is something else" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("made", "held", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"b": 1}, ["$.a", "$.b"]),
        ([1, 2], [1], ["$"]),
        ([1, {"a": [1, 2]}], [1, {"a": [1, 3]}], ["$[1].a[1]"]),
        ({"a": None}, {}, []),
    ],
)
def test_differences_are_told_by_their_place(made: Any, held: Any, found: list[str]) -> None:
    """A null is as good as nothing to Resource Manager."""
    assert differences(made, held) == found
    assert without_generator(made) == made
