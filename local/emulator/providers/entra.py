"""Microsoft Entra ID, as far as a client needs it to get a token, and both managed-identity endpoints.

The tokens are shaped like real ones and worth nothing. Source: "Microsoft identity platform" token endpoints; "How to
use managed identities for App Service" (2019-08-01); "Azure Instance Metadata Service" identity endpoint.
"""

import base64
import json
from urllib.parse import urlsplit

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.exchange import ArmRequest, ArmResponse
from local.emulator.arm.provider import Provider
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject, stable_guid

LIFETIME_S = 86_400
IDENTITY = stable_guid("local managed identity")
_GRANTS = frozenset(
    {
        "client_credentials",
        "refresh_token",
        "password",
        "authorization_code",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:device_code",
    }
)


def access_token(cloud: Cloud, audience: str, client_id: str) -> str:
    """Return a token in the form of a JWT, with the claims that libraries look into and a worthless signature."""
    now = int(cloud.clock.now().timestamp())
    claims = {
        "aud": audience,
        "iss": f"https://sts.windows.net/{cloud.tenant}/",
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME_S,
        "appid": client_id,
        "oid": client_id,
        "sub": client_id,
        "tid": cloud.tenant,
        "idtyp": "app",
        "ver": "1.0",
    }
    header = {"typ": "JWT", "alg": "RS256", "kid": "local"}
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), b"local")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def token(request: ArmRequest) -> ArmResponse:
    """Grant a token: `POST /{tenant}/oauth2/v2.0/token` (and `/oauth2/token`).

    Raises:
        ArmError: the grant type is missing or unknown.
    """
    grant = request.form.get("grant_type", "")
    if grant not in _GRANTS:
        return _oauth_error(
            "unsupported_grant_type", f"AADSTS70003: The app requested an unsupported grant type '{grant}'."
        )
    client_id = request.form.get("client_id", "")
    if not client_id:
        text = "AADSTS900144: The request body must contain the following parameter: 'client_id'."
        return _oauth_error("invalid_request", text)
    audience = request.form.get("resource") or request.form.get("scope", "").split(" ")[0].removesuffix("/.default")
    body: JsonObject = {
        "token_type": "Bearer",
        "expires_in": LIFETIME_S,
        "ext_expires_in": LIFETIME_S,
        "access_token": access_token(request.cloud, audience, client_id),
    }
    return ArmResponse(body=body)


def _oauth_error(error: str, description: str) -> ArmResponse:
    return ArmResponse(status=400, body={"error": error, "error_description": description})


def openid_configuration(request: ArmRequest) -> ArmResponse:
    """Describe this authority (OpenID Connect discovery)."""
    tenant = request.params["tenant"]
    base = f"{request.base_url}/{tenant}"
    return ArmResponse(
        body={
            "token_endpoint": f"{base}/oauth2/v2.0/token",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
            "jwks_uri": f"{base}/discovery/v2.0/keys",
            "response_modes_supported": ["query", "fragment", "form_post"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "issuer": f"{base}/v2.0",
            "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
            "claims_supported": ["sub", "iss", "aud", "exp", "iat", "tid", "ver"],
            "tenant_region_scope": "AS",
            "cloud_instance_name": urlsplit(request.base_url).netloc,
        }
    )


def instance_discovery(request: ArmRequest) -> ArmResponse:
    """Tell a client that this host is its own authority (`/common/discovery/instance`)."""
    host = urlsplit(request.base_url).netloc
    endpoint = f"{request.base_url}/{request.cloud.tenant}/v2.0/.well-known/openid-configuration"
    metadata = [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}]
    return ArmResponse(body={"tenant_discovery_endpoint": endpoint, "api-version": "1.1", "metadata": metadata})


def app_service_identity(request: ArmRequest) -> ArmResponse:
    """Give a managed identity's token as App Service does (`GET /msi/token`, api-version 2019-08-01).

    Raises:
        ArmError: 401 without `X-IDENTITY-HEADER`; 400 without `resource` or with another api-version.
    """
    if not request.headers.get("x-identity-header"):
        return ArmResponse(status=401, body={"statusCode": 401, "message": "No valid X-IDENTITY-HEADER was sent."})
    resource = _asked_resource(request, api_version="2019-08-01")
    expires = int(request.cloud.clock.now().timestamp()) + LIFETIME_S
    client_id = request.query.get("client_id", IDENTITY)
    return ArmResponse(
        body={
            "access_token": access_token(request.cloud, resource, client_id),
            "expires_on": str(expires),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": client_id.upper(),
        }
    )


def instance_metadata_identity(request: ArmRequest) -> ArmResponse:
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
            "access_token": access_token(request.cloud, resource, client_id),
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


_TENANT = "/{tenant}"
PROVIDER = Provider(
    namespace="Microsoft Entra ID",
    routes=(
        Route("POST", _TENANT + "/oauth2/v2.0/token", token, open=True),
        Route("POST", _TENANT + "/oauth2/token", token, open=True),
        Route("GET", _TENANT + "/v2.0/.well-known/openid-configuration", openid_configuration, open=True),
        Route("GET", _TENANT + "/.well-known/openid-configuration", openid_configuration, open=True),
        Route("GET", "/common/discovery/instance", instance_discovery, open=True),
        Route("GET", "/msi/token", app_service_identity, open=True),
        Route("GET", "/metadata/identity/oauth2/token", instance_metadata_identity, open=True),
    ),
)
