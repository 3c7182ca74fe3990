"""What a client reads before it asks for a token: OpenID Connect discovery, signing keys, instance discovery."""

from urllib.parse import urlsplit

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.tokens import key_set


def configuration(request: ArmRequest) -> ArmResponse:
    """Describe this authority's endpoints of version 2.0."""
    tenant = request.params["tenant"]
    # Clients compare the issuer's tenant with the one they asked for, so a name such as `common` is kept.
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


def keys(_request: ArmRequest) -> ArmResponse:
    """Give the public key that tokens are signed with."""
    return ArmResponse(body=key_set())


def instance(request: ArmRequest) -> ArmResponse:
    """Tell a client that this host is its own authority (`/common/discovery/instance`)."""
    host = urlsplit(request.base_url).netloc
    endpoint = f"{request.base_url}/{request.cloud.tenant}/v2.0/.well-known/openid-configuration"
    metadata = [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}]
    return ArmResponse(body={"tenant_discovery_endpoint": endpoint, "api-version": "1.1", "metadata": metadata})
