"""Microsoft.Network: virtual networks and their subnets, interfaces, security groups, public addresses, private zones.

Source: Microsoft.Network 2021-02-01; recorded traffic of 2022-01-01.
"""

from local.emulator.arm.pace import Duration
from local.emulator.arm.provider import Provider
from local.emulator.arm.styles import NETWORK, stored_resource
from local.emulator.providers.network import (
    availability,
    interfaces,
    linked_access,
    peerings,
    private_endpoints,
    private_zones,
    public_addresses,
    references,
    security_groups,
    security_rules,
    subnets,
    virtual_networks,
)

TYPES = (
    virtual_networks.VIRTUAL_NETWORKS,
    subnets.SUBNETS,
    peerings.PEERINGS,
    interfaces.INTERFACES,
    security_groups.SECURITY_GROUPS,
    security_rules.SECURITY_RULES,
    public_addresses.PUBLIC_ADDRESSES,
    private_zones.ZONES,
    private_zones.ZONE_LINKS,
)

PROVIDER = Provider(
    namespace="Microsoft.Network",
    routes=(
        *(route for kind in TYPES for route in kind.routes()),
        *NETWORK.routes(stored_resource),
        *availability.ROUTES,
        *private_endpoints.ROUTES,
    ),
    continuations={name: step for kind in TYPES for name, step in kind.continuations().items()},
    durations={f"{kind.type}/{verb}": Duration(real=10.0) for kind in TYPES for verb in ("write", "delete")},
    deletion_guards={
        virtual_networks.TYPE: virtual_networks.refuse_while_in_use,
        subnets.TYPE: subnets.refuse_while_in_use,
        interfaces.TYPE: interfaces.refuse_while_attached,
        security_groups.TYPE: references.refuse_used_group,
        public_addresses.TYPE: references.refuse_used_address,
        private_zones.TYPE: private_zones.refuse_linked,
    },
    linked_access=linked_access.LINKED_ACCESS,
    deletion_observers={subnets.TYPE: subnets.leave_network, peerings.TYPE: peerings.disconnect},
)
