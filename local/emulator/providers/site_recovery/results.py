"""What the Location header of a write leads to: 202 while its operation runs, then what the path is about."""

from collections.abc import Mapping
from urllib.parse import quote

from local.emulator.arm import errors
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Handler, Route
from local.emulator.arm.styles import found_operation
from local.emulator.providers.site_recovery import (
    containers,
    fabrics,
    job_views,
    names,
    recovery_plans,
    replication,
    vault_health,
    vaults,
    writes,
)
from local.emulator.providers.site_recovery.container_mappings import MAPPING
from local.emulator.providers.site_recovery.jobs import JOB
from local.emulator.providers.site_recovery.networks import MAPPING as NETWORK_MAPPING
from local.emulator.providers.site_recovery.policies import POLICY
from local.emulator.providers.site_recovery.recovery_plans import PLAN
from local.emulator.providers.site_recovery.vaults import BASE, CONTAINER, FABRIC, ITEM

SHOWN: Mapping[str, vaults.Shown] = {
    names.FABRICS: fabrics.shown,
    names.CONTAINERS: containers.shown,
    names.PROTECTED_ITEMS: replication.shown,
    names.RECOVERY_PLANS: recovery_plans.shown,
    names.JOBS: job_views.shown,
}
"""Type -> how it is shown at this moment; the others are shown as they are kept."""


def _leads_to(answer: Handler) -> Handler:
    def result(request: ArmRequest) -> ArmResponse:
        operation = found_operation(request)
        if not operation.done:
            url = f"{request.base_url}{quote(request.id.text)}?{request.raw_query}"
            again = {"Location": url, **request.cloud.pace.retry_after(writes.RETRY_AFTER)}
            return ArmResponse(status=202, headers=again)
        if operation.error:
            raise errors.ArmError(409, operation.error.code, operation.error.message, operation.error.details)
        return answer(request)

    return result


def resource(request: ArmRequest) -> ArmResponse:
    """Answer with the resource that the path is about as GET shows it; 204 when there is none any more."""
    found = request.cloud.store.find(request.id.parent)
    if found is None:
        return ArmResponse(status=204)
    return ArmResponse(body=SHOWN.get(found.id.type, vaults.as_kept)(request.cloud, found))


BASES = (FABRIC, CONTAINER, MAPPING, ITEM, NETWORK_MAPPING, POLICY, PLAN, JOB)

ROUTES = (
    *(Route("GET", f"{BASE}{base}/operationresults/{{operation}}", _leads_to(resource)) for base in BASES),
    Route(
        "GET",
        f"{BASE}/replicationVaultHealth/operationresults/{{operation}}",
        _leads_to(vault_health.get),
        action="Microsoft.RecoveryServices/vaults/replicationVaultHealth/operationresults/read",
    ),
)
