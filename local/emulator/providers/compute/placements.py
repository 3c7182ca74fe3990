"""Resources that machines and disks refer to: placement groups, encryption sets, reservations, scale sets.

Source: Microsoft.Compute 2024-07-01 and 2024-03-02 (encryption sets). Scale sets have no instances.
"""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.identity import identified
from local.emulator.arm.names import COMPUTE as COMPUTE_NAMES
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.schema import REFERENCE, Kind
from local.emulator.arm.store import Resource
from local.emulator.arm.tracked import Render, TrackedType
from local.emulator.arm.wire import JsonObject, fresh_guid

_TOP_LEVEL = ("zones", "sku", "plan")


def _kept(request: ArmRequest, defaults: JsonObject) -> JsonObject:
    properties = {**defaults, **(request.body.get("properties") or {})}
    return {"properties": properties, **{key: request.body[key] for key in _TOP_LEVEL if request.body.get(key)}}


def _plain(**defaults: object) -> Render:
    return lambda request, _present: _kept(request, dict(defaults))


def encryption_set(request: ArmRequest, _present: Resource | None) -> JsonObject:
    """Check that a key is named; the identity gets the ids that Entra would give it."""
    given = request.body.get("properties") or {}
    if not (given.get("activeKey") or {}).get("keyUrl"):
        raise ArmError(400, "InvalidParameter", "Required parameter 'activeKey' is missing (null).", target="activeKey")
    defaults = {"encryptionType": "EncryptionAtRestWithCustomerKey", "previousKeys": []}
    return _kept(request, defaults) | identified(request)


def scale_set(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Keep what was asked for, with the set's own id."""
    unique = present.properties["uniqueId"] if present else fresh_guid()
    return _kept(request, {"orchestrationMode": "Uniform", "singlePlacementGroup": False, "uniqueId": unique})


TYPES = (
    TrackedType(
        type="Microsoft.Compute/proximityPlacementGroups",
        naming=COMPUTE_NAMES,
        render=_plain(proximityPlacementGroupType="Standard"),
    ),
    TrackedType(
        type="Microsoft.Compute/diskEncryptionSets",
        naming=COMPUTE_NAMES,
        schema={"activeKey": {"sourceVault": REFERENCE, "keyUrl": Kind.TEXT}, "encryptionType": Kind.TEXT},
        render=encryption_set,
    ),
    TrackedType(type="Microsoft.Compute/capacityReservationGroups", render=_plain()),
    TrackedType(type="Microsoft.Compute/virtualMachineScaleSets", render=scale_set),
)
