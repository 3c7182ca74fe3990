"""Commands for a local Azure that the Azure CLI does not speak to."""

import pytest

from asr_cli.local_azure import for_local_azure

ID = "/subscriptions/x/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/db-0"
LINK = f"{ID}/providers/Microsoft.Resources/links/left"
HERE, THERE = "http://127.0.0.1:7071", "https://contoso-asr.azurewebsites.net"
LOCAL = {"ARM": "http://127.0.0.1:8080"}
ME = "-H 'Authorization: Bearer me'"


def test_what_az_would_ask_is_asked_by_curl() -> None:
    """A start is a POST, a deletion a DELETE, for each id; the address is the one that `make up` exports."""
    assert for_local_azure(f"az vm start --ids {ID}", HERE, LOCAL) == (
        f"""curl -sX POST "$ARM"'{ID}/start?api-version=2024-07-01' {ME}"""
    )
    told = for_local_azure(f"az resource delete --ids {LINK} {ID}", HERE, LOCAL)
    assert told == (
        f"""curl -sX DELETE "$ARM"'{LINK}?api-version=2016-09-01' {ME} && """
        f"""curl -sX DELETE "$ARM"'{ID}?api-version=2024-07-01' {ME}"""
    )


@pytest.mark.parametrize(
    ("command", "address", "environment"),
    [
        (f"az vm start --ids {ID}", THERE, LOCAL),
        (f"az vm start --ids {ID}", HERE, {}),
        (f"az vm start --ids {ID}", HERE, {"ARM": "https://127.0.0.1:8080"}),
        (f"az vm start --ids {ID}", HERE, {"ARM": "http://elsewhere.example"}),
        ("az resource delete --ids /subscriptions/x/resourceGroups/g/providers/A.B/c/d", HERE, LOCAL),
        ("az provider register --namespace A.B", HERE, LOCAL),
        (f"az resource update --ids {ID} --set a=b", HERE, LOCAL),
        ("asr protect db-0", HERE, LOCAL),
    ],
)
def test_anything_else_is_left_as_it_is(command: str, address: str, environment: dict[str, str]) -> None:
    """Azure itself, an Azure with TLS, what is not known, and commands of our own."""
    assert for_local_azure(command, address, environment) == command
