"""The real azure-mgmt SDKs over plain http: what they send is understood, what they read is there."""

from collections.abc import Iterator

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.mgmt.resource.resources import ResourceManagementClient
from azure.mgmt.resource.resources.models import (
    GenericResource,
    ResourceGroup,
    Sku,
    Tags,
    TagsPatchResource,
)
from azure.mgmt.resource.subscriptions import SubscriptionClient

from tests.emulator.conftest import Arm

COMPUTE_VERSION = "2024-07-01"


class Anyone:
    """A credential whose token is worth nothing."""

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        """Return a token that never ends."""
        return AccessToken("anything", 4_000_000_000)


class PlainBearer(SansIOHTTPPolicy):
    """Puts a bearer token on requests to plain http, which the SDK's own policy refuses to do."""

    def on_request(self, request: PipelineRequest) -> None:
        """Add the header."""
        request.http_request.headers["Authorization"] = "Bearer anything"


@pytest.fixture
def resources(east_asia: Arm) -> Iterator[ResourceManagementClient]:
    """The SDK's client of an emulator with the world `east-asia`, which polls as it does by itself."""
    with ResourceManagementClient(
        Anyone(),
        east_asia.emulator.subscription,
        base_url=east_asia.emulator.url,
        authentication_policy=PlainBearer(),
    ) as client:
        yield client


def test_groups(resources: ResourceManagementClient) -> None:
    """Create, check, list, delete with a poller."""
    created = resources.resource_groups.create_or_update(
        "new", ResourceGroup(location="Southeast Asia", tags={"a": "1"})
    )
    names = [group.name for group in resources.resource_groups.list()]

    assert created.location == "southeastasia"
    assert created.properties is not None
    assert created.properties.provisioning_state == "Succeeded"
    assert resources.resource_groups.check_existence("NEW") is True
    assert names == ["contoso-app", "new"]
    resources.resource_groups.begin_delete("new").result()
    assert resources.resource_groups.check_existence("new") is False


def test_lists_are_paged_and_filtered(resources: ResourceManagementClient) -> None:
    """The pager follows nextLink; the filter is the server's."""
    machines = resources.resources.list(filter="resourceType eq 'Microsoft.Compute/virtualMachines'")
    everything = resources.resources.list(top=3)

    assert sorted(str(vm.name) for vm in machines) == ["batch-0", "db-0", "legacy-0", "web-0", "web-1"]
    assert len(list(everything)) == 23


def test_generic_resources_by_id(east_asia: Arm, resources: ResourceManagementClient) -> None:
    """The generic client writes, reads, tags and deletes typed resources through their long operations."""
    providers = f"{east_asia.root}/resourceGroups/contoso-app/providers"
    account, vm = (
        f"{providers}/Microsoft.Storage/storageAccounts/cacheaccount1",
        f"{providers}/Microsoft.Compute/virtualMachines/web-0",
    )
    body = GenericResource(
        location="eastasia", kind="StorageV2", sku=Sku(name="Standard_LRS"), properties={"minimumTlsVersion": "TLS1_2"}
    )

    stored = resources.resources.begin_create_or_update_by_id(account, body, api_version="2023-05-01").result()
    patched = resources.resources.begin_update_by_id(
        vm, GenericResource(tags={"asr-protect": "true"}), api_version=COMPUTE_VERSION
    ).result()
    resources.resources.begin_delete_by_id(account, api_version="2023-05-01").result()

    assert stored.properties is not None
    assert stored.properties["minimumTlsVersion"] == "TLS1_2"
    assert patched.tags == {"asr-protect": "true"}
    assert resources.resources.get_by_id(vm, api_version=COMPUTE_VERSION).tags == {"asr-protect": "true"}
    with pytest.raises(ResourceNotFoundError) as missing:
        resources.resources.get_by_id(account, api_version="2023-05-01")
    assert missing.value.error is not None
    assert missing.value.error.code == "ResourceNotFound"


def test_tags(east_asia: Arm, resources: ResourceManagementClient) -> None:
    """The tags operations, as an operator's tool sends them."""
    vm = f"{east_asia.root}/resourceGroups/contoso-app/providers/Microsoft.Compute/virtualMachines/db-0"
    patch = TagsPatchResource(operation="Merge", properties=Tags(tags={"asr-protect": "true"}))
    resources.tags.begin_update_at_scope(vm, patch).result()

    assert resources.tags.get_at_scope(vm).properties.tags == {"app": "contoso", "asr-protect": "true"}


def test_refusals_reach_the_caller_with_their_code(resources: ResourceManagementClient) -> None:
    """The SDK reads ARM's envelope."""
    with pytest.raises(HttpResponseError) as refused:
        resources.resource_groups.create_or_update("contoso-app", ResourceGroup(location="westus"))

    assert refused.value.error is not None
    assert refused.value.error.code == "InvalidResourceGroupLocation"


def test_locations(east_asia: Arm) -> None:
    """The subscriptions SDK reads regions with their pairs."""
    with SubscriptionClient(Anyone(), base_url=east_asia.emulator.url, authentication_policy=PlainBearer()) as client:
        found = {region.name: region for region in client.subscriptions.list_locations(east_asia.emulator.subscription)}

    assert found["eastasia"].metadata is not None
    assert found["eastasia"].metadata.paired_region is not None
    assert found["eastasia"].metadata.paired_region[0].name == "southeastasia"
