"""What a run of trouble is about: a world of six to ten machines, and what people want of each in the end."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.stack import ROOT

type Json = dict[str, Any]

SUBSCRIPTION = "3c1d9b52-6a0e-4f7d-8b21-0e5a4c7d9f13"
SOURCE = "eastasia"
TAG = "asr-protect"
TESTS = "tests"
TEST_NETWORK = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{TESTS}/providers/Microsoft.Network/virtualNetworks/tests-vnet"
)
"""Where test failovers go."""


LAST_FATES = frozenset({"ended", "untagged", "deleted"})
"""After these there is no protection."""

FATES = LAST_FATES | {"tested", "drilled", "cancelled", "away", "regretted"}
"""Ended by name, by its tag, or by its VM's end; a test failover and its clean-up, a drill, a failover that is taken
back, one that is committed, a tag that was `false` for a while.
"""


@dataclass(frozen=True, slots=True)
class Machine:
    """A VM of a story.

    Attributes:
        name: its name.
        place: `<network>/<subnet>`.
        tag: the value of the protect tag in the end; None for no such tag.
        by_name: somebody asks for its protection over HTTP, without a tag.
        members_of: its availability set, or "".
        stopped: it is deallocated in the end.
        fate: what becomes of it once it is protected, a name of `FATES`; "" for nothing more.
    """

    name: str
    place: str
    tag: str | None = "true"
    by_name: bool = False
    members_of: str = ""
    stopped: bool = False
    fate: str = ""

    @property
    def is_asked(self) -> bool:
        """Whether anybody asks for its protection in the end."""
        return (self.by_name or self.tag not in (None, "false")) and self.fate not in LAST_FATES

    @property
    def is_protected(self) -> bool:
        """Whether it has its protected item, and is at home, in the end."""
        return self.is_asked and not self.stopped and (self.by_name or self.tag == "true") and self.fate != "away"


@dataclass(frozen=True, slots=True)
class Story:
    """A world, and what is wanted in it.

    Attributes:
        name: in a word.
        group: where the machines are.
        machines: all of them.
        extra: further resources of the world, in front of the machines.
        subscription: whose they are.
        blows: how much trouble there is, from and to.
    """

    name: str
    group: str
    machines: tuple[Machine, ...]
    extra: tuple[Json, ...] = ()
    subscription: str = SUBSCRIPTION
    blows: tuple[int, int] = (6, 10)
    has_networks: bool = field(default=False)

    @property
    def is_a_life(self) -> bool:
        """Whether it begins with everything protected, and is about what comes after that."""
        return any(machine.fate for machine in self.machines)

    def vm_id(self, name: str) -> str:
        """The ARM id of a machine."""
        group = f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"
        return f"{group}/providers/Microsoft.Compute/virtualMachines/{name}"

    @property
    def world(self) -> Json:
        """The world as a file holds it: nothing is tagged, and nothing is stopped."""
        resources: list[Json] = [] if self.extra and self.has_networks else [_group(self.group)]
        resources += [*self.extra, *_others()]
        places = {machine.place.split("/")[0] for machine in self.machines}
        if not self.has_networks:
            resources += [_network(self.group, name, number) for number, name in enumerate(sorted(places))]
        for members in sorted({machine.members_of for machine in self.machines} - {""}):
            resources.append(_set(self.group, members))
        for machine in self.machines:
            resources += _machine(self.group, machine)
        return {"subscription": self.subscription, "name": self.name, "resources": resources}


def write(story: Story, folder: Path) -> Path:
    """Write the story's world into a file of this folder."""
    path = folder / f"{story.name}.json"
    path.write_text(json.dumps(story.world))
    return path


def _group(name: str, location: str = SOURCE) -> Json:
    return {"id": name, "body": {"location": location}}


def _network(group: str, name: str, number: int, location: str = SOURCE) -> Json:
    subnets = [
        {"name": subnet, "properties": {"addressPrefix": f"10.{20 + number}.{place}.0/24"}}
        for place, subnet in enumerate(("web", "db"), 1)
    ]
    space = {"addressSpace": {"addressPrefixes": [f"10.{20 + number}.0.0/16"]}, "subnets": subnets}
    id_ = f"{group}/Microsoft.Network/virtualNetworks/{name}"
    return {"id": id_, "body": {"location": location, "tags": {"owner": "network-team"}, "properties": space}}


def _set(group: str, name: str) -> Json:
    properties = {"platformFaultDomainCount": 2, "platformUpdateDomainCount": 5}
    body = {"location": SOURCE, "sku": {"name": "Aligned"}, "properties": properties}
    return {"id": f"{group}/Microsoft.Compute/availabilitySets/{name}", "body": body}


