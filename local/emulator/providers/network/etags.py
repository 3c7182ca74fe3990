"""Version marks of network resources."""

from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, fresh_guid


def versioned(properties: JsonObject, present: Resource | None) -> JsonObject:
    """Return a body with `properties`, a new etag and the resource's lasting GUID."""
    guid = present.properties.get("resourceGuid") if present else None
    return {"etag": f'W/"{fresh_guid()}"', "properties": {"resourceGuid": guid or fresh_guid(), **properties}}
