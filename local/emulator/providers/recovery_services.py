"""Microsoft.RecoveryServices vaults.

What may keep a vault from being deleted is declared by whoever keeps items in it (`Provider.deletion_guards`).
Source: Microsoft.RecoveryServices 2021-03-01 `vaults.json`; recorded traffic of 2023-02-01.
"""

import re
from urllib.parse import quote

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.identity import identified
from local.emulator.arm.pace import Duration
from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.store import Resource
from local.emulator.arm.styles import VAULTS, stored_resource
from local.emulator.arm.tracked import TrackedType
from local.emulator.arm.wire import JsonObject, merged, timestamp

TYPE = "Microsoft.RecoveryServices/vaults"
SKUS = ("Standard", "RS0")
_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9-]{1,49}$")
_DEFAULTS: JsonObject = {
    "privateEndpointStateForBackup": "None",
    "privateEndpointStateForSiteRecovery": "None",
    "monitoringSettings": {
        "azureMonitorAlertSettings": {"alertsForAllJobFailures": "Enabled"},
        "classicAlertSettings": {"alertsForCriticalOperations": "Enabled"},
    },
    "publicNetworkAccess": "Enabled",
    "restoreSettings": {"crossSubscriptionRestoreSettings": {"crossSubscriptionRestoreState": "Enabled"}},
}


def render(request: ArmRequest, present: Resource | None) -> JsonObject:
    """Check name and SKU and fill in the defaults."""
    if not _NAME.match(request.id.name):
        message = (
            f"Vault name '{request.id.name}' is invalid: 2 to 50 letters, digits and hyphens, beginning with a letter."
        )
        raise ArmError(400, "InvalidResourceName", message)
    sku = request.body.get("sku") or (present.body["sku"] if present else None)
    if not sku or sku.get("name") not in SKUS:
        raise ArmError(400, "InvalidSku", f"The vault's sku.name must be one of {', '.join(SKUS)}.", target="sku.name")
    given = {key: value for key, value in (request.body.get("properties") or {}).items() if value is not None}
    base = present.properties if present else _DEFAULTS
    body: JsonObject = {
        "properties": merged({"provisioningState": "Succeeded", **base}, given),
        "sku": sku,
    }
    return body | identified(request)


def etag(cloud: Cloud) -> str:
    """Return the version mark of a vault that is written now."""
    return f"W/\"datetime'{quote(timestamp(cloud.clock.now()))}'\""


def show(_request: ArmRequest, resource: Resource) -> JsonObject:
    """Show a vault; one without tags has no `tags` (recorded)."""
    return {key: value for key, value in resource.body.items() if key != "tags" or value}


VAULT_TYPE = TrackedType(
    type=TYPE,
    render=render,
    present=show,
    style=VAULTS,
    etag=etag,
    updating={"create": "Provisioning", "update": "Updating"},
    asynchronous=frozenset({"create", "delete"}),
)

PROVIDER = Provider(
    namespace="Microsoft.RecoveryServices",
    title="Microsoft.RecoveryServices: vaults",
    routes=(*VAULT_TYPE.routes(), *VAULTS.routes(stored_resource)),
    continuations=VAULT_TYPE.continuations(),
    durations={f"{TYPE}/write": Duration(real=60.0, fast=1.5), f"{TYPE}/delete": Duration(real=30.0, fast=1.0)},
)