def _machine(group: str, machine: Machine) -> list[Json]:
    network, subnet = machine.place.split("/")
    nic = f"{group}/Microsoft.Network/networkInterfaces/{machine.name}-nic"
    within = {"id": f"@{group}/Microsoft.Network/virtualNetworks/{network}/subnets/{subnet}"}
    address = {"name": "ipconfig1", "properties": {"privateIPAllocationMethod": "Dynamic", "subnet": within}}
    disk = {"managedDisk": {"storageAccountType": "Premium_LRS"}, "diskSizeGB": 64}
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    os_disk = {"name": f"{machine.name}-os", "osType": "Linux", "createOption": "FromImage", **disk}
    data = {"lun": 0, "name": f"{machine.name}-data", "createOption": "Empty", **disk}
    properties: Json = {
        "hardwareProfile": {"vmSize": "Standard_D2s_v5"},
        "storageProfile": {"imageReference": image, "osDisk": os_disk, "dataDisks": [data]},
        "osProfile": {"computerName": machine.name, "adminUsername": "contoso"},
        "networkProfile": {"networkInterfaces": [{"id": f"@{nic}", "properties": {"primary": True}}]},
    }
    if machine.members_of:
        properties["availabilitySet"] = {"id": f"@{group}/Microsoft.Compute/availabilitySets/{machine.members_of}"}
    vm = {"location": SOURCE, "tags": {"app": "contoso"}, "properties": properties}
    return [
        {"id": nic, "body": {"location": SOURCE, "properties": {"ipConfigurations": [address]}}},
        {"id": f"{group}/Microsoft.Compute/virtualMachines/{machine.name}", "body": vm},
    ]


def _others() -> list[Json]:
    """What is nobody's business: a group of other people with a network, an account and a machine."""
    account = {"location": SOURCE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}}
    return [
        _group("others"),
        _group("others-dr", "southeastasia"),
        _network("others", "others-vnet", 50),
        _network("others-dr", "others-vnet-asr", 51, "southeastasia"),
        {
            "id": "others-dr/Microsoft.Storage/storageAccounts/othersbackups",
            "body": account | {"tags": {"keep": "yes"}},
        },
        *_machine("others", Machine("theirs-0", "others-vnet/web", tag=None)),
    ]


def _for_tests() -> tuple[Json, ...]:
    """A network in the recovery region that leads nowhere, for test failovers."""
    return (_group(TESTS, "southeastasia"), _network(TESTS, "tests-vnet", 60, "southeastasia"))


def _adopted() -> tuple[Json, ...]:
    """The vault, fabrics, containers, policies and mappings of the world `adopted`, with its protected machine."""
    world: Json = json.loads((ROOT / "local" / "worlds" / "adopted.json").read_text())
    return tuple(world["resources"])


SMALL = Story(
    "small",
    "shop",
    (
        Machine("web-0", "shop-vnet/web", members_of="web-set"),
        Machine("web-1", "shop-vnet/web", members_of="web-set"),
        Machine("db-0", "shop-vnet/db"),
        Machine("stopped-0", "shop-vnet/db", stopped=True),
        Machine("unknown-0", "shop-vnet/db", tag="no-such-profile"),
        Machine("plain-0", "shop-vnet/web", tag=None),
    ),
)
NETWORKS = Story(
    "networks",
    "shop",
    (
        *(Machine(f"web-{number}", "front-vnet/web", members_of="web-set") for number in range(2)),
        *(Machine(f"db-{number}", "back-vnet/db") for number in range(3)),
        Machine("named-0", "back-vnet/web", tag=None, by_name=True),
        Machine("declined-0", "front-vnet/db", tag="false"),
        Machine("plain-0", "front-vnet/web", tag=None),
    ),
)
ADOPTED = Story(
    "adopted",
    "shop",
    (
        *(Machine(f"web-{number}", "shop-vnet/apps") for number in range(3)),
        *(Machine(f"db-{number}", "shop-vnet/data") for number in range(2)),
        Machine("named-0", "shop-vnet/data", tag=None, by_name=True),
        Machine("stopped-0", "shop-vnet/data", stopped=True),
    ),
    _adopted(),
    has_networks=True,
)
LARGE = Story(
    "large",
    "shop",
    (
        *(Machine(f"web-{number}", "front-vnet/web", members_of="web-set") for number in range(3)),
        *(Machine(f"api-{number}", "middle-vnet/web", members_of="api-set") for number in range(2)),
        *(Machine(f"db-{number}", "back-vnet/db") for number in range(2)),
        Machine("named-0", "back-vnet/web", tag=None, by_name=True),
        Machine("unknown-0", "back-vnet/db", tag="no-such-profile"),
        Machine("stopped-0", "middle-vnet/db", stopped=True),
    ),
)
TINY = Story(
    "tiny",
    "shop",
    (
        Machine("web-0", "shop-vnet/web", members_of="web-set"),
        Machine("named-0", "shop-vnet/web", tag=None, by_name=True),
        Machine("unknown-0", "shop-vnet/db", tag="no-such-profile"),
    ),
    blows=(3, 5),
)
LIFE = Story(
    "life",
    "shop",
    (
        Machine("tested-0", "shop-vnet/web", fate="tested"),
        Machine("away-0", "shop-vnet/db", fate="away"),
        Machine("ended-0", "shop-vnet/db", fate="ended"),
    ),
    _for_tests(),
    blows=(3, 5),
)
LIVES = Story(
    "lives",
    "shop",
    (
        Machine("tested-0", "shop-vnet/web", members_of="web-set", fate="tested"),
        Machine("drilled-0", "shop-vnet/web", members_of="web-set", fate="drilled"),
        Machine("cancelled-0", "shop-vnet/db", fate="cancelled"),
        Machine("away-0", "shop-vnet/db", fate="away"),
        Machine("ended-0", "shop-vnet/web", fate="ended"),
        Machine("untagged-0", "shop-vnet/db", fate="untagged"),
        Machine("deleted-0", "shop-vnet/db", fate="deleted"),
        Machine("regretted-0", "shop-vnet/web", fate="regretted"),
    ),
    _for_tests(),
)
STORIES = (TINY, LIFE, SMALL, NETWORKS, ADOPTED, LIVES, LARGE)
"""The stories take turns, seed by seed; the first two are the short ones."""
