"""What a vault lists of Site Recovery."""

from asr.foundation.survey import Shelf
from asr.gateway.networks import read_network
from asr.gateway.site_recovery import (
    list_container_mappings,
    list_containers,
    list_fabrics,
    list_network_mappings,
    list_policies,
)
from asr.model.facts import VirtualNetwork
from asr.model.inventory import Container, ContainerMapping, Fabric, NetworkMapping, Policy

FABRICS = Shelf[tuple[Fabric, ...]](list_fabrics, ())
CONTAINERS = Shelf[tuple[Container, ...]](list_containers, ())
POLICIES = Shelf[tuple[Policy, ...]](list_policies, ())
CONTAINER_MAPPINGS = Shelf[tuple[ContainerMapping, ...]](list_container_mappings, ())
NETWORK_MAPPINGS = Shelf[tuple[NetworkMapping, ...]](list_network_mappings, ())

NETWORK = Shelf[VirtualNetwork | None](read_network, None)
"""A virtual network; None if it does not exist."""
