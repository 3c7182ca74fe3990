"""Whether an address of a virtual network is free: `CheckIPAddressAvailability`."""

from ipaddress import ip_address, ip_network

from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.providers.network import interfaces, subnets
from local.emulator.providers.network.addressing import RESERVED_PER_SUBNET

PATH = (
    "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{network}"
    "/CheckIPAddressAvailability"
)
MOST_OFFERED = 5


def check(request: ArmRequest) -> ArmResponse:
    """GET: whether `ipAddress` is free, and if it is not, some that are.

    Raises:
        ArmError: 404, there is no such network; 400, it has no subnet with this address.
    """
    network = request.cloud.resource(ResourceId.parse(request.id.text.rsplit("/", 1)[0]))
    wanted = request.query.get("ipaddress") or ""
    for subnet in request.cloud.store.of_type(subnets.TYPE, network.id):
        for prefix in map(ip_network, subnets.prefixes(subnet.body)):
            if wanted and ip_address(wanted) in prefix:
                return _answer(request, subnet.id.key, wanted, [str(one) for one in list(prefix)[:256]])
    message = f"The private IP address {wanted} is in no subnet of virtual network {network.id.name}."
    raise ArmError(400, "PrivateIPAddressNotInAnySubnet", message)


def _answer(request: ArmRequest, subnet: str, wanted: str, addresses: list[str]) -> ArmResponse:
    taken = {
        one["properties"].get("privateIPAddress")
        for nic in request.cloud.store.of_type(interfaces.TYPE)
        for one in nic.properties.get("ipConfigurations") or ()
        if str((one["properties"].get("subnet") or {}).get("id")).lower() == subnet
    } | {*addresses[:RESERVED_PER_SUBNET], addresses[-1]}
    if wanted not in taken:
        return ArmResponse(body={"available": True, "isPlatformReserved": False})
    free = [one for one in addresses if one not in taken][:MOST_OFFERED]
    return ArmResponse(body={"available": False, "availableIPAddresses": free, "isPlatformReserved": False})


ROUTES = (Route("GET", PATH, check),)
