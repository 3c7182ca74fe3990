"""What ARM asks and adds before and after every provider."""

import http.client

import httpx
import pytest

from tests.emulator.conftest import Arm


def test_no_token_is_refused_with_a_challenge(arm: Arm) -> None:
    """A request without an Authorization header is 401, whatever its path."""
    response = httpx.get(f"{arm.emulator.url}{arm.root}/resourceGroups?api-version=2021-04-01")

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "AuthenticationFailed"
    assert response.headers["WWW-Authenticate"].startswith("Bearer authorization_uri=")


def test_api_version_is_required(arm: Arm) -> None:
    """A known path without api-version is 400, a malformed one too."""
    url, token = f"{arm.emulator.url}{arm.root}/resourceGroups", {"Authorization": "Bearer x"}

    assert httpx.get(url, headers=token).json()["error"]["code"] == "MissingApiVersionParameter"
    malformed = httpx.get(url, headers=token, params={"api-version": "latest"})
    assert malformed.json()["error"]["code"] == "InvalidApiVersionParameter"


@pytest.mark.parametrize("version", ["2024-13-01", "2024-02-30", "1", "2024-01-01-"])
def test_an_api_version_is_a_date(arm: Arm, version: str) -> None:
    """What looks like one but is none is 400, too."""
    response = arm.request("GET", f"/resourceGroups?api-version={version}")

    assert (response.status_code, response.json()["error"]["code"]) == (400, "InvalidApiVersionParameter")


@pytest.mark.parametrize("header", ["Basic eDp4", "Bearer"])
def test_another_authorization_is_none(arm: Arm, header: str) -> None:
    """Only a bearer token lets anybody in."""
    response = arm.request("GET", "/resourceGroups", headers={"Authorization": header})

    assert (response.status_code, response.json()["error"]["code"]) == (401, "AuthenticationFailed")


@pytest.mark.parametrize(
    ("subscription", "expected"),
    [
        ("Pay-As-You-Go", (400, "InvalidSubscriptionId")),
        ("11111111-1111-1111-1111-111111111111", (404, "SubscriptionNotFound")),
    ],
)
def test_a_subscription_is_named_by_its_guid(arm: Arm, subscription: str, expected: tuple[int, str]) -> None:
    """A name is malformed; a GUID that is nobody's is not found."""
    response = arm.request("GET", f"/subscriptions/{subscription}/resourceGroups")

    assert (response.status_code, response.json()["error"]["code"]) == expected


def test_names_without_quotes_and_comments_are_read(arm: Arm) -> None:
    """As the Azure CLI sends a template: its own name bare, what was written for people left in."""
    text = '{"location": "eastasia", tags: {/* for: us */ "a": "b: c // d \\"e: f\\"", x_1 : "y"}} // the end'
    response = arm.request("PUT", "/resourceGroups/a", content=text)

    assert response.json()["tags"] == {"a": 'b: c // d "e: f"', "x_1": "y"}


@pytest.mark.parametrize("content", ["{", "[1]", '"text"', "{a b: 1}", '{"a": b: 1}', "{// a: 1}"])
def test_a_body_that_is_no_json_object_is_refused(arm: Arm, content: str) -> None:
    """Malformed JSON, and JSON that is not an object, is 400 InvalidRequestContent."""
    response = arm.request("PUT", "/resourceGroups/a", content=content)

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "InvalidRequestContent"


def test_what_is_not_written_says_so(arm: Arm) -> None:
    """An unknown operation is 501 and names method and path."""
    response = arm.request("GET", "/providers/Microsoft.Quantum/workspaces")

    assert response.status_code == 501
    assert f"GET {arm.root}/providers/Microsoft.Quantum/workspaces" in response.json()["error"]["message"]


def test_missing_subscription_and_group_are_told_apart(arm: Arm) -> None:
    """404 SubscriptionNotFound above, ResourceGroupNotFound below, both from the gateway."""
    elsewhere = arm.request("GET", "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups")
    nowhere = arm.request("GET", "/resourceGroups/nowhere/providers/Microsoft.Compute/virtualMachines")

    assert elsewhere.json()["error"]["code"] == "SubscriptionNotFound"
    assert nowhere.json()["error"]["code"] == "ResourceGroupNotFound"
    assert nowhere.headers["x-ms-failure-cause"] == "gateway"


def test_paths_are_compared_without_case_and_with_doubled_slashes(arm: Arm) -> None:
    """The casing of the first PUT stays; any other finds the same resource."""
    arm.request("PUT", "/resourcegroups/MixedCase", {"location": "East Asia"})

    spelled = f"{arm.emulator.url}/SUBSCRIPTIONS/{arm.emulator.subscription.upper()}//RESOURCEGROUPS//mixedcase/"
    found = arm.get(spelled)
    again = arm.request("PUT", "/resourceGroups/MIXEDCASE", {"location": "eastasia"})

    assert found["id"] == f"{arm.root}/resourceGroups/MixedCase"
    assert (again.status_code, again.json()["name"]) == (200, "MixedCase")


def test_every_answer_has_the_common_headers(arm: Arm) -> None:
    """Request ids, the client's correlation id, and how many requests are left."""
    response = arm.request("GET", "/resourceGroups", headers={"x-ms-correlation-request-id": "abc"})

    assert response.headers["x-ms-request-id"]
    assert response.headers["x-ms-correlation-request-id"] == "abc"
    assert int(response.headers["x-ms-ratelimit-remaining-subscription-reads"]) == 249
    assert int(response.headers["x-ms-ratelimit-remaining-subscription-global-reads"]) == 3749


@pytest.mark.parametrize("version", ["2009-01-01", "2099-12-31", "2024-07-01-preview", "2015-05-01-PREVIEW"])
def test_any_version_that_is_a_date_is_accepted(arm: Arm, version: str) -> None:
    """Old, new and preview versions alike."""
    assert arm.request("GET", f"/resourceGroups?api-version={version}").status_code == 200


def test_connections_are_kept_alive(arm: Arm) -> None:
    """One connection carries answers, refusals, bodies that nobody read and empty answers, one after the other."""
    connection = http.client.HTTPConnection(arm.emulator.url.removeprefix("http://"))
    connection.connect()
    first = connection.sock
    requests = [("GET", "/resourceGroups"), ("PUT", "/resourceGroups/a"), ("HEAD", "/resourceGroups/none"), ("GET", "")]
    statuses = []
    for method, path in requests:
        address = f"{arm.root}{path}?api-version=2021-04-01"
        connection.request(method, address, body="{}", headers={"Authorization": "Bearer x"})
        response = connection.getresponse()
        response.read()
        statuses.append(response.status)

    assert statuses == [200, 400, 404, 200]
    assert connection.sock is first
    connection.close()


def test_lists_are_paged_by_next_link(arm: Arm) -> None:
    """`$top` gives a page and a nextLink that leads to the rest."""
    for number in range(5):
        arm.group(f"g{number}")

    first = arm.get("/resourceGroups?$top=2")
    second = arm.get(first["nextLink"])
    third = arm.get(second["nextLink"])

    names = [group["name"] for page in (first, second, third) for group in page["value"]]
    assert names == ["g0", "g1", "g2", "g3", "g4"]
    assert "nextLink" not in third
