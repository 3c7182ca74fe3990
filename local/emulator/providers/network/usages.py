"""How many networks, interfaces and the like a region has, of how many (`Usages_List`)."""

from collections.abc import Iterator

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.router import Route
from local.emulator.arm.usages import Usage, counted, listed

_LIMITS = (
    ("Microsoft.Network/virtualNetworks", "VirtualNetworks", "Virtual Networks", 1000),
    ("Microsoft.Network/networkSecurityGroups", "NetworkSecurityGroups", "Network Security Groups", 5000),
    ("Microsoft.Network/networkInterfaces", "NetworkInterfaces", "Network Interfaces", 65536),
    ("Microsoft.Network/publicIPAddresses", "PublicIPAddresses", "Public IP Addresses", 1000),
)
"""Type, name, name for people, limit per region. Source: "Azure subscription limits and quotas"."""


def _usages(request: ArmRequest, region: str) -> Iterator[Usage]:
    for kind, name, text, limit in _LIMITS:
        yield Usage(name, text, counted(request, kind, region), limit)


ROUTES = (
    Route(
        "GET", "/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/usages", listed(_usages)
    ),
)
