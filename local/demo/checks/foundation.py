"""Checks of what the protected machines stand on."""

from local.demo import story
from local.demo.arm import name_of, same
from local.demo.checks.end_state import EndState
from local.demo.checks.verdict import Verdict, all_of, equal, equal_sets
from local.demo.http import Json

_BOTH_WAYS = (
    (story.SOURCE_REGION, story.RECOVERY_REGION),
    (story.RECOVERY_REGION, story.SOURCE_REGION),
)


def recovery_group(azure: EndState) -> Verdict:
    """The recovery group is in the recovery region."""
    group = azure.get(story.group_id(azure.subscription, f"{story.GROUP}-asr"))
    return equal(group["location"], story.RECOVERY_REGION)


def vault(azure: EndState) -> Verdict:
    """There is one vault, under its default name, in the recovery region."""
    vaults = [f"{vault['name']} in {vault['location']}" for vault in azure.vaults]
    return equal_sets(vaults, [f"{story.VAULT} in {story.RECOVERY_REGION}"])


def vault_group(azure: EndState) -> Verdict:
    """The vault's own group is out of the source region, or its outage would take the vault along."""
    group = azure.get(azure.vault.split("/providers/", 1)[0])
    return Verdict(not same(group["location"], story.SOURCE_REGION), f"{group['name']} in {group['location']}")


def fabrics(azure: EndState) -> Verdict:
    """One fabric for each region."""
    locations = [one["properties"]["customDetails"]["location"] for one in azure.in_vault("replicationFabrics")]
    return equal_sets(locations, [story.SOURCE_REGION, story.RECOVERY_REGION])


def containers(azure: EndState) -> Verdict:
    """One protection container in each fabric."""
    holders = [_fabric_of(container["id"]) for container in azure.in_vault("replicationProtectionContainers")]
    return equal_sets(holders, [fabric["name"] for fabric in azure.in_vault("replicationFabrics")])


def policy(azure: EndState) -> Verdict:
    """The default policy keeps 24 hours and takes an app-consistent point every hour."""
    found = azure.get(f"{azure.vault}/replicationPolicies/{story.POLICY}")["properties"]["providerSpecificDetails"]
    return equal(_minutes(found["recoveryPointHistory"], found["appConsistentFrequencyInMinutes"]), _minutes(1440, 60))


def container_mappings(azure: EndState) -> Verdict:
    """The containers are mapped both ways, by the default policy, and paired."""
    mappings = azure.in_vault("replicationProtectionContainerMappings")
    found = [
        f"{_fabric_of(mapping['id'])} -> {_fabric_of(mapping['properties']['targetProtectionContainerId'])} by "
        f"{name_of(mapping['properties']['policyId'])} {mapping['properties']['state']}"
        for mapping in mappings
    ]
    wanted = [
        f"{name_of(azure.fabric_in(here))} -> {name_of(azure.fabric_in(there))} by {story.POLICY} Paired"
        for here, there in _BOTH_WAYS
    ]
    return equal_sets(found, wanted)


def network(azure: EndState) -> Verdict:
    """The recovery network is a copy: same address space, same subnets, in the recovery region."""
    source = azure.in_group("Microsoft.Network/virtualNetworks", story.NETWORK, story.GROUP)
    copy = azure.in_recovery_group("Microsoft.Network/virtualNetworks", f"{story.NETWORK}-asr")
    return equal(
        f"{copy['location']} {_addresses(copy)}",
        f"{story.RECOVERY_REGION} {_addresses(source)}",
    )


def network_mappings(azure: EndState) -> Verdict:
    """The networks are mapped both ways and paired."""
    found = [
        f"{name_of(one['properties']['primaryNetworkId'])} -> {name_of(one['properties']['recoveryNetworkId'])} "
        f"{one['properties']['state']}"
        for one in azure.in_vault("replicationNetworkMappings")
    ]
    here, there = story.NETWORK, f"{story.NETWORK}-asr"
    return equal_sets(found, [f"{here} -> {there} Paired", f"{there} -> {here} Paired"])


def availability_set(azure: EndState) -> Verdict:
    """The recovery set has the source set's domains."""
    source = azure.in_group("Microsoft.Compute/availabilitySets", story.AVAILABILITY_SET, story.GROUP)
    copy = azure.in_recovery_group("Microsoft.Compute/availabilitySets", f"{story.AVAILABILITY_SET}-asr")
    return equal(f"{copy['location']} {_domains(copy)}", f"{story.RECOVERY_REGION} {_domains(source)}")


def cache_account(azure: EndState) -> Verdict:
    """Every disk is staged through an account in the source region that is closed to the public."""
    disks = [
        disk
        for item in azure.in_vault("replicationProtectedItems")
        for collection in ("protectedManagedDisks", "protectedDisks")
        for disk in item["properties"]["providerSpecificDetails"][collection] or ()
    ]
    staging = {str(disk["primaryStagingAzureStorageAccountId"]) for disk in disks}
    wanted = f"{story.SOURCE_REGION} StorageV2 Standard_LRS TLS1_2, public blobs: False"
    return all_of(staging, lambda account: equal(_cache_facts(azure.get(account)), wanted))


def _cache_facts(account: Json) -> str:
    settings = account["properties"]
    return (
        f"{account['location']} {account['kind']} {account['sku']['name']} {settings['minimumTlsVersion']}, "
        f"public blobs: {settings['allowBlobPublicAccess']}"
    )


def _fabric_of(child_id: str) -> str:
    """The name of the fabric that a container or mapping lies under."""
    parts = child_id.split("/")
    return parts[[part.lower() for part in parts].index("replicationfabrics") + 1]


def _minutes(retention: object, app_consistent: object) -> str:
    return f"{retention} minutes of recovery points, app-consistent every {app_consistent}"


def _addresses(network: Json) -> str:
    facts = network["properties"]
    subnets = sorted(f"{subnet['name']} {_prefixes(subnet['properties'])}" for subnet in facts["subnets"])
    return f"{' '.join(facts['addressSpace']['addressPrefixes'])} ({', '.join(subnets)})"


def _prefixes(subnet: Json) -> str:
    """A subnet has its prefixes in one field or in the other."""
    return " ".join(subnet.get("addressPrefixes") or [subnet["addressPrefix"]])


def _domains(availability_set: Json) -> str:
    facts = availability_set["properties"]
    return f"{facts['platformFaultDomainCount']} fault, {facts['platformUpdateDomainCount']} update domains"
