"""Private endpoints and the DNS zones that tell of them: kept as they were asked for (2024-05-01)."""

from local.emulator.arm.stored import stored_type

ENDPOINTS = stored_type("Microsoft.Network/privateEndpoints")
ZONE_GROUPS = stored_type("Microsoft.Network/privateEndpoints/privateDnsZoneGroups", regional=False)

ROUTES = (*ENDPOINTS.routes(), *ZONE_GROUPS.routes())
