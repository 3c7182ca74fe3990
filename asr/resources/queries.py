"""What a vault lists of Site Recovery."""

from asr.gateway.networks import read_network
from asr.gateway.site_recovery import (
    list_container_mappings,
    list_containers,
    list_fabrics,
    list_network_mappings,
    list_policies,
)
from asr.model.vault_facts import Container, ContainerMapping, Fabric, NetworkMapping, Policy
from asr.model.vm_facts import VirtualNetwork
from asr.resources.azure_view import Query

FABRICS = Query[tuple[Fabric, ...]](list_fabrics, ())
CONTAINERS = Query[tuple[Container, ...]](list_containers, ())
POLICIES = Query[tuple[Policy, ...]](list_policies, ())
CONTAINER_MAPPINGS = Query[tuple[ContainerMapping, ...]](list_container_mappings, ())
NETWORK_MAPPINGS = Query[tuple[NetworkMapping, ...]](list_network_mappings, ())

NETWORK = Query[VirtualNetwork | None](read_network, None)
"""A virtual network; None if it does not exist."""
