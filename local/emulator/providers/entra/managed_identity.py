"""Managed identities: App Service's token endpoint."""

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


def _asked_resource(request: ArmRequest, api_version: str) -> str:
    if request.api_version != api_version:
        message = f"The api-version '{request.api_version}' is not supported; use {api_version}."
        raise ArmError(400, "BadRequest", message)
    resource = request.query.get("resource", "")
    if not resource:
        raise ArmError(400, "invalid_request", "Required query variable 'resource' is missing")
    return resource
