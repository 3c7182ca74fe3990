"""What docs/deploy.md says of commands that need no Azure: they are run, and print what stands below them."""

import os
import re
import shutil
import subprocess
from functools import partial

import pytest

from local.stack import ROOT
from tests.e2e.stack import Stack, stack

BLOCK = re.compile(
    r"^(?P<before>[^\n]*)\n\n```sh\n(?P<command>.*?)```\n(?:\n```text\n(?P<printed>.*?)```\n)?", re.M | re.S
)
"""A command with the line before it, and what it prints."""

TAGGED = re.compile(r"^az tag update --resource-id \"\$VM\" --operation Merge --tags asr-protect=true$", re.M)


def blocks() -> list[re.Match[str]]:
    """The commands of the guide, in order."""
    return list(BLOCK.finditer((ROOT / "docs/deploy.md").read_text(encoding="utf-8")))


def printed(command: str, up: Stack) -> str:
    """What a command writes to a person's terminal, with what the guide lets him set before."""
    names = {"HOST": up.host, "KEY": up.key, "VM": up.vm("db-0")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        env=os.environ | names,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout


def _prints(block: re.Match[str], up: Stack) -> bool:
    return printed(block["command"], up) == block["printed"]


def test_the_guide_leads_a_stranger_to_a_protected_vm_and_out_again() -> None:
    """Each command that can run here prints what the guide says, some of them once Azure is so far."""
    if not shutil.which("jq") or not shutil.which("curl"):
        pytest.skip("jq and curl are needed, as by whoever follows the guide")
    ran = 0
    with stack("east-asia", ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as up:
        for block in blocks():
            if TAGGED.search(block["command"]):
                up.tag(up.vm("db-0"), asr_protect="true")
            if not block["printed"]:
                continue
            assert block["before"].endswith("*Here:*"), block["command"]
            if "DELETE" in block["command"]:  # asked once: a second time is another command
                assert printed(block["command"], up) == block["printed"]
            else:
                up.until(partial(_prints, block, up))
            ran += 1
    assert ran == 5


def test_what_runs_here_says_what_it_prints() -> None:
    """And nothing else claims to."""
    claimed = [block for block in blocks() if block["before"].endswith("*Here:*")]

    assert [block["command"] for block in claimed if not block["printed"]] == []
    text = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    assert text.count("*Here:*") == len(claimed)


def test_what_the_guide_sets_and_calls_is_there() -> None:
    """Variables of azd that the parameters read, files and verbs of the repository, outputs of template and scripts."""
    text = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    parameters = "".join((ROOT / f"infra/{name}.bicepparam").read_text(encoding="utf-8") for name in ("app", "events"))
    outputs = set(re.findall(r"^output (\w+) ", (ROOT / "infra/app.bicep").read_text(encoding="utf-8"), re.M))
    scripts = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "infra/scripts").glob("*.py"))
    written = set(re.findall(r'^NAME = "(\w+)"', scripts, re.M))
    verbs = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))

    assert [name for name in re.findall(r"azd env set (\w+)", text) if f"'{name}'" not in parameters] == []
    assert set(re.findall(r"azd env get-value (\w+)", text)) <= outputs | written
    assert set(re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", text, re.M)) != set()
    named = {one or other for one, other in re.findall(r"`make ([a-z-]+)`|^make ([a-z-]+)", text, re.M)}
    assert named <= verbs
    assert [path for path in re.findall(r"\binfra/[\w./]+\.\w+", text) if not (ROOT / path).is_file()] == []
