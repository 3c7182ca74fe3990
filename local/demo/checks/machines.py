"""Checks of one protected machine: what is replicated is what is there."""

from collections.abc import Iterator

from local.demo import story
from local.demo.arm import name_of
from local.demo.checks.end_state import EndState
from local.demo.checks.verdict import Verdict, all_of, equal, equal_sets
from local.demo.http import Json
from local.demo.story import Role


def protected_once(azure: EndState, role: Role) -> Verdict:
    """There is one protected item, it is Protected, and it lies in the source region's fabric."""
    found = [
        f"{item['properties']['protectionState']} {item['properties']['replicationHealth']} "
        f"{item['properties']['providerSpecificDetails']['recoveryFabricLocation']}"
        for item in azure.items_of(role)
    ]
    return equal_sets(found, [f"Protected Normal {story.RECOVERY_REGION}"])


def every_disk(azure: EndState, role: Role) -> Verdict:
    """Every disk is replicated, the boot disk and all data disks, each once."""
    managed, unmanaged = _replicated(azure, role)
    found = [disk["diskId"] for disk in managed] + [disk["diskUri"] for disk in unmanaged]
    disks = _disks(azure.machine(role))
    verdict = equal_sets(found, [disk["managedDisk"]["id"] if managed else disk["vhd"]["uri"] for disk in disks])
    return Verdict(verdict.ok, f"{len(found)} disks" if verdict.ok else verdict.found)


def disk_skus(azure: EndState, role: Role) -> Verdict:
    """Replica and recovered disk have the SKU of their source disk; unmanaged disks go to one fitting account."""
    managed, unmanaged = _replicated(azure, role)
    return all_of(managed, lambda disk: _sku(azure, disk)) if managed else _target_account(azure, role, unmanaged)


def subnet(azure: EndState, role: Role) -> Verdict:
    """Each network card lands in the recovery network, in the subnet of the source's name."""
    wanted = sorted(f"{name_of(network)}-asr/{name_of(subnet)}" for network, subnet in _source_subnets(azure, role))
    found = sorted(
        f"{name_of(nic['recoveryVMNetworkId'])}/{config['recoverySubnetName']}"
        for nic in azure.replication(role)["vmNics"]
        for config in nic["ipConfigs"]
    )
    return equal_sets(found, wanted)


def availability_set(azure: EndState, role: Role) -> Verdict:
    """A machine of a set lands in the set's copy, any other in none."""
    source = azure.machine(role)["properties"].get("availabilitySet")
    wanted = f"{name_of(source['id'])}-asr" if source else "none"
    return equal((name_of(azure.replication(role)["recoveryAvailabilitySet"]) or "none").lower(), wanted.lower())


def recovery_group(azure: EndState, role: Role) -> Verdict:
    """The machine lands in the recovery group of its own group."""
    landing = azure.replication(role)["recoveryAzureResourceGroupId"]
    return equal(name_of(landing).lower(), f"{story.GROUP}-asr")


def _replicated(azure: EndState, role: Role) -> tuple[list[Json], list[Json]]:
    details = azure.replication(role)
    return details["protectedManagedDisks"] or [], details["protectedDisks"] or []


def _disks(machine: Json) -> list[Json]:
    """The boot disk and the data disks of a machine."""
    storage = machine["properties"]["storageProfile"]
    return [storage["osDisk"], *storage.get("dataDisks", ())]


def _sku(azure: EndState, disk: Json) -> Verdict:
    source = azure.get(disk["diskId"])["sku"]["name"]
    replica, target = disk["recoveryReplicaDiskAccountType"], disk["recoveryTargetDiskAccountType"]
    return equal(f"replica {replica}, target {target}", f"replica {source}, target {source}")


def _target_account(azure: EndState, role: Role, disks: list[Json]) -> Verdict:
    """One account for all disks, in the recovery region, of the kind and SKU of the account of the boot disk."""
    accounts = azure.list(f"{azure.subscription}/providers/Microsoft.Storage/storageAccounts")
    by_name = {account["name"].lower(): account for account in accounts}
    boot = _disks(azure.machine(role))[0]["vhd"]["uri"]
    source = by_name[boot.split("://", 1)[1].split(".", 1)[0].lower()]
    targets = {name_of(disk["recoveryAzureStorageAccountId"]).lower() for disk in disks}
    found = [f"{_kind(by_name[name])} in {by_name[name]['location']}" for name in targets]
    return equal_sets(found, [f"{_kind(source)} in {story.RECOVERY_REGION}"])


def _kind(account: Json) -> str:
    return f"{account['kind']} {account['sku']['name']}"


def _source_subnets(azure: EndState, role: Role) -> Iterator[tuple[str, str]]:
    """Network and subnet ids of every IP configuration of a machine."""
    for card in azure.machine(role)["properties"]["networkProfile"]["networkInterfaces"]:
        for config in azure.get(card["id"])["properties"]["ipConfigurations"]:
            subnet_id = str(config["properties"]["subnet"]["id"])
            yield subnet_id.rsplit("/subnets/", 1)[0], subnet_id
