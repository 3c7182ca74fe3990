"""Microsoft Entra ID, as far as a client needs it to find its way and get a token, and managed identities.

Source: "Microsoft identity platform" token and discovery endpoints; "How to use managed identities for App Service"
(2019-08-01); the endpoints document that ARM serves to its tools.
"""

from local.emulator.arm.provider import Provider
from local.emulator.arm.router import Route
from local.emulator.providers.entra import directory, discovery, endpoints, managed_identity, token_endpoint

_TENANT = "/{tenant}"
PROVIDER = Provider(
    namespace="Microsoft Entra ID",
    routes=(
        Route("POST", _TENANT + "/oauth2/v2.0/token", token_endpoint.grant, open=True),
        Route("POST", _TENANT + "/oauth2/token", token_endpoint.grant, open=True),
        Route("GET", _TENANT + "/v2.0/.well-known/openid-configuration", discovery.configuration, open=True),
        Route("GET", _TENANT + "/discovery/v2.0/keys", discovery.keys, open=True),
        Route("GET", "/common/discovery/instance", discovery.instance, open=True),
        Route("GET", "/metadata/endpoints", endpoints.get, open=True),
        Route("GET", "/msi/token", managed_identity.app_service, open=True),
        Route("GET", "/v1.0/servicePrincipals", directory.find, open=True),
        Route("POST", "/v1.0/directoryObjects/getByIds", directory.get_by_ids, open=True),
    ),
)
