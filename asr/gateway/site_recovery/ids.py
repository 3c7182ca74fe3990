"""Ids of Site Recovery's resources, built and taken apart.

Site Recovery answers `/Subscriptions/...` where all others say `/subscriptions/...`; compare with `resource_id.same`.
"""

from dataclasses import dataclass

from asr.model.resource_id import ResourceId, parse

AZURE_NETWORK = "azureNetwork"
"""The one name that an Azure fabric's networks go by in ids; the network itself is named in the mapping's body."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a vault a resource is; what its id does not reach to is empty."""

    subscription: str
    group: str
    vault: str
    fabric: str = ""
    container: str = ""
    name: str = ""


def place(id_: str) -> Place:
    """The parts of an id of a vault, a fabric, a container, or something within a container.

    Raises:
        ValueError: the text is not a resource id.
    """
    parsed: ResourceId = parse(id_)
    vault, fabric, container, name, *_ = (*parsed.names, "", "", "")
    return Place(parsed.subscription, parsed.resource_group, vault, fabric, container, name)


def fabric_id(vault_id: str, name: str) -> str:
    """The id of a vault's fabric."""
    return f"{vault_id}/replicationFabrics/{name}"


def container_id(fabric: str, name: str) -> str:
    """The id of a fabric's protection container; the fabric is given by its id."""
    return f"{fabric}/replicationProtectionContainers/{name}"


def policy_id(vault_id: str, name: str) -> str:
    """The id of a vault's replication policy."""
    return f"{vault_id}/replicationPolicies/{name}"


def container_mapping_id(container: str, name: str) -> str:
    """The id of a mapping of a source container, which is given by its id."""
    return f"{container}/replicationProtectionContainerMappings/{name}"


def network_mapping_id(fabric: str, name: str) -> str:
    """The id of a network mapping of a primary fabric, which is given by its id."""
    return f"{fabric}/replicationNetworks/{AZURE_NETWORK}/replicationNetworkMappings/{name}"


def item_id(container: str, name: str) -> str:
    """The id of a container's protected item; the container is given by its id."""
    return f"{container}/replicationProtectedItems/{name}"
