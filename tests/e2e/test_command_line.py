"""`asr` against a running app: what an operator sees, and what a script branches on."""

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.calling import Command
from tests.e2e.stack import Stack, stack


@pytest.fixture
def mixed() -> Iterator[Stack]:
    """A world in which most machines have something against them."""
    with stack("mixed") as running:
        yield running


@pytest.fixture
def asr(mixed: Stack, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """The command, signed in."""
    return Command(capsys, monkeypatch, mixed.host, mixed.key)


def test_an_operator_looks_plans_protects_and_follows(asr: Command, mixed: Stack, tmp_path: Path) -> None:
    """One world, in which each part goes on from what the one before has left."""
    _what_is_unprotected_and_why_is_told_before_anything_is_asked_for(asr)
    _a_plan_is_read_kept_done_and_then_has_moved(asr, mixed, tmp_path)
    _a_machine_is_followed_until_it_is_protected(asr)
    _what_mends_a_machine_is_pasted(asr)
    _what_was_done_is_told_and_ended(asr)
    _a_scope_is_counted_and_asked_for_before_a_write(asr, mixed)
    _mistakes_are_answered_with_one_suggestion(asr)
    _the_app_is_asked_how_it_is(asr, mixed)
    _who_is_not_signed_in_is_told_so(asr, mixed)


def _what_is_unprotected_and_why_is_told_before_anything_is_asked_for(asr: Command) -> None:
    """The first look: nothing is in the fleet, what could be is listed, and each refusal has its reason."""
    assert "--unprotected" in asr("fleet").err

    table = asr("fleet", "--unprotected").out
    assert "stopped-0" in table
    assert "The VM is deallocated" in table

    told = json.loads(asr("fleet", "--unprotected", "-o", "json").out)
    assert told["total"] == 7
    assert {one["name"]: one["state"] for one in told["machines"]}["fine-0"] == "protectable"

    why = asr("why", "fine-0").out.splitlines()
    assert len(why) == 5
    assert "asr protect fine-0" in why[3]
    assert "AzureVmIsNotInDesiredPowerState" in asr("why", "stopped-0").out


def _a_plan_is_read_kept_done_and_then_has_moved(asr: Command, mixed: Stack, tmp_path: Path) -> None:
    """Nothing is written by planning; the file's plan is done as it was read; done, it is another one."""
    file = tmp_path / "plan.json"

    text = asr("plan", "fine-0", "stopped-0", "--out", str(file)).out
    assert "+ protected item       fine-0" in text
    assert "! AzureVmIsNotInDesiredPowerState" in text
    assert "Plan: 16 to create, 1 refused; 16 writes; about " in text
    assert mixed.writes() == []

    done = asr("protect", "--plan", str(file), "--wait", code=5)
    assert [line.split()[1] for line in done.out.splitlines()[1:]] == ["enabling", "refused"]
    assert "fine-0: building " in done.err

    moved = asr("protect", "--plan", str(file), code=6)
    assert "PlanHasMoved" in moved.err
    assert "~ The decision about fine-0" in moved.err


def _a_machine_is_followed_until_it_is_protected(asr: Command) -> None:
    """Where no terminal is, each change is one line; the fleet tells it in every form."""
    lines = asr("status", "fine-0", "--until", "protected", "--interval", "0.2", "--timeout", "60").out.splitlines()
    assert lines[-1].split("\t")[2] == "protected"
    assert len({line.split("\t", 1)[1] for line in lines}) == len(lines)

    assert "Protected, health Normal, RPO 30s" in asr("status", "fine-0").out
    rows = [line.split("\t") for line in asr("fleet", "--refresh", "-o", "tsv").out.splitlines()]
    assert ["fine-0", "mixed", "eastasia -> southeastasia", "protected", "100", "Normal", "30s"] in [
        row[:7] for row in rows
    ]
    fleet = json.loads(asr("fleet", "-o", "json", "--state", "protected").out)
    assert [one["name"] for one in fleet["protections"]] == ["fine-0"]
    assert fleet["continuation"] is None
    assert "  - vmId: /subscriptions/" in asr("fleet", "-o", "yaml").out


def _what_mends_a_machine_is_pasted(asr: Command) -> None:
    """The command of `why` is one that a shell takes as it stands; `explain` tells its code without the app."""
    [line] = [line for line in asr("why", "accelerated-0").out.splitlines() if line.startswith("  run ")]
    pasted = shlex.split(line.removeprefix("  run"))
    assert pasted == ["asr", "protect", "accelerated-0", "--set", "exclude-disks=0"]
    assert " enabling " in asr(*pasted[1:], "--wait").out

    assert "exclude-disks" in asr("explain", "writeAcceleratorUnsupported").out
    assert "Did you mean 'StaleLinks'?" in asr("explain", "StaleLink", code=1).err


def _what_was_done_is_told_and_ended(asr: Command) -> None:
    """History of one and of all, figures, targets; a drill without a network is refused; protection ends."""
    assert "protect" in asr("history", "fine-0").out
    assert "decide protection" in asr("history", "accelerated-0", "--steps").out
    assert {"fine-0", "accelerated-0"} <= {line.split("\t")[1] for line in asr("history", "-o", "tsv").out.splitlines()}
    assert "2 of 3 machines asked for" in asr("summary", "--refresh").out
    assert asr("targets", "fine-0", "-o", "tsv").out.startswith("southeastasia\t")
    assert "as it was asked for" in asr("drift").err
    assert "There was no drill" in asr("drill").err
    refused = asr("drill", "fine-0", code=5).err
    assert "Drill of 1 machine: would be refused" in refused.split("asr: ")[0]
    assert "TestNetworkMissing" in refused
    planned = asr("plan", "fine-0", "--drill", "--rpo", "15").out
    assert "! TestNetworkMissing" in planned
    assert "= target               RPO 15m" in planned
    assert "Planned failover of 1 machine: can be begun" in asr("plan", "fine-0", "--failover", "planned").out
    assert "- protected item       fine-0" in asr("plan", "fine-0", "--unprotect").out
    assert "goes with --drill" in asr("plan", "fine-0", "--point", "latest", code=2).err
    assert "exclude each other" in asr("plan", "fine-0", "--drill", "--unprotect", code=2).err
    assert "--kind" in asr("failover", "fine-0", code=2).err
    assert "failover of 1 machine" in asr("failover", "fine-0", "--kind", "unplanned", code=2).err

    assert "recovery points" in asr("unprotect", "accelerated-0", code=2).err
    assert " unprotected " in asr("unprotect", "accelerated-0", "--yes", "--wait").out


def _a_scope_is_counted_and_asked_for_before_a_write(asr: Command, mixed: Stack) -> None:
    """Nobody protects a group by a slip: without --yes nothing is done where nobody can be asked."""
    before = len(mixed.writes())
    asked = asr("protect", "-g", "mixed", code=2)
    assert "7 machines (5 of them will be refused)" in asked.err
    assert "--yes" in asked.err
    assert len(mixed.writes()) == before

    taken = asr("protect", "--tag", "nobody=has-it", code=1)
    assert "VmNotFound" in taken.err


def _mistakes_are_answered_with_one_suggestion(asr: Command) -> None:
    """Verbs, options, values and choices: the one that is most like it, and no list of thirty."""
    assert "Did you mean 'fleet'?" in asr("fleat", code=2).err
    assert "Did you mean '--state'?" in asr("fleet", "--stat", "x", code=2).err
    assert "Did you mean 'table'?" in asr("fleet", "-o", "tabel", code=2).err
    choice = asr("plan", "fine-0", "--set", "recoveri-region=x", code=2).err
    assert "Did you mean 'recoveryRegion'?" in choice
    assert "recoveryVnet" not in choice
    assert "VmNotFound" in asr("why", "nobody", code=1).err
    assert "Which machines?" in asr("plan", code=2).err


def _who_is_not_signed_in_is_told_so(asr: Command, mixed: Stack) -> None:
    """A wrong key, no key, no app, and another server than the app."""
    assert "does not take the key" in asr("fleet", "--key", "wrong", code=4).err
    asr.environment({"ASR_KEY": None})
    assert "no key" in asr("fleet", code=4).err
    asr.environment({"ASR_URL": None})
    assert "Nothing says which app" in asr("fleet", code=4).err
    assert "wants a sign-in beside the key" in asr("fleet", "--url", mixed.arm, "--key", "x", code=4).err
    assert asr("config", code=4).out


def _the_app_is_asked_how_it_is(asr: Command, mixed: Stack) -> None:
    """Check by check, and how the command reaches it."""
    assert asr("health").out.startswith("healthy")
    told = json.loads(asr("config", "-o", "json").out)
    assert (told["url"], told["keyFrom"]) == (mixed.host, "ASR_KEY")
