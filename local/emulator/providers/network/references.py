"""What refers to what among network resources, and the refusals that follow: both ends in one region, nothing pulled
away from under whoever uses it.
"""

from collections.abc import Iterator

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError, invalid_resource_reference
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject

INTERFACES = "Microsoft.Network/networkInterfaces"
SUBNETS = "Microsoft.Network/virtualNetworks/subnets"


def referred(request: ArmRequest, owner: JsonObject, name: str, region: str) -> Resource | None:
    """Return what `owner` refers to as `name`; None when it refers to nothing.

    Raises:
        ArmError: 400 InvalidResourceReference, it does not exist or is in another region than `region`.
    """
    reference = str((owner.get(name) or {}).get("id") or "")
    return existing(request, reference, region) if reference else None


def existing(request: ArmRequest, reference: str, region: str) -> Resource:
    """Return the resource with this id, which must be (or be in a network that is) in `region`.

    Raises:
        ArmError: 400 InvalidResourceReference.
    """
    found = request.cloud.store.find(reference)
    home = request.cloud.store.find(found.id.parent) if found and found.id.type == SUBNETS else found
    if found is None or home is None or found.deleting or home.deleting or home.location != region:
        raise invalid_resource_reference(reference, request.id)
    return found


def configurations(cloud: Cloud, name: str, target: ResourceId) -> Iterator[tuple[ResourceId, JsonObject]]:
    """Yield the id and the properties of every IP configuration that refers to `target` as `name`."""
    for nic, configuration in _referring(cloud, name, target):
        yield nic.id.child("ipConfigurations", configuration["name"]), configuration["properties"]


def addresses_in(cloud: Cloud, subnet: ResourceId, without: ResourceId) -> dict[str, str]:
    """Return the addresses that interfaces have in a subnet, and whose they are; one interface does not count.

    This is asked for each address that is given out in a subnet of thousands, so no id is taken apart here.
    """
    return {
        configuration["properties"]["privateIPAddress"]: f"{nic.id.text}/ipConfigurations/{configuration['name']}"
        for nic, configuration in _referring(cloud, "subnet", subnet)
        if nic.id.key != without.key
    }


def _referring(cloud: Cloud, name: str, target: ResourceId) -> Iterator[tuple[Resource, JsonObject]]:
    for nic in cloud.store.referring_to(target, INTERFACES):
        for configuration in nic.properties["ipConfigurations"]:
            if refers_to(configuration["properties"], name, target):
                yield nic, configuration


def refers_to(properties: JsonObject, name: str, target: ResourceId) -> bool:
    """Say whether `properties` refer to `target` as `name`."""
    return str((properties.get(name) or {}).get("id") or "").lower() == target.key


def users_of_group(cloud: Cloud, group: ResourceId) -> dict[str, list[ResourceId]]:
    """Return the interfaces and the subnets that a security group is on, by the name of the list that shows them."""
    return {
        word: [
            one.id
            for one in cloud.store.referring_to(group, kind)
            if refers_to(one.properties, "networkSecurityGroup", group)
        ]
        for word, kind in (("networkInterfaces", INTERFACES), ("subnets", SUBNETS))
    }


def user_of_address(cloud: Cloud, address: ResourceId) -> ResourceId | None:
    """Return the IP configuration that has a public address, or None."""
    return next((one for one, _ in configurations(cloud, "publicIPAddress", address)), None)


def refuse_used_group(cloud: Cloud, resource: Resource) -> None:
    """Keep a security group that is on something that stays."""
    users = users_of_group(cloud, resource.id)
    if left := [user.text for kind in users.values() for user in kind if not cloud.is_leaving(user)]:
        message = (
            f"Network security group {resource.id.text} cannot be deleted because it is in use by the following "
            f"resources: {', '.join(left)}. In order to delete the Network security group, remove the association "
            "with the resource(s). To learn how to do this, see aka.ms/deletensg."
        )
        raise ArmError(400, "InUseNetworkSecurityGroupCannotBeDeleted", message)


def refuse_used_address(cloud: Cloud, resource: Resource) -> None:
    """Keep a public address that an interface that stays has."""
    user = user_of_address(cloud, resource.id)
    if user and not cloud.is_leaving(user.parent):
        message = (
            f"Public IP address {resource.id.text} can not be deleted since it is still allocated to resource "
            f"{user.text}. In order to delete the public IP, disassociate/detach the Public IP address from the "
            "resource. To learn how to do this, see aka.ms/deletepublicip."
        )
        raise ArmError(400, "PublicIPAddressCannotBeDeleted", message)
