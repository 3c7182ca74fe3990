"""Commands that mend a reason are ones that a shell and the command line take."""

import re
import shlex
from typing import Any

import pytest
import typer

from asr.reasons import FACTS, reason
from asr.reasons.catalogue import SECTIONS
from asr.reasons.known import Known
from asr.reasons.render import render
from asr.reasons.templates import filled
from asr_cli.fixes import command_of, fix_lines
from asr_cli.main import app

WITH_COMMAND = [known for table in SECTIONS.values() for known in table if known.command]
VM = "/subscriptions/x/resourceGroups/my (group)/providers/Microsoft.Compute/virtualMachines/db-0"
STATUS = {"vmId": VM, "name": "db-0", "state": "refused"}
HERE = "http://127.0.0.1:7071"
REASON = {"code": "X", "severity": "error", "sentence": "It is so.", "fix": "Mend it."}
VERBS: Any = typer.main.get_command(app)


def rendered(known: Known) -> dict[str, Any]:
    """The reason in words, with facts as hostile as Azure's names may be."""
    facts: dict[str, Any] = {
        name: ["$(x) y", "z"] if name == "links" else f"<{name}>; $(x)" for name in FACTS[known.code]
    }
    return dict(render(reason(known.code, **(facts | {"lun": 3})), "asr-"))


def test_many_reasons_can_be_mended_by_a_command() -> None:
    """Not only those of a first trial."""
    assert len(WITH_COMMAND) >= 45


@pytest.mark.parametrize("known", WITH_COMMAND, ids=lambda known: known.code)
def test_the_command_is_one_that_a_shell_takes(known: Known) -> None:
    """`asr` has the verb and every option; a name with signs of a shell stays one word; no place is left open."""
    command = command_of(rendered(known), STATUS) or ""
    words = shlex.split(command)
    assert "{" not in command
    assert not set(shlex.shlex(command, posix=True, punctuation_chars=True)) & {";", "(", ")", "&&", "|"}
    if words[0] == "asr":
        verb = VERBS.commands[words[1]]
        options = {name for one in verb.params for name in one.opts}
        assert {word for word in words if word.startswith("--")} <= options
        assert words[1] in ("drill", "protect") or words[2] == "db-0"
    else:
        assert words[0] == "az"


@pytest.mark.parametrize("known", WITH_COMMAND, ids=lambda known: known.code)
def test_why_answers_in_five_lines_with_it(known: Known) -> None:
    """State, reason, fix, command, what then."""
    told = STATUS | {"reasons": [rendered(known)]}
    lines = [line.plain for line in fix_lines(told, None, "https://contoso-asr.azurewebsites.net")]
    assert [line[:9].strip() for line in lines[1:]] == ["because", "fix", "run", "then"]


def test_what_az_cannot_ask_of_a_local_azure_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command stands, for Azure; below it, why it does nothing here. What curl asks instead needs no word."""
    monkeypatch.setenv("ARM", "http://127.0.0.1:8080")
    notes = {
        command: [line.plain for line in fix_lines(STATUS | {"reasons": [REASON | {"command": command}]}, 80, HERE)]
        for command in ("az provider register --namespace A.B", f"az vm start --ids '{VM}'", "asr protect db-0")
    }
    told = [any("make up TLS=1" in line for line in lines) for lines in notes.values()]
    assert told == [True, False, False]
    assert all(len(line) <= 80 for line in notes["az provider register --namespace A.B"])


@pytest.mark.parametrize("known", [known for table in SECTIONS.values() for known in table], ids=lambda one: one.code)
def test_a_fix_that_names_a_route_names_the_verb_too(known: Known) -> None:
    """People of a shell and programs are told what they can do; the options are those of the verb."""
    named = re.findall(r"asr ([a-z]+)((?: --[a-z-]+)*)", known.fix)
    for verb, options in named:
        known_options = {name for one in VERBS.commands[verb].params for name in one.opts}
        assert set(options.split()) <= known_options
    assert bool(re.search(r"(POST|DELETE) /api/", known.fix)) <= bool(named), known.fix


def test_a_list_of_facts_is_a_list_of_words() -> None:
    """Each quoted by itself."""
    assert filled("{links:shell}", {"links": ["a b", "c"]}, "asr-") == "'a b' c"
