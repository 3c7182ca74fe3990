"""What has to hold before a drill, each with the read that shows it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from asr.model.drill import DrillNetwork, Gate, ZoneLink
from asr.model.failover import FailoverPlan, RecoveryPoint
from asr.model.outcome import Reason
from asr.model.preflight_facts import Size, Usage
from asr.model.resource_id import same, subscription_of
from asr.model.vm_facts import ProtectedItem
from asr.planning.failover import has_test_vm
from asr.reasons import reason

MOST_TOLD = 5
"""Networks that a shared zone is told with."""

CORES = "cores"
"""The quota of a region that counts the cores of all sizes."""


@dataclass(frozen=True, slots=True)
class DrillFacts:
    """What the gates of a drill are decided from. `network`, `size` and `usages` are None where they may not be read,
    or Azure does not tell them.
    """

    item: ProtectedItem
    network: DrillNetwork | None = None
    size: Size | None = None
    usages: tuple[Usage, ...] | None = None


@dataclass(frozen=True, slots=True)
class ExplainedDrill:
    """What a VM's part of a drill would do; no plan if the item's state or a gate stands against it.

    `facts` are what the gates were decided from; None where there was no need to read them. `is_told`: the gates were
    read; if not, there was no time to, and the VM's own run reads them.
    """

    item: ProtectedItem | None
    plan: FailoverPlan | None
    reasons: tuple[Reason, ...]
    facts: DrillFacts | None = None
    point: RecoveryPoint | None = None
    is_told: bool = True


def gates(facts: DrillFacts) -> tuple[Gate, ...]:
    """Every gate, with what was found; what stands against the drill is in `against`."""
    item = facts.item
    read = f"GET {item.id}"
    return (
        Gate("item normal", item.health.lower() != "critical", read, {"health": item.health, "state": item.state}),
        Gate(
            "no test VM stands", not has_test_vm(item), read, {"testVm": item.test_vm_id, "testState": item.test_state}
        ),
        *_network_gates(facts),
        _room_gate(facts),
    )


def against(facts: DrillFacts) -> Iterator[Reason]:
    """What stands against a drill, besides what stands against any test failover."""
    item, network = facts.item, facts.network
    if item.health.lower() == "critical":
        yield reason("DrillItemCritical")
    elif item.health and item.health.lower() not in ("normal", "none"):
        yield reason("DrillItemNotNormal", health=item.health)
    if has_test_vm(item):
        yield reason("DrillTestVmStands", vm=item.test_vm_id or "not named yet")
    if network is not None and item.recovery_network_id and same(network.id, item.recovery_network_id):
        yield reason("DrillInRecoveryNetwork", network=network.id)
    if network is None:
        yield reason("DrillIsolationUnknown", what="the network")
    elif network.zones is None:
        lacking = f" (the app's identity may not perform {network.missing})" if network.missing else ""
        yield reason("DrillIsolationUnknown", what=f"its private DNS zones{lacking}")
    if network is not None and (reached := _reached(network)):
        yield reason("DrillNetworkNotIsolated", network=network.id, reaches=reached)
    if network is not None and network.route_tables:
        yield reason("DrillNetworkRoutes", network=network.id, tables=list(network.route_tables))
    if facts.size is not None and facts.size.vcpus is not None:
        own = {facts.size.family.lower(): facts.size.vcpus, CORES: facts.size.vcpus}
        yield from _room(own, own, facts.usages or ())


def standing_at_once(waves: int, at_once: int) -> int | None:
    """How many test VMs of a drill stand at the same time; None is all of them.

    In several waves each stands until the last wave is probed. In one, a VM is begun when one before it is taken down.
    """
    return at_once if waves == 1 else None


def together(several: Iterable[DrillFacts], at_once: int | None = None) -> Iterator[Reason]:
    """What stands against drilling these: each has room, and those that stand at once have not.

    Counted for each subscription and region that VMs come up in, the largest of them: which stand at once is not known.
    """
    cores: dict[tuple[str, str], dict[str, list[int]]] = {}
    usages: dict[tuple[str, str], tuple[Usage, ...]] = {}
    for one in several:
        if one.size is None or one.size.vcpus is None or one.usages is None:
            continue
        place = subscription_of(one.item.recovery_group_id or one.item.id), one.item.recovery_region or ""
        usages[place] = one.usages
        for quota in (one.size.family.lower(), CORES):
            cores.setdefault(place, {}).setdefault(quota, []).append(one.size.vcpus)
    for place, quotas in cores.items():
        standing = {quota: sum(sorted(each, reverse=True)[:at_once]) for quota, each in quotas.items()}
        yield from _room(standing, {quota: sum(each) for quota, each in quotas.items()}, usages[place])


def _room(standing: Mapping[str, int], every: Mapping[str, int], usages: Iterable[Usage]) -> Iterator[Reason]:
    """The test VMs that stand at once need cores, and the real failover, should it come now, those of every VM."""
    for usage in usages:
        quota, free = usage.name.lower(), usage.limit - usage.used
        cores = standing.get(quota, 0)
        if free < cores:
            yield reason("DrillQuota", quota=usage.name, free=free, cores=cores)
        elif free < cores + every.get(quota, 0):
            yield reason("DrillWithoutReserve", quota=usage.name, free=free, cores=cores, failover=every.get(quota, 0))


def _reached(network: DrillNetwork) -> list[str]:
    return [
        *(f"peering {one}" for one in network.peerings),
        *(f"gateway subnet {one}" for one in network.gateways),
        *(f"private endpoint {one}" for one in network.private_endpoints),
        *(_told_zone(one) for one in network.zones or () if one.registers or one.others),
    ]


def _told_zone(link: ZoneLink) -> str:
    name = link.zone.rpartition("/")[2]
    if link.others:
        more = f" and {len(link.others) - 1} more" if len(link.others) > 1 else ""
        return f"private DNS zone {name}, which {link.others[0]}{more} uses, too"
    return f"private DNS zone {name}, which the test VM would register its name in"


def _network_gates(facts: DrillFacts) -> Iterator[Gate]:
    network, item = facts.network, facts.item
    if network is None:
        yield Gate("network isolated", None, "GET the test network")
        return
    read = f"GET {network.id}"
    own = item.recovery_network_id is not None and same(network.id, item.recovery_network_id)
    yield Gate("not the network of a real failover", not own, read, {"network": network.id})
    yield Gate("no peering", not network.peerings, read, {"peerings": list(network.peerings)})
    yield Gate("no gateway", not network.gateways, read, {"gateways": list(network.gateways)})
    yield Gate(
        "no private endpoint", not network.private_endpoints, read, {"endpoints": list(network.private_endpoints)}
    )
    zones = network.zones
    yield Gate(
        "no link to private DNS zones of others",
        None if zones is None else not any(one.registers or one.others for one in zones),
        "Resource Graph: virtualNetworkLinks of private DNS zones",
        {
            "zones": [
                {"zone": one.zone, "registers": one.registers, "others": list(one.others[:MOST_TOLD])}
                for one in zones or ()
            ]
        },
    )
    yield Gate(
        "ways out that were not followed",
        None if network.route_tables or network.nat_gateways or network.dns_servers else True,
        read,
        {
            "routeTables": list(network.route_tables),
            "natGateways": list(network.nat_gateways),
            "dnsServers": list(network.dns_servers),
        },
    )


def _room_gate(facts: DrillFacts) -> Gate:
    size, region = facts.size, facts.item.recovery_region
    read = f"GET Microsoft.Compute/locations/{region}/usages"
    name = "quota for the test VM and a reserve"
    if size is None or size.vcpus is None or facts.usages is None:
        return Gate(name, None, read, {"size": facts.item.recovery_vm_size})
    wanted = {size.family.lower(), CORES}
    found = {one.name: one.limit - one.used for one in facts.usages if one.name.lower() in wanted}
    holds = all(free >= 2 * size.vcpus for free in found.values()) if found else None
    return Gate(name, holds, read, {"size": size.name, "cores": size.vcpus, "free": found})
