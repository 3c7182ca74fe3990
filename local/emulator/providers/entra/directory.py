"""The directory, as far as role assignments need it: Microsoft Graph's answer to who a client id or object id is.

Every client id is an application here, so a lookup by application id always finds its service principal. Object ids
that were never met by application id have no application to show. Source: Microsoft Graph v1.0 `servicePrincipal`,
`directoryObject: getByIds`.
"""

import re

from local.emulator.arm.errors import ArmError
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.tokens import object_id_of
from local.emulator.arm.wire import JsonObject

_BY_APPLICATION = re.compile(
    r"^(?:appId eq '(?P<id>[^']+)'|servicePrincipalNames/any\(c:\s?c eq '(?P<name>[^']+)'\))$", re.IGNORECASE
)


def find(request: ArmRequest) -> ArmResponse:
    """Find the service principal of an application (`GET /v1.0/servicePrincipals?$filter=appId eq '...'`).

    Raises:
        ArmError: 400, another filter than by application id or service principal name.
    """
    found = _BY_APPLICATION.match(request.query.get("$filter", ""))
    if not found:
        raise ArmError(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause specified.")
    client = found["id"] or found["name"]
    return ArmResponse(body={"value": [_principal(object_id_of(client), client)]})


def get_by_ids(request: ArmRequest) -> ArmResponse:
    """Name principals by their object ids (`POST /v1.0/directoryObjects/getByIds`)."""
    return ArmResponse(body={"value": [_principal(str(wanted)) for wanted in request.body.get("ids", [])]})


def _principal(object_id: str, client: str = "") -> JsonObject:
    body: JsonObject = {"@odata.type": "#microsoft.graph.servicePrincipal", "id": object_id, "displayName": object_id}
    return body | ({"appId": client, "displayName": client, "servicePrincipalNames": [client]} if client else {})
