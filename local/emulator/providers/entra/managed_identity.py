"""Managed identities: App Service's token endpoint and that of a VM's metadata service."""

from local.emulator.arm.errors import ArmError
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.wire import stable_guid
from local.emulator.providers.entra.issuing import token_for

LIFETIME_S = 86_400
IDENTITY = stable_guid("local managed identity")
"""The client id of the system-assigned identity."""


def app_service(request: ArmRequest) -> ArmResponse:
    """Give a managed identity's token as App Service does (`GET /msi/token`, api-version 2019-08-01).

    Raises:
        ArmError: 400 without `resource` or with another api-version.
    """
    if not request.headers.get("x-identity-header"):
        return ArmResponse(status=401, body={"statusCode": 401, "message": "No valid X-IDENTITY-HEADER was sent."})
    resource = _asked_resource(request, api_version="2019-08-01")
    expires = int(request.cloud.clock.now().timestamp()) + LIFETIME_S
    client_id = request.query.get("client_id", IDENTITY)
    return ArmResponse(
        body={
            "access_token": token_for(request, resource, client_id, LIFETIME_S),
            "expires_on": str(expires),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": client_id.upper(),
        }
    )


def instance_metadata(request: ArmRequest) -> ArmResponse:
    """Give a managed identity's token as a VM's metadata service does (`GET /metadata/identity/oauth2/token`).

    Raises:
        ArmError: 400 without the header `Metadata: true` or without `resource`.
    """
    if request.headers.get("metadata", "").lower() != "true":
        raise ArmError(400, "invalid_request", "Required metadata header not specified")
    resource = _asked_resource(request)
    now = int(request.cloud.clock.now().timestamp())
    client_id = request.query.get("client_id", IDENTITY)
    return ArmResponse(
        body={
            "access_token": token_for(request, resource, client_id, LIFETIME_S),
            "client_id": client_id,
            "expires_in": str(LIFETIME_S),
            "expires_on": str(now + LIFETIME_S),
            "ext_expires_in": str(LIFETIME_S),
            "not_before": str(now),
            "resource": resource,
            "token_type": "Bearer",
        }
    )


def _asked_resource(request: ArmRequest, api_version: str = "") -> str:
    if api_version and request.api_version != api_version:
        raise ArmError(
            400, "BadRequest", f"The api-version '{request.api_version}' is not supported; use {api_version}."
        )
    resource = request.query.get("resource", "")
    if not resource:
        raise ArmError(400, "invalid_request", "Required query variable 'resource' is missing")
    return resource
