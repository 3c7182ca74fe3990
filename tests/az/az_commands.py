"""What people type at the Azure CLI, answered by the emulator."""

import json

import pytest

from bench.azure_cli import CLIENT
from tests.az.conftest import SignedIn

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


@pytest.fixture(scope="module")
def group(az: SignedIn) -> str:
    """A resource group for the tests of this file."""
    az("group", "create", "--name", "app", "--location", "eastasia")
    return "app"


@pytest.fixture(scope="module")
def machine(az: SignedIn, group: str) -> str:
    """A machine, made as people make one: with its network, address and disk, by one command."""
    secret = "Not-A-Secret-1"
    image = ["--image", "Ubuntu2204", "--size", "Standard_D2s_v5"]
    made = az("vm", "create", "-g", group, "-n", "web-0", *image, "--admin-username", "me", "--admin-password", secret)

    assert made["powerState"] == "VM running"
    return "web-0"


def test_who_is_signed_in(az: SignedIn) -> None:
    """The account is the service principal, in the world's subscription and tenant."""
    account = az("account", "show")

    assert account["id"] == az.emulator.subscription
    assert account["tenantId"] == az.emulator.cloud.tenant
    assert account["user"] == {"name": CLIENT, "type": "servicePrincipal"}
    assert az("account", "get-access-token")["tokenType"] == "Bearer"
    assert "eastasia" in az("account", "list-locations", "--query", "[].name")


def test_groups_come_and_go(az: SignedIn) -> None:
    """Create, list, show, tag, exists, delete."""
    az("group", "create", "--name", "short", "--location", "westeurope", "--tags", "a=b")

    assert "short" in az("group", "list", "--query", "[].name")
    assert az("group", "show", "--name", "short")["tags"] == {"a": "b"}
    az("group", "delete", "--name", "short", "--yes")
    assert az("group", "exists", "--name", "short") is False


def test_a_refusal_reaches_the_person(az: SignedIn) -> None:
    """The emulator's error is what the CLI prints."""
    ended = az.ended("group", "show", "--name", "nowhere")

    assert ended.returncode != 0
    assert "(ResourceGroupNotFound) Resource group 'nowhere' could not be found." in ended.stderr


def test_networks(az: SignedIn, group: str) -> None:
    """A network with subnets, a security group, a public address, an interface."""
    prefixes = ["--address-prefix", "10.1.0.0/16", "--subnet-name", "web", "--subnet-prefix", "10.1.0.0/24"]
    az("network", "vnet", "create", "-g", group, "-n", "net", *prefixes)
    az("network", "vnet", "subnet", "create", "-g", group, "--vnet-name", "net", "-n", "db", "--address-prefixes", "10.1.1.0/24")  # fmt: skip # noqa: E501
    az("network", "nsg", "create", "-g", group, "-n", "rules")
    az("network", "public-ip", "create", "-g", group, "-n", "address", "--sku", "Standard")
    nic = az("network", "nic", "create", "-g", group, "-n", "nic", "--vnet-name", "net", "--subnet", "web")

    subnets = az("network", "vnet", "show", "-g", group, "-n", "net", "--query", "subnets[].name")
    assert subnets == ["web", "db"]
    assert nic["NewNIC"]["ipConfigurations"][0]["privateIPAddress"].startswith("10.1.0.")


def test_rules_and_peerings(az: SignedIn, group: str) -> None:
    """A rule of a security group by itself; two networks that are linked from both sides."""
    az("network", "nsg", "create", "-g", group, "-n", "closed")
    rule = ("-g", group, "--nsg-name", "closed", "-n", "ssh")
    az("network", "nsg", "rule", "create", *rule, "--priority", "100", "--destination-port-ranges", "22")
    az("network", "nsg", "rule", "update", *rule, "--access", "Deny")
    assert az("network", "nsg", "rule", "list", *rule[:4], "--query", "[].[name,access]") == [["ssh", "Deny"]]
    for name, prefix in (("east", "10.2.0.0/16"), ("west", "10.3.0.0/16")):
        az("network", "vnet", "create", "-g", group, "-n", name, "--address-prefixes", prefix)
    states = [
        az("network", "vnet", "peering", "create", "-g", group, "-n", "p", "--vnet-name", one, "--remote-vnet", other)
        for one, other in (("east", "west"), ("west", "east"))
    ]
    assert [state["peeringState"] for state in states] == ["Initiated", "Connected"]


