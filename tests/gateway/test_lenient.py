"""Decisions of a burst: read by few requests, leniently, and nothing but protection follows from what was read so."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from asr.gateway.graph_resources import Attached, find_attached
from asr.gateway.session import Azure
from asr.model.decision import Action
from asr.model.vm_facts import ManagedDisk, VirtualMachine
from asr.services.decide import Explained, explain
from local.emulator.server import Emulator
from tests.gateway.sessions import SUBSCRIPTION, WORLDS, within
from tests.gateway.wire import Reply, Wire

GRAPH = "/providers/Microsoft.ResourceGraph/resources"
COMPUTE, NETWORK = "providers/Microsoft.Compute", "providers/Microsoft.Network"
VERSIONS = {"virtualMachines": "2024-07-01", "disks": "2024-03-02", "networkInterfaces": "2024-05-01"}


class Contoso:
    """The world of East Asia, whose machines ask by their tags."""

    def __init__(self, emulator: Emulator) -> None:
        self.url = emulator.url
        self.group = f"/subscriptions/{emulator.subscription}/resourceGroups/contoso-app"
        for name in ("web-0", "web-1"):
            tags = {"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}}
            path = f"{self.vm(name)}/providers/Microsoft.Resources/tags/default"
            self.send("PATCH", path, "2021-04-01", tags)

    def vm(self, name: str) -> str:
        return f"{self.group}/{COMPUTE}/virtualMachines/{name}"

    def send(self, method: str, path: str, version: str, body: Any = None) -> Any:
        headers = {"Authorization": "Bearer operator"}
        answer = httpx.request(method, f"{self.url}{path}?api-version={version}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def control(self, route: str, **body: Any) -> None:
        httpx.post(f"{self.url}/_emulator/{route}", json=body).raise_for_status()

    def asked(self) -> Counter[str]:
        """The last part of each path that the app asked for, and how often."""
        requests = httpx.get(f"{self.url}/_emulator/requests").json()
        ours = [one for one in requests if "asr-autoprotect" in (one["client"] or "")]
        return Counter(str(one["path"]).rstrip("/").rpartition("/")[2].lower() for one in ours)

    def decided(self, *names: str) -> list[Explained]:
        """The decisions that events of these machines ask for, at the same time."""

        async def work(azure: Azure) -> list[Explained]:
            return await asyncio.gather(*(explain(azure, azure.settings, self.vm(name)) for name in names))

        return within(self.url, work)


@pytest.fixture
def contoso() -> Iterator[Contoso]:
    with Emulator("east-asia") as emulator:
        yield Contoso(emulator)


def actions(several: list[Explained]) -> list[Action]:
    return [one.decision.action for one in several]


def codes(explained: Explained) -> list[str]:
    outcome = explained.decision.outcome
    return [one.code for one in outcome.reasons] if outcome else []


def test_interfaces_and_disks_of_several_are_queried_together(contoso: Contoso) -> None:
    """Each costs its own document and eligibility; no list of a group's disks is read."""
    both = contoso.decided("web-0", "web-1")
    asked = contoso.asked()

    assert actions(both) == [Action.PROTECT, Action.PROTECT]
    facts = [one.facts for one in both if one.facts]
    assert [len(one.interfaces) for one in facts] == [1, 1]
    assert [one.subnet_id is not None for fact in facts for nic in fact.interfaces for one in nic.ip_configurations]
    # The vaults of three subscriptions, and one query; one for each VM if so much time passes between the two.
    assert asked["resources"] - 3 in (1, 2)
    assert (asked["web-0"], asked["web-1"], asked["default"]) == (1, 1, 2)
    assert not {"web-0-nic", "web-1-nic", "disks"} & asked.keys()


@pytest.mark.parametrize(("method", "status"), [("POST", 503), ("POST", 403), ("POST", 429), ("POST", 400)])
def test_while_resource_graph_does_not_answer_everything_is_read_itself(
    contoso: Contoso, method: str, status: int
) -> None:
    """The decision is the same."""
    contoso.control("faults", method=method, path=GRAPH, status=status, retry_after=1)

    both = contoso.decided("web-0", "web-1")

    assert actions(both) == [Action.PROTECT, Action.PROTECT]
    assert contoso.asked()["web-0-nic"] == contoso.asked()["web-1-nic"] == 1


