"""What a body refers to by id: found when it is there, of the right type and, for Site Recovery's own, in the vault."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.regions import region_name
from local.emulator.arm.store import Resource
from local.emulator.providers.site_recovery import names
from local.emulator.providers.site_recovery.refusals import failure


def find(cloud: Cloud, resource_id: str | None, kind: str, region: str = "") -> Resource | None:
    """Return the resource of type `kind` with this id, or None; with `region`, only when it is there."""
    found = cloud.store.find(resource_id) if resource_id else None
    if found is None or found.id.type.lower() != kind.lower():
        return None
    return found if not region or region_name(found.location) == region else None


def own(cloud: Cloud, vault: ResourceId, resource_id: str, kind: str) -> Resource:
    """Return a Site Recovery resource of this vault.

    Raises:
        ServiceFailure: RelatedResourceNotFound, there is none with this id and type in the vault.
    """
    found = find(cloud, resource_id, kind)
    if found is None or not vault.contains(found.id):
        raise failure(cloud, "RelatedResourceNotFound", resource=names.name_of(resource_id))
    return found
