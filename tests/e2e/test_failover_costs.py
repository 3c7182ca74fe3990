"""What drills and failovers cost in requests to Azure: so many for each VM, however many go at once."""

import json
from pathlib import Path
from typing import Any

from bench.fleet import GROUP, RECOVERY, machine_id, protected_world
from tests.e2e.stack import GRAPH, Stack, stack
from tests.e2e.test_drills import NETWORK_API, drill
from tests.e2e.test_recovery_plans import over, start

VMS, FEW = 8, 2
"""All of them, in two waves; and the few that they are compared with."""

OF_A_DRILL, OF_A_FAILOVER, SHARED = 32, 24, 40
"""Requests of one VM, and those that many VMs share. Polls are not counted: how often one asks is a matter of time."""

POLLS = ("replicationjobs", "replicationoperationstatus", "operations")


def world(folder: Path) -> Path:
    """Protected VMs that are the plan `shop`, beside an isolated network."""
    made: Any = protected_world(VMS, VMS)
    for one in made["resources"]:
        path, _, number = one["id"].rpartition("/vm-")
        if path.endswith("/Microsoft.Compute/virtualMachines"):
            one["body"]["tags"] |= {"asr-recovery-plan": "shop", "asr-recovery-wave": str(int(number) % 2)}
    file = folder / "fleet.json"
    file.write_text(json.dumps(made))
    return file


def asked(up: Stack, before: int) -> int:
    """How many requests the app has made since; what Azure had to refuse for their number is a failure."""
    made = [one for one in up.requests() if one["seq"] > before]
    assert [one for one in made if one["status"] == 429] == []
    return len([one for one in made if not any(poll in one["path"].lower() for poll in POLLS) and one["path"] != GRAPH])


def last(up: Stack) -> int:
    """The number of the app's last request."""
    return max((one["seq"] for one in up.requests()), default=0)


def test_requests_grow_with_the_vms_and_no_faster(tmp_path: Path) -> None:
    """With Azure's limits kept: a drill of few, one of all in waves, and a failover of all in waves."""
    with stack(str(world(tmp_path)), ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as up:
        up.http.post(f"{up.arm}/_emulator/settings", json={"throttling": "on"}).raise_for_status()
        subnets = [{"name": "app", "properties": {"addressPrefix": "10.9.0.0/17"}}]
        properties = {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}, "subnets": subnets}
        where = f"{GROUP}-dr/providers/Microsoft.Network/virtualNetworks/drill"
        assert up.call("PUT", where, NETWORK_API, {"location": RECOVERY, "properties": properties}).is_success
        begun = last(up)
        assert drill(up, vmIds=[machine_id(one) for one in range(FEW)], testNetworkId=where)["status"] == "passed"
        few, begun = asked(up, begun), last(up)
        assert drill(up, plan="shop", testNetworkId=where)["status"] == "passed"
        many, begun = asked(up, begun), last(up)
        assert few <= OF_A_DRILL * FEW + SHARED
        assert many <= OF_A_DRILL * VMS + SHARED
        assert over(up, start(up, kind="unplanned"))["output"]["result"] == "done"
        assert asked(up, begun) <= OF_A_FAILOVER * VMS + SHARED
