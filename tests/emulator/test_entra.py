"""Tokens: the token endpoint and both managed-identity protocols, by raw HTTP and by the real azure-identity."""

import subprocess
import sys

import httpx

from tests.emulator.conftest import Arm

RESOURCE = "https://management.azure.com/"


def test_client_credentials(arm: Arm) -> None:
    """A token for a service principal; nothing needs a bearer token or an api-version here."""
    form = {"grant_type": "client_credentials", "client_id": "c", "client_secret": "s", "scope": f"{RESOURCE}.default"}
    response = httpx.post(f"{arm.emulator.url}/tenant/oauth2/v2.0/token", data=form)
    refused = httpx.post(f"{arm.emulator.url}/tenant/oauth2/v2.0/token", data={"grant_type": "magic"})

    assert response.json()["token_type"] == "Bearer"
    assert len(response.json()["access_token"].split(".")) == 3
    assert (refused.status_code, refused.json()["error"]) == (400, "unsupported_grant_type")


def test_openid_configuration_points_here(arm: Arm) -> None:
    """The discovery document's endpoints are this emulator's."""
    found = httpx.get(f"{arm.emulator.url}/tenant/v2.0/.well-known/openid-configuration").json()

    assert found["token_endpoint"] == f"{arm.emulator.url}/tenant/oauth2/v2.0/token"


def test_app_service_identity_needs_its_header(arm: Arm) -> None:
    """401 without X-IDENTITY-HEADER, 400 without resource, else a token."""
    url = f"{arm.emulator.url}/msi/token?api-version=2019-08-01"
    header = {"X-IDENTITY-HEADER": "anything"}

    assert httpx.get(f"{url}&resource={RESOURCE}").status_code == 401
    assert httpx.get(url, headers=header).status_code == 400
    token = httpx.get(f"{url}&resource={RESOURCE}", headers=header).json()
    assert token["resource"] == RESOURCE
    assert int(token["expires_on"]) > 1_700_000_000


def test_instance_metadata_identity_needs_its_header(arm: Arm) -> None:
    """400 without `Metadata: true`, else a token."""
    url = f"{arm.emulator.url}/metadata/identity/oauth2/token?api-version=2018-02-01&resource={RESOURCE}"

    assert httpx.get(url).status_code == 400
    assert httpx.get(url, headers={"Metadata": "true"}).json()["token_type"] == "Bearer"


ASK = """
from azure.identity import ManagedIdentityCredential
with ManagedIdentityCredential() as credential:
    print(credential.get_token("https://management.azure.com/.default").token)
"""


def test_the_real_managed_identity_credential_works(arm: Arm) -> None:
    """azure-identity, told by environment variables only, gets a token over plain http."""
    told = {"IDENTITY_ENDPOINT": f"{arm.emulator.url}/msi/token", "IDENTITY_HEADER": "anything"}
    asked = subprocess.run([sys.executable, "-c", ASK], env=told, capture_output=True, text=True, check=False)

    assert asked.returncode == 0, asked.stderr
    headers = {"Authorization": f"Bearer {asked.stdout.strip()}"}
    assert arm.request("GET", "/resourceGroups", headers=headers).status_code == 200
