"""Microsoft.DurableTask: schedulers, task hubs, retention (2025-11-01, 2026-02-01). Nothing runs in them."""

from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.stored import stored_type
from local.emulator.arm.wire import JsonObject

_SCHEDULERS = "Microsoft.DurableTask/schedulers"


def _endpoint(request: ArmRequest) -> JsonObject:
    return {"endpoint": f"https://{request.id.name}.{request.body.get('location', '')}.durabletask.io"}


def _dashboard(request: ArmRequest) -> JsonObject:
    return {"dashboardUrl": f"https://dashboard.durabletask.io/taskhubs/{request.id.name}"}


SCHEDULERS = stored_type(_SCHEDULERS, _endpoint)
TASK_HUBS = stored_type(f"{_SCHEDULERS}/taskHubs", _dashboard, regional=False)
RETENTION = stored_type(f"{_SCHEDULERS}/retentionPolicies", regional=False)

PROVIDER = Provider(
    namespace="Microsoft.DurableTask", routes=(*SCHEDULERS.routes(), *TASK_HUBS.routes(), *RETENTION.routes())
)
