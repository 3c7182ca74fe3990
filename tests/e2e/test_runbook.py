"""The runbook's commands for the day that a region is lost, as a person would run them, one after another."""

import os
import re
import subprocess
from collections.abc import Iterator
from typing import Any

from local.stack import ROOT
from tests.e2e.stack import Stack, stack
from tests.e2e.test_failover_commands import made, power, state
from tests.e2e.test_recovery_plans import WAVES, paused, planned, ready_for_the_way_back

LOST, MOVE = "## The source region is lost\n", "## A planned move, and the way back\n"
FAILING = 'curl() { command curl --fail-with-body "$@"; }\nset -euo pipefail\n'
"""A command whose answer is an error fails, here."""


def blocks(heading: str) -> Iterator[str]:
    """The commands under a heading of the runbook."""
    page = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    section = page.partition(heading)[2].partition("\n## ")[0]
    return iter(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))


def run(up: Stack, commands: str, **known: str) -> str:
    """Run them in a shell; what they print."""
    environment = {**os.environ, "HOST": up.host, "KEY": up.key, **known}
    done = subprocess.run(
        ["bash", "-c", FAILING + commands], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, (commands, done.stdout, done.stderr)
    return done.stdout


def plan_over(up: Stack, printed: str) -> dict[str, Any]:
    """The output of the plan's run that an answer told of, once it is over."""
    found = re.search(r"plan-[0-9a-f]+", printed)
    assert found, printed

    def ended() -> dict[str, Any] | None:
        shown: dict[str, Any] = up.api("GET", f"runs/{found[0]}").json()
        return shown["output"] if shown["runtimeStatus"] == "Completed" else None

    return dict(up.until(ended, 120))


def test_the_commands_of_the_page_bring_a_plan_away_and_home() -> None:
    """Each block works as it stands, and leaves what the page says."""
    with stack("east-asia") as up:
        vms = planned(up, *WAVES)
        look, fail_over, go_on, commit, reprotect, fail_back = blocks(LOST)
        told = run(up, look)
        assert "would be lost" in told
        assert "plan hash" in told
        name = run(up, fail_over).strip()
        paused(up, {"statusQueryGetUri": f"{up.host}/api/runs/{name}"}, 2)
        assert "paused" in run(up, go_on, RUN=name)
        away = plan_over(up, name)
        assert (away["result"], away["resumed"][0]["note"]) == ("done", "the database answers")
        assert [made(up, vm) for vm in WAVES] == [True, True]
        assert {state(up, vm) for vm in vms} == {"failed_over"}

        assert plan_over(up, run(up, commit))["result"] == "done"
        assert plan_over(up, run(up, reprotect))["result"] == "done"
        up.until(lambda: ready_for_the_way_back(up))
        home = plan_over(up, run(up, fail_back))
        assert [(wave["wave"], wave["failed"]) for wave in home["waves"]] == [(wave, 0) for wave in WAVES.values()]
        up.until(lambda: {state(up, vm) for vm in vms} == {"protected"})
        assert {power(up, vm) for vm in vms} == {"PowerState/running"}

        [move] = blocks(MOVE)
        assert plan_over(up, run(up, move))["result"] == "done"
        assert {power(up, vm) for vm in vms} == {"PowerState/deallocated"}
