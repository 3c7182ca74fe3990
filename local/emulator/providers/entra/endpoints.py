"""The endpoints of this cloud (`GET /metadata/endpoints`), from which tools learn where everything is.

`az cloud register --endpoint-resource-manager URL` and the Azure CLI's `ARM_CLOUD_METADATA_URL` read it.
"""

from local.emulator.arm import errors
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.wire import JsonObject

NAME = "LocalAzure"
_LIST_UNTIL = "2022"
"""Versions before this year answer with a list of clouds, later ones with this cloud alone."""


def get(request: ArmRequest) -> ArmResponse:
    """Describe this cloud.

    Raises:
        ArmError: 400, `api-version` is missing.
    """
    if not request.api_version:
        raise errors.missing_api_version()
    cloud = _cloud(request)
    return ArmResponse(body=[cloud] if request.api_version < _LIST_UNTIL else cloud)


def _cloud(request: ArmRequest) -> JsonObject:
    here = request.base_url
    return {
        "name": NAME,
        "portal": here,
        "authentication": {
            "loginEndpoint": here,
            "audiences": ["https://management.core.windows.net/", "https://management.azure.com/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "media": "https://rest.media.azure.net",
        "graph": here,
        "graphAudience": f"{here}/",
        "microsoftGraphResourceId": f"{here}/",
        "resourceManager": f"{here}/",
        "gallery": f"{here}/",
        "batch": "https://batch.core.windows.net/",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "suffixes": {
            "storage": "core.windows.net",
            "keyVaultDns": "vault.azure.net",
            "sqlServerHostname": "database.windows.net",
            "acrLoginServer": "azurecr.io",
        },
    }
