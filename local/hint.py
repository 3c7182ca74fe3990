"""What to do with a local Azure that has just been started: `make up` prints it, `make hint` prints it again.

Reads the line that `python -m local up` prints, from standard input, and stays until that ends; meanwhile the line is
kept in a file that only its owner can read. Without a line on standard input (`--again`) the kept one is told.
"""

import argparse
import json
import shlex
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx

KEPT = Path(__file__).parents[1] / ".up.json"
"""Where the line of the stack that runs is kept."""

_SECONDS = 120.0
_TAGS = "providers/Microsoft.Resources/tags/default?api-version=2021-04-01"
_NETWORK_API = "api-version=2024-05-01"
_HEADERS = "-H 'Authorization: Bearer me' -H 'Content-Type: application/json'"


def exports(ready: Mapping[str, str]) -> dict[str, str]:
    """The variables that the hints use: the addresses, the key, a machine that can be protected, one that cannot, and
    a network for drills that is still to be made.
    """
    told = {"ARM": ready["arm"], "ASR_URL": ready["host"], "ASR_KEY": ready["key"]}
    with httpx.Client(
        base_url=f"{ready['host']}/api", headers={"x-functions-key": ready["key"]}, timeout=_SECONDS
    ) as api:
        machines = api.get("/protectable", params={"top": 100}).raise_for_status().json()["machines"]
        if not machines:
            return told
        good = next((one for one in machines if one["state"] == "protectable"), machines[0])
        bad = next((one for one in machines if one["state"] == "not_protectable"), good)
        regions = (
            api.get("/targets", params={"vmId": good["vmId"], "kind": "region"}).raise_for_status().json()["targets"]
        )
    group = good["vmId"].split("/providers/")[0]
    told |= {"VM": good["vmId"], "REFUSED": bad["name"], "GROUP": good["resourceGroup"]}
    if regions:
        told |= {"NET": f"{group}/providers/Microsoft.Network/virtualNetworks/drill", "TARGET": regions[0]["name"]}
    return told


def commands(told: Mapping[str, str]) -> dict[str, str]:
    """Five things to try, by what they are about."""
    if "VM" not in told:
        return {"look": "asr health"}
    tags = json.dumps({"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}})
    name = told["VM"].rsplit("/", 1)[-1]
    found = {
        "tag": f"""curl -sX PATCH "$ARM$VM/{_TAGS}" {_HEADERS} -d '{tags}'""",
        "watch": "asr fleet --watch",
        "why": f"asr why {shlex.quote(told['REFUSED'])}",
        "plan": f"asr plan -g {shlex.quote(told['GROUP'])}",
    }
    if "NET" in told:
        found["drill"] = f"{network_command(told)} && asr drill {shlex.quote(name)} --network $NET --wait"
    return found


def network_command(told: Mapping[str, str]) -> str:
    """Makes the network for drills: in the recovery region, and connected to nothing."""
    space = {"addressSpace": {"addressPrefixes": ["10.99.0.0/16"]}}
    subnets = {"subnets": [{"name": "default", "properties": {"addressPrefix": "10.99.0.0/24"}}]}
    body = json.dumps({"location": told["TARGET"], "properties": space | subnets})
    return f"""curl -sX PUT "$ARM$NET?{_NETWORK_API}" {_HEADERS} -d '{body}'"""


def lines(ready: Mapping[str, str]) -> Iterator[str]:
    """What is printed."""
    told = exports(ready)
    yield f'export PATH="{KEPT.parent}/.venv/bin:$PATH"'
    for name, value in told.items():
        yield f"export {name}={shlex.quote(value)}"
    yield ""
    yield "# Paste the lines above into another shell; then, for example:"
    for about, command in commands(told).items():
        yield f"# {about}"
        yield command


def main() -> int:
    """Print the hints.

    Returns:
        0; 1 when nothing runs, or it could not be started.
    """
    parser = argparse.ArgumentParser(prog="python -m local.hint", description=__doc__)
    parser.add_argument("--again", action="store_true", help="tell the hints of the stack that runs")
    if parser.parse_args().again:
        try:
            ready = json.loads(KEPT.read_text(encoding="utf-8"))
            _print(ready)
        except (OSError, ValueError, httpx.HTTPError):
            print("Nothing runs here: make up starts it.", file=sys.stderr)  # noqa: T201
            return 1
        return 0
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the stack is told to stop by the same signal, and ends this
    line = sys.stdin.readline()
    if not line:
        return 1
    ready = json.loads(line)
    KEPT.touch(mode=0o600)
    KEPT.write_text(line, encoding="utf-8")
    try:
        _print(ready)
        sys.stdin.read()
    finally:
        KEPT.unlink(missing_ok=True)
    return 0


def _print(ready: Mapping[str, str]) -> None:
    for line in lines(ready):
        print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
