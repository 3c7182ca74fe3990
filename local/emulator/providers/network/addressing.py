"""Address arithmetic: which prefixes are valid, which subnets fit, which address is free."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from local.emulator.arm.errors import ArmError

type Prefix = IPv4Network | IPv6Network

RESERVED_PER_SUBNET = 4
"""Azure keeps the network address and the next three for itself."""

WRITTEN_OUT = 4096
"""How many addresses of a subnet are kept as text."""


def parsed_prefix(text: str, owner: str) -> Prefix:
    """Return the prefix `text`.

    Raises:
        ArmError: 400, it is no CIDR prefix or has host bits set.
    """
    try:
        prefix = ip_network(text if "/" in text else "", strict=False)
    except ValueError:
        message = (
            f"Address prefix {text} of resource {owner} is not formatted correctly. It should follow CIDR notation, "
            "for example 10.0.0.0/24."
        )
        raise ArmError(400, "InvalidAddressPrefixFormat", message) from None
    if str(prefix.network_address) != str(ip_address(text.partition("/")[0])):
        message = (
            f"The address prefix {text} in resource {owner} has an invalid CIDR notation. For the given prefix "
            f"length, the address prefix should be {prefix}."
        )
        raise ArmError(400, "InvalidCIDRNotation", message)
    return prefix


def check_subnets(network: str, spaces: Iterable[str], subnets: Iterable[tuple[str, str]]) -> None:
    """Refuse subnets that are outside the address space or overlap. `subnets` are pairs of name and prefix.

    Raises:
        ArmError: 400 NetcfgInvalidSubnet or NetcfgSubnetRangesOverlap.
    """
    inside = [parsed_prefix(space, network) for space in spaces]
    placed: list[tuple[str, Prefix]] = []
    for name, text in subnets:
        prefix = parsed_prefix(text, name)
        if not any(_holds(space, prefix) for space in inside):
            message = f"Subnet '{name}' is not valid in virtual network '{network}'."
            raise ArmError(400, "NetcfgInvalidSubnet", message)
        for other, taken in placed:
            if prefix.version == taken.version and prefix.overlaps(taken):
                message = f"Subnet '{name}' is not valid because its IP address range overlaps with that of '{other}'."
                raise ArmError(400, "NetcfgSubnetRangesOverlap", message)
        placed.append((name, prefix))


def _holds(space: Prefix, prefix: Prefix) -> bool:
    if isinstance(space, IPv4Network) and isinstance(prefix, IPv4Network):
        return prefix.subnet_of(space)
    return isinstance(space, IPv6Network) and isinstance(prefix, IPv6Network) and prefix.subnet_of(space)


def check_static(address: str, prefixes: Iterable[str], taken: Mapping[str, str], user: str) -> None:
    """Refuse an address that `user` may not have in a subnet. `taken` tells who has which address.

    Raises:
        ArmError: 400, it is no address, not the subnet's, one that Azure keeps for itself, or another's.
    """
    ranges = [parsed_prefix(prefix, user) for prefix in prefixes]
    try:
        wanted = ip_address(address)
    except ValueError:
        raise ArmError(400, "InvalidIPAddressFormat", f"The IP address '{address}' of {user} is not valid.") from None
    home = next((one for one in ranges if wanted in one), None)
    if home is None:
        message = f"Private static IP address {address} does not belong to the range of subnet prefix {ranges[0]}."
        raise ArmError(400, "PrivateIPAddressNotInSubnet", message)
    if wanted in [*(home[offset] for offset in range(min(RESERVED_PER_SUBNET, home.num_addresses))), home[-1]]:
        message = f"Private static IP address {address} falls within reserved IP range of subnet prefix {home}."
        raise ArmError(400, "PrivateIPAddressInReservedRange", message)
    if other := taken.get(str(wanted)):
        message = f"IP configuration {user} is using the private IP address {address} which is already allocated to"
        raise ArmError(400, "PrivateIPAddressIsAllocated", f"{message} resource {other}.")


def free_address(prefix: str, taken: Iterable[str]) -> str:
    """Return the lowest address of `prefix` that is neither reserved nor taken.

    Raises:
        ArmError: 400 SubnetIsFull.
    """
    used = set(taken)
    found = next((address for address in _first_addresses(prefix) if address not in used), None)
    if found is not None:
        return found
    network = parsed_prefix(prefix, prefix)
    for offset in range(RESERVED_PER_SUBNET + WRITTEN_OUT, network.num_addresses - 1):
        if (address := str(network[offset])) not in used:
            return address
    raise ArmError(400, "SubnetIsFull", f"Subnet with address prefix {prefix} does not have enough capacity.")


@lru_cache(64)
def _first_addresses(prefix: str) -> tuple[str, ...]:
    """Return the lowest addresses of a subnet: each of its interfaces looks for the first one that is free."""
    network = parsed_prefix(prefix, prefix)
    end = min(network.num_addresses - 1, RESERVED_PER_SUBNET + WRITTEN_OUT)
    return tuple(str(network[offset]) for offset in range(RESERVED_PER_SUBNET, end))