def test_a_machine_with_another_interface_than_resource_graph_knows(contoso: Contoso) -> None:
    """An interface that was swapped just before is read itself, also one that was another machine's until then."""
    contoso.control("settings", resource_graph_lag="half_a_minute")
    before = contoso.decided("web-0", "web-1")
    for name in ("web-0", "web-1"):
        contoso.send("POST", f"{contoso.vm(name)}/deallocate", VERSIONS["virtualMachines"])
    documents = [contoso.send("GET", contoso.vm(name), VERSIONS["virtualMachines"]) for name in ("web-0", "web-1")]
    nics = [one["properties"]["networkProfile"]["networkInterfaces"] for one in documents]
    spare = contoso.send("GET", nics[0][0]["id"], VERSIONS["networkInterfaces"])
    subnet = spare["properties"]["ipConfigurations"][0]["properties"]["subnet"]
    body = {
        "location": "eastasia",
        "properties": {"ipConfigurations": [{"name": "c", "properties": {"subnet": subnet}}]},
    }
    contoso.send("PUT", f"{contoso.group}/{NETWORK}/networkInterfaces/new-nic", VERSIONS["networkInterfaces"], body)
    for name, profile in (
        ("web-1", f"{contoso.group}/{NETWORK}/networkInterfaces/new-nic"),
        ("web-0", nics[1][0]["id"]),
    ):
        changed = {"properties": {"networkProfile": {"networkInterfaces": [{"id": profile}]}}}
        contoso.send("PATCH", contoso.vm(name), VERSIONS["virtualMachines"], changed)
        contoso.send("POST", f"{contoso.vm(name)}/start", VERSIONS["virtualMachines"])

    after = contoso.decided("web-0", "web-1")

    assert actions(before) == actions(after) == [Action.PROTECT, Action.PROTECT]
    assert [one.facts.interfaces[0].id.rpartition("/")[2] for one in after if one.facts] == ["web-1-nic", "new-nic"]


def test_a_replica_that_is_in_the_way_is_read_itself(contoso: Contoso) -> None:
    """It is refused while it is there, and not for what Resource Graph still knows of it."""
    (first,) = contoso.decided("web-0")
    assert first.decision.plan is not None
    assert first.facts is not None
    group, disk = first.decision.plan.group.id, first.facts.vm.managed_disks[0].id.rpartition("/")[2]
    contoso.send("PUT", group, "2021-04-01", {"location": "southeastasia"})
    replica = f"{group}/{COMPUTE}/disks/{disk}-ASRReplica"
    body = {"location": "southeastasia", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 8}}
    contoso.send("PUT", replica, VERSIONS["disks"], body)
    contoso.control("settings", resource_graph_lag="half_a_minute")

    there = contoso.decided("web-0")
    contoso.send("DELETE", replica, VERSIONS["disks"])
    gone = contoso.decided("web-0")

    assert codes(there[0]) == ["ReplicaManagedDiskExists"]
    assert actions(gone) == [Action.PROTECT]
    assert contoso.asked()["web-0"] == 4, (
        "nothing but protection follows from old answers: what is refused is read anew"
    )


@pytest.mark.parametrize(
    "body", [None, [], {}, "{", {"data": None}, {"data": [1]}, {"data": [{"id": "x"}]}, {"data": []}]
)
def test_an_answer_that_tells_nothing_of_the_machine(body: Any) -> None:
    """Is none, or one that knows nothing of it."""
    found = _found(Reply(200, body))

    assert found is None or found == Attached({}, ())


def test_only_what_is_the_machines_own_is_known_as_such() -> None:
    """Of two subscriptions; a name that could end a text in the query is left out of it."""
    group = f"/subscriptions/{WORLDS[0]}/resourceGroups/g/{COMPUTE}"
    rows = [
        {"id": f"{group}/disks/os".upper(), "machine": f"{group}/virtualMachines/VM", "maxShares": 2},
        {"id": f"{group}/disks/data", "machine": f"{group}/virtualMachines/other"},
        {"id": f"{group.replace(WORLDS[0], SUBSCRIPTION)}/disks/OS-ASRReplica", "machine": None},
    ]

    wire = Wire(
        {("POST", GRAPH): Reply(200, {"data": rows, "count": 3, "totalRecords": 3, "resultTruncated": "false"})}
    )
    with wire:
        found = _found(None, wire.url)

    assert found is not None
    assert [key.rpartition("/")[2] for key in found.own] == ["os"]
    assert [id_.rpartition("/")[2] for id_ in found.replicas] == ["OS-ASRReplica"]
    (asked,) = wire.asked
    assert set(asked.body["subscriptions"]) >= {WORLDS[0], SUBSCRIPTION}
    assert "it's" not in asked.body["query"]


def _found(reply: Reply | None, url: str = "") -> Attached | None:
    group = f"/subscriptions/{WORLDS[0]}/resourceGroups/g/{COMPUTE}"
    disks = tuple(ManagedDisk(f"{group}/disks/{name}", name, None, None) for name in ("os", "data", "it's"))

    async def work(azure: Azure) -> Attached | None:
        with azure.memory.gathering(lenient=True):
            return await find_attached(azure, _machine(f"{group}/virtualMachines/vm", disks))

    if reply is None:
        return within(url, work)
    with Wire({("POST", GRAPH): reply}) as wire:
        return within(wire.url, work)


def _machine(id_: str, disks: tuple[ManagedDisk, ...]) -> VirtualMachine:
    about = {"size": "s", "os_type": "Linux", "provisioning_state": "Succeeded", "power_state": "running"}
    attached = {"managed_disks": disks, "unmanaged_disks": (), "interface_ids": ()}
    return VirtualMachine(id=id_, name="vm", location="eastasia", tags={}, **about, **attached)  # type: ignore[arg-type]
