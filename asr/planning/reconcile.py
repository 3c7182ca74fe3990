"""What a vault already holds against what is wanted: whichever serves, by what it is and not by its name; else a name
that is free, for a new one.

Whatever the portal, a policy or a script made is as good as what this product would make.
"""

from collections.abc import Iterable, Sequence

from asr.model.resource_id import same
from asr.model.specs import PolicySpec
from asr.model.vault_facts import Container, ContainerMapping, Fabric, NetworkMapping, Policy
from asr.model.vm_facts import Subnet
from asr.planning.naming import DAY_POLICY, ZONE_CONTAINER_SUFFIX, container_name, free_name, zone_container_name
from asr.planning.regions import region_name

PAIRED = "Paired"
"""The state of a container or network mapping that is in force."""


def mapping_failed(state: str) -> bool:
    """Whether a mapping in this state will not come into force by itself; the API lists no states, and tells none of
    the end of a failed pairing but by this word.
    """
    return "fail" in state.lower()


def choose_fabric(existing: Sequence[Fabric], region: str, name: str) -> Fabric | str:
    """The vault's fabric for the region, whatever it is called: Azure allows one per region."""
    fitting = [fabric for fabric in existing if region_name(fabric.location) == region]
    return _first(fitting, (name,)) or _free(name, existing)


def choose_container(existing: Sequence[Container], fabric: Fabric, name: str) -> Container | str:
    """A container of the fabric: the portal's by name if there are several.

    The portal ends the name of the target container of zone to zone in its own way: what is wanted by such a name is
    such a container, and between regions it never is.
    """
    zonal, usual = _is_zonal(name), zone_container_name if _is_zonal(name) else container_name
    own = [container for container in existing if same(container.fabric_id, fabric.id)]
    fitting = [container for container in own if _is_zonal(container.name) == zonal]
    return _first(fitting, (usual(fabric.name), name)) or _free(name, own)


def choose_policy(existing: Sequence[Policy], wanted: PolicySpec) -> Policy | str:
    """A policy with the wanted values, first of all the one with the wanted name.

    A policy of that name with other values is somebody's own: it is left alone and the new one gets another name.
    """
    fitting = [policy for policy in existing if policy.values == wanted.values]
    return _first(fitting, (wanted.name, DAY_POLICY)) or _free(_telling(wanted, existing), existing)


def choose_container_mapping(
    existing: Sequence[ContainerMapping], source: str, target: str, policy: str, name: str
) -> ContainerMapping | str:
    """The mapping from the source container to the target container under the policy, all given by id.

    Azure takes one per policy and direction. One that is not `Paired` yet is adopted as well: wait for it.
    """
    fitting = [
        mapping
        for mapping in existing
        if same(mapping.source_container_id, source)
        and same(mapping.target_container_id, target)
        and same(mapping.policy_id, policy)
    ]
    siblings = [mapping for mapping in existing if same(mapping.source_container_id, source)]
    return _first(fitting, (name,)) or _free(name, siblings)


def choose_network_mapping(
    existing: Sequence[NetworkMapping], network: str, recovery_fabric: str, name: str
) -> NetworkMapping | str:
    """The mapping of the network towards the recovery fabric, both given by id.

    Azure maps a network once per pair of fabrics, so an existing mapping wins, wherever it leads. One that does not
    tell its recovery fabric counts as leading there.
    """
    fitting = [
        mapping
        for mapping in existing
        if same(mapping.primary_network_id, network)
        and (mapping.recovery_fabric_id is None or same(mapping.recovery_fabric_id, recovery_fabric))
    ]
    return _first(fitting, (name,)) or _free(name, existing)


def choose_subnet(wanted: str, existing: Iterable[Subnet]) -> str | None:
    """The subnet of the same name, else the first in the alphabet, as the portal does; None if there is none.

    Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-network-mapping
    """
    names = sorted((subnet.name for subnet in existing), key=str.lower)
    return next((name for name in names if same(name, wanted)), names[0] if names else None)


def _first[T: (Fabric, Container, Policy, ContainerMapping, NetworkMapping)](
    fitting: Sequence[T], preferred: tuple[str, ...]
) -> T | None:
    """The fitting one with the most preferred name, else the first by name, so that every run adopts the same."""

    def rank(one: T) -> tuple[int, str]:
        names = [position for position, name in enumerate(preferred) if same(one.name, name)]
        return (names[0] if names else len(preferred)), one.name.lower()

    return min(fitting, key=rank) if fitting else None


def _free(name: str, existing: Sequence[Fabric | Container | Policy | ContainerMapping | NetworkMapping]) -> str:
    return free_name(name, frozenset(one.name.lower() for one in existing))


def _is_zonal(name: str) -> bool:
    return name.lower().endswith(ZONE_CONTAINER_SUFFIX)


def _telling(wanted: PolicySpec, existing: Sequence[Policy]) -> str:
    """The wanted name; where it is taken, one that tells the values."""
    if not any(same(policy.name, wanted.name) for policy in existing):
        return wanted.name
    values = wanted.values
    return (
        f"{values.recovery_point_minutes}-minute-retention-app-{values.app_consistent_minutes}-minutes"
        f"{'' if values.multi_vm_sync else '-no-sync'}-policy"
    )
