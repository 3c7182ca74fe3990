"""Tokens: the token endpoint and both managed-identity protocols, by raw HTTP and by the real azure-identity."""

import base64
import json
import subprocess
import sys
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from tests.emulator.conftest import Arm

RESOURCE = "https://management.azure.com/"
FORM = {"grant_type": "client_credentials", "client_id": "c", "client_secret": "s", "scope": f"{RESOURCE}.default"}


def decoded(part: str) -> bytes:
    """Return one part of a JSON Web Token."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def token_of(arm: Arm, client: str) -> str:
    """Return an access token of a client."""
    granted = httpx.post(f"{arm.emulator.url}/tenant/oauth2/v2.0/token", data={**FORM, "client_id": client})
    return str(granted.json()["access_token"])


def test_client_credentials(arm: Arm) -> None:
    """A token for a service principal; nothing needs a bearer token or an api-version here."""
    response = httpx.post(f"{arm.emulator.url}/tenant/oauth2/v2.0/token", data=FORM)
    refused = httpx.post(f"{arm.emulator.url}/tenant/oauth2/v2.0/token", data={"grant_type": "magic"})

    assert response.json()["token_type"] == "Bearer"
    assert len(response.json()["access_token"].split(".")) == 3
    assert (refused.status_code, refused.json()["error"]) == (400, "unsupported_grant_type")


@pytest.mark.parametrize(
    ("without", "status", "error", "number"),
    [
        ("client_id", 400, "invalid_request", 900144),
        ("client_secret", 401, "invalid_client", 7000216),
        ("scope", 400, "invalid_request", 900144),
    ],
)
def test_incomplete_requests_are_refused_as_entra_does(
    arm: Arm, without: str, status: int, error: str, number: int
) -> None:
    """The OAuth error, its AADSTS number and what is missing."""
    form = {name: value for name, value in FORM.items() if name != without}
    refused = httpx.post(f"{arm.emulator.url}/tenant/oauth2/v2.0/token", data=form)

    body = refused.json()
    assert (refused.status_code, body["error"], body["error_codes"]) == (status, error, [number])
    assert f"AADSTS{number}: " in body["error_description"]
    assert without in body["error_description"]


def test_tokens_carry_their_claims_and_verify(arm: Arm) -> None:
    """Application, object and tenant ids; the object id is not the application's; the published key verifies it."""
    token = token_of(arm, "11111111-2222-3333-4444-555555555555")
    header, claims, signature = token.split(".")
    told: dict[str, Any] = json.loads(decoded(claims))
    key = httpx.get(f"{arm.emulator.url}/tenant/discovery/v2.0/keys").json()["keys"][0]
    n, e = (int.from_bytes(decoded(key[part])) for part in ("n", "e"))

    RSAPublicNumbers(e, n).public_key().verify(
        decoded(signature), f"{header}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256()
    )
    assert (told["appid"], told["tid"], told["aud"]) == (
        "11111111-2222-3333-4444-555555555555",
        arm.emulator.cloud.tenant,
        RESOURCE.rstrip("/"),
    )
    assert told["oid"] == told["sub"] != told["appid"]
    assert json.loads(decoded(header))["kid"] == key["kid"]


def test_the_directory_knows_who_a_client_is(arm: Arm) -> None:
    """Microsoft Graph's lookup by application id gives the object id that is in the client's tokens."""
    oid = json.loads(decoded(token_of(arm, "someone").split(".")[1]))["oid"]
    url = f"{arm.emulator.url}/v1.0/servicePrincipals"

    by_application = httpx.get(url, params={"$filter": "appId eq 'someone'"}).json()
    by_name = httpx.get(url, params={"$filter": "servicePrincipalNames/any(c:c eq 'someone')"}).json()
    otherwise = httpx.get(url, params={"$filter": "displayName eq 'someone'"})

    assert by_application == by_name
    assert [(one["id"], one["appId"]) for one in by_name["value"]] == [(oid, "someone")]
    assert (otherwise.status_code, otherwise.json()["error"]["code"]) == (400, "Request_UnsupportedQuery")


@pytest.mark.parametrize(("version", "kind"), [("2019-05-01", list), ("2022-09-01", dict)])
def test_tools_learn_the_endpoints_of_this_cloud(arm: Arm, version: str, kind: type) -> None:
    """A list of clouds in older versions, this cloud in newer ones; every endpoint that matters is here."""
    found = httpx.get(f"{arm.emulator.url}/metadata/endpoints", params={"api-version": version}).json()
    cloud = found[0] if isinstance(found, list) else found

    assert isinstance(found, kind)
    assert cloud["resourceManager"] == f"{arm.emulator.url}/"
    assert cloud["authentication"]["loginEndpoint"] == arm.emulator.url


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
