"""Version marks of network resources."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid


def network_etag(_cloud: Cloud) -> str:
    """Return a new version mark."""
    return f'W/"{fresh_guid()}"'


def versioned(properties: JsonObject, present: Resource | None) -> JsonObject:
    """Return a body with `properties` and the resource's lasting GUID."""
    guid = present.properties.get("resourceGuid") if present else None
    return {"properties": {"resourceGuid": guid or fresh_guid(), **properties}}
