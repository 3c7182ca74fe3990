"""What to do with a local Azure that has just been started: `make up` prints it, `make hint` prints it again.

Reads the line that `python -m local up` prints, from standard input, and stays until that ends; meanwhile the line is
kept in a file that only its owner can read. Without a line on standard input (`--again`) the kept one is told.

What is to be pasted is understood by bash, zsh and fish, and has no comments: zsh would take them for commands.
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
LOG = KEPT.with_name(".up.log")
"""Where `make up` lets the stack write its log."""

_SECONDS = 120.0
_TAGS = "providers/Microsoft.Resources/tags/default?api-version=2021-04-01"
_NETWORK_API = "api-version=2024-05-01"
_LAST_LINES = 20
_EXPORTED = ("ARM", "ASR_URL", "ASR_KEY", "VM", "NET")
_AZ = (
    "az cloud register --name local --endpoint-resource-manager $ARM",
    "az cloud set --name local",
    "az login --service-principal --username 11111111-1111-1111-1111-111111111111 --password any --tenant common",
)
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
    """Five things to try one after another, by what they do; each ends by itself."""
    if "VM" not in told:
        return {"Ask how the app is": "asr health"}
    tags = json.dumps({"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}})
    name, refused = shlex.quote(told["VM"].rsplit("/", 1)[-1]), shlex.quote(told["REFUSED"])
    found = {
        "Tag a machine": f"""curl -sSf -w '\\n' -X PATCH "$ARM$VM/{_TAGS}" {_HEADERS} -d '{tags}'""",
        "Watch it until it is protected": f"asr status {name} --until protected",
        "Ask why another one is not": f"asr why {refused}",
        "Plan the protection of its group": f"asr plan -g {shlex.quote(told['GROUP'])}",
    }
    if "NET" in told:
        drill = f"asr drill {name} --network $NET --wait"
        found["Drill it, in a network that reaches nothing"] = f"{network_command(told)} && {drill}"
    return found


def network_command(told: Mapping[str, str]) -> str:
    """Makes the network for drills: in the recovery region, and connected to nothing."""
    space = {"addressSpace": {"addressPrefixes": ["10.99.0.0/16"]}}
    subnets = {"subnets": [{"name": "default", "properties": {"addressPrefix": "10.99.0.0/24"}}]}
    body = json.dumps({"location": told["TARGET"], "properties": space | subnets})
    return f"""curl -sSfo /dev/null -X PUT "$ARM$NET?{_NETWORK_API}" {_HEADERS} -d '{body}'"""


def lines(ready: Mapping[str, str]) -> Iterator[str]:
    """What is printed."""
    told = exports(ready)
    yield f"A local Azure with the app in it runs until Ctrl-C; its log is in {LOG.name}."
    yield "Paste this into another shell; make hint tells it again:"
    yield ""
    yield f'export PATH="{KEPT.parent}/.venv/bin:$PATH"'
    for name in _EXPORTED:
        if name in told:
            yield f"export {name}={shlex.quote(told[name])}"
    if "authority" in ready:
        # Every client of the local Azure has to trust its certificate, and az keeps its sign-in where it ends with it.
        yield f"export CURL_CA_BUNDLE={ready['authority']} REQUESTS_CA_BUNDLE={ready['authority']}"
        yield f"export AZURE_CONFIG_DIR={Path(ready['authority']).parent / 'az'} AZURE_CORE_INSTANCE_DISCOVERY=false"
        yield "\nSign your az in to the same Azure, if you like:\n"
        yield from _AZ
    yield ""
    yield "Then try there, one after another:"
    for about, command in commands(told).items():
        yield f"\n{about}:"
        yield command
    yield "\nThe page, signed in:"
    yield f"{ready['host']}/api/dashboard#key={ready['key']}"


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
        log = LOG.read_text(encoding="utf-8", errors="replace").splitlines() if LOG.exists() else []
        print("It could not be started:", *log[-_LAST_LINES:], sep="\n", file=sys.stderr)  # noqa: T201
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
