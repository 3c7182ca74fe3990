"""Address arithmetic: which prefixes are valid, which subnets fit, which address is free."""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from local.emulator.arm.errors import ArmError

type Prefix = IPv4Network | IPv6Network

RESERVED_PER_SUBNET = 4
"""Azure keeps the network address and the next three for itself."""


def parsed_prefix(text: str, owner: str) -> Prefix:
    """Return the prefix `text`.

    Raises:
        ArmError: 400, it is no CIDR prefix or has host bits set.
    """
    try:
        return ip_network(text)
    except ValueError:
        message = f"The address prefix '{text}' of '{owner}' is not a valid CIDR prefix."
        raise ArmError(400, "InvalidAddressPrefixFormat", message) from None


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


def free_address(prefix: str, taken: Iterable[str]) -> str:
    """Return the lowest address of `prefix` that is neither reserved nor taken.

    Raises:
        ArmError: 400 SubnetIsFull.
    """
    used = set(taken)
    network = parsed_prefix(prefix, prefix)
    last = network.num_addresses - 2
    for offset in range(RESERVED_PER_SUBNET, last + 1):
        if (address := str(network[offset])) not in used:
            return address
    raise ArmError(400, "SubnetIsFull", f"Subnet with address prefix {prefix} does not have enough capacity.")