def test_storage_accounts(az: SignedIn, group: str) -> None:
    """Create, keys, name availability, list."""
    az("storage", "account", "create", "-n", "contosocache1", "-g", group, "-l", "eastasia", "--sku", "Standard_LRS")

    assert len(az("storage", "account", "keys", "list", "-g", group, "-n", "contosocache1")) == 2
    renewed = az("storage", "account", "keys", "renew", "-g", group, "-n", "contosocache1", "--key", "key1")
    assert len(renewed) == 2
    assert az("storage", "account", "check-name", "--name", "contosocache1")["reason"] == "AlreadyExists"
    assert az("storage", "account", "list", "-g", group, "--query", "[].name") == ["contosocache1"]


def test_vaults(az: SignedIn, group: str) -> None:
    """Create, list, show and delete a Recovery Services vault."""
    az("backup", "vault", "create", "-g", group, "-n", "vault", "-l", "southeastasia")

    assert az("backup", "vault", "list", "--query", "[].name") == ["vault"]
    assert az("backup", "vault", "show", "-g", group, "-n", "vault")["location"] == "southeastasia"
    az("backup", "vault", "delete", "-g", group, "-n", "vault", "--yes")
    assert az("backup", "vault", "list") == []


def test_machines(az: SignedIn, group: str, machine: str) -> None:
    """List, show, deallocate, start; tags by update."""
    named = ("-g", group, "-n", machine)

    def power() -> str:
        return str(az("vm", "show", *named, "-d")["powerState"])

    assert az("vm", "list", "-g", group, "--query", "[].name") == [machine]
    az("vm", "deallocate", *named)
    assert power() == "VM deallocated"
    az("vm", "start", *named)
    assert power() == "VM running"
    assert az("vm", "resize", *named, "--size", "Standard_D4s_v5")["hardwareProfile"]["vmSize"] == "Standard_D4s_v5"
    az("vm", "disk", "attach", "-g", group, "--vm-name", machine, "-n", "data", "--new", "--size-gb", "4")
    az("vm", "disk", "detach", "-g", group, "--vm-name", machine, "-n", "data")
    assert az("disk", "show", "-g", group, "-n", "data")["diskState"] == "Unattached"
    updated = az("vm", "update", *named, "--set", 'tags.asr-protect="true"')  # bare, the CLI takes it for a boolean
    assert updated["tags"]["asr-protect"] == "true"


def test_tags(az: SignedIn, group: str, machine: str) -> None:
    """The tags API with its three operations, on a machine."""
    vm = f"{az.root}/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{machine}"
    az("tag", "create", "--resource-id", vm, "--tags", "owner=me", "asr-protect=false")
    az("tag", "update", "--resource-id", vm, "--operation", "merge", "--tags", "asr-protect=true")
    az("tag", "update", "--resource-id", vm, "--operation", "delete", "--tags", "owner=me")

    assert az("tag", "list", "--resource-id", vm)["properties"]["tags"] == {"asr-protect": "true"}
    assert az("resource", "list", "--tag", "asr-protect=true", "--query", "[].name") == [machine]


def test_roles(az: SignedIn) -> None:
    """Assign by application id, list, delete: the CLI asks the directory who that is."""
    made = az("role", "assignment", "create", "--assignee", CLIENT, "--role", "Reader", "--scope", az.root)
    listed = az("role", "assignment", "list", "--all", "--query", "[].name")
    az("role", "assignment", "delete", "--ids", made["id"])

    assert made["roleDefinitionId"].endswith(READER)
    assert listed == [made["name"]]
    assert az("role", "assignment", "list", "--all") == []


def test_resource_graph(az: SignedIn, group: str, machine: str) -> None:
    """A query by `az rest`, which is what `az graph query` sends."""
    query = "resources | where type =~ 'microsoft.compute/virtualmachines' | project name, resourceGroup"
    address = "/providers/Microsoft.ResourceGraph/resources?api-version=2021-03-01"
    found = az("rest", "--method", "post", "--url", address, "--body", json.dumps({"query": query}))

    assert found["data"] == [{"name": machine, "resourceGroup": group}]


def test_rest(az: SignedIn, group: str) -> None:
    """`az rest` fills in the subscription and sends what it is told."""
    address = "/subscriptions/{subscriptionId}/resourceGroups?api-version=2021-04-01"

    assert group in [one["name"] for one in az("rest", "--method", "get", "--url", address)["value"]]
