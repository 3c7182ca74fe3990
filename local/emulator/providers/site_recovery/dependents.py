"""What stands on what, so that nothing in use is taken away."""

from collections.abc import Callable, Mapping

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource
from local.emulator.providers.site_recovery import names
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.switches import PURGE_IN_USE, REMOVAL_IN_USE, chosen

type Uses = Callable[[Resource, ResourceId], bool]


def _below(resource: Resource, used: ResourceId) -> bool:
    return used.contains(resource.id)


def _refers_to(*keys: str) -> Uses:
    def uses(resource: Resource, used: ResourceId) -> bool:
        return any(str(resource.properties.get(key) or "").lower() == used.key for key in keys)

    return uses


USES: Mapping[str, tuple[tuple[str, Uses], ...]] = {
    names.FABRICS: (
        (names.CONTAINERS, _below),
        (names.RECOVERY_PLANS, _refers_to("primaryFabricId", "recoveryFabricId")),
    ),
    names.CONTAINERS: (
        (names.CONTAINER_MAPPINGS, _below),
        (names.CONTAINER_MAPPINGS, _refers_to("targetProtectionContainerId")),
        (names.PROTECTED_ITEMS, _below),
        (names.PROTECTED_ITEMS, _refers_to("recoveryContainerId")),
    ),
    names.POLICIES: (
        (names.CONTAINER_MAPPINGS, _refers_to("policyId")),
        (names.PROTECTED_ITEMS, _refers_to("policyId")),
    ),
}
"""Type of what is used -> by which types, and how the use is seen."""

GOES_ALONG: Mapping[str, tuple[tuple[str, Uses], ...]] = {
    names.FABRICS: ((names.NETWORK_MAPPINGS, _refers_to("recoveryFabricArmId")),),
}
"""What is removed with the other instead of holding it: network mappings with either fabric (recorded for a purge)."""


def users_of(cloud: Cloud, used: ResourceId) -> list[Resource]:
    """Return what stands on `used`."""
    return _found(cloud, used, USES) + _mapped_items(cloud, used)


def _found(cloud: Cloud, used: ResourceId, table: Mapping[str, tuple[tuple[str, Uses], ...]]) -> list[Resource]:
    vault = names.vault_of(used)
    return [
        resource
        for kind, uses in table.get(used.type, ())
        for resource in cloud.store.of_type(kind, vault)
        if uses(resource, used)
    ]


def _mapped_items(cloud: Cloud, used: ResourceId) -> list[Resource]:
    """Return the items that are protected through a container mapping."""
    mapping = cloud.store.find(used)
    if used.type != names.CONTAINER_MAPPINGS or mapping is None:
        return []
    target, policy = mapping.properties["targetProtectionContainerId"], mapping.properties["policyId"]
    return [
        item
        for item in cloud.store.of_type(names.PROTECTED_ITEMS, used.parent)
        if item.properties["recoveryContainerId"] == target and item.properties["policyId"] == policy
    ]


def check_unused(cloud: Cloud, used: ResourceId, *, forced: bool = False) -> None:
    """Raise ServiceFailure (ResourceInUse) when anything stands on `used`, unless the switch lets it pass.

    `forced` is for DELETE of what can be removed in order, too ("purge"), which has a switch of its own.
    """
    if forced and chosen(cloud, PURGE_IN_USE) == "take_along":
        return
    if not forced and chosen(cloud, REMOVAL_IN_USE) == "accept":
        return
    for user in users_of(cloud, used):
        raise failure(cloud, "ResourceInUse", resource=used.name, user=user.id.name)


def remove_with_dependents(cloud: Cloud, used: ResourceId) -> None:
    """Remove `used`, what goes along with it and, where the switch lets it, what stands on it."""
    for user in users_of(cloud, used) + _found(cloud, used, GOES_ALONG):
        cloud.delete(user.id)
    cloud.delete(used)
