"""The keys under which a foundation knows what it holds: stable, lower case, readable in the history, and short, since
they travel a lot: an id stands in them as its name, cut, with a hash of the whole.

A foundation is a vault's, and serves VMs of several regions: what depends on where a VM is and where it goes to has
both regions in its key, so that what served one VM is asked about again for a VM of another region.
"""

from asr.model.decision import ProtectionPlan
from asr.model.resource_id import key
from asr.planning.naming import digest

NAME_LENGTH = 24
"""Characters of a resource's name that a key shows."""


def mark(id_: str) -> str:
    """What stands for an id in a key: its name, cut, and a hash of all of it."""
    return f"{key(id_).rsplit('/', 1)[-1][:NAME_LENGTH]}~{digest(id_, 10)}"


def name_in(requirement: str) -> str:
    """What people call the thing with this key: its name, or what it joins, without the kind, the regions and the hash.

    The direction of a mapping stays.
    """
    parts = [part.partition("~")[0] for part in requirement.split(":")[1:]]
    named = [part for part in parts if ">" not in part] or parts
    return " ".join(named)


def group_key(plan: ProtectionPlan, id_: str) -> str:
    """The key of a resource group."""
    return f"group:{_regions(plan)}:{mark(id_)}"


def vault_key(plan: ProtectionPlan) -> str:
    """The key of the vault."""
    return f"vault:{mark(plan.vault.id)}"


def storage_key(plan: ProtectionPlan, id_: str) -> str:
    """The key of a storage account."""
    return f"storage:{_regions(plan)}:{mark(id_)}"


def is_placement(requirement: str) -> bool:
    """Whether this is the key of a proximity placement group."""
    return requirement.startswith("placement:")


def placement_key(plan: ProtectionPlan, id_: str) -> str:
    """The key of a proximity placement group."""
    return f"placement:{_regions(plan)}:{mark(id_)}"


def set_key(plan: ProtectionPlan, id_: str) -> str:
    """The key of an availability set."""
    return f"set:{_regions(plan)}:{mark(id_)}"


def fabric_key(region: str) -> str:
    """The key of a region's fabric."""
    return f"fabric:{region}"


def container_key(region: str) -> str:
    """The key of a region's container."""
    return f"container:{region}"


def recovery_container_key(plan: ProtectionPlan) -> str:
    """The key of the container that is recovered to: between zones, a second one of the same region."""
    return f"container:{plan.recovery_region}:zones" if plan.zone_to_zone else container_key(plan.recovery_region)


def policy_key(plan: ProtectionPlan) -> str:
    """The key of the policy."""
    return f"policy:{plan.policy.name.lower()}"


def network_key(plan: ProtectionPlan) -> str:
    """The key of the recovery network: the network it stands for in which region, and its own id if a person named it.

    A vault maps a network once for each region that its VMs are recovered to.
    """
    return f"network:{_networks(plan)}"


def container_mapping_key(source: str, target: str, plan: ProtectionPlan) -> str:
    """The key of the container mapping in one direction, between containers that are given by their keys."""
    sides = ">".join(side.removeprefix("container:") for side in (source, target))
    return f"container-mapping:{sides}:{plan.policy.name.lower()}"


def network_mapping_key(plan: ProtectionPlan, direction: str) -> str:
    """The key of the network mapping in one direction, `forward` or `reverse`."""
    return f"network-mapping:{_networks(plan)}:{direction}"


def _networks(plan: ProtectionPlan) -> str:
    named = f">{mark(plan.network.recovery_id)}" if plan.network.exists else ""
    return f"{_regions(plan)}:{mark(plan.network.source_id)}{named}"


def _regions(plan: ProtectionPlan) -> str:
    return f"{plan.source_region}>{plan.recovery_region}"
