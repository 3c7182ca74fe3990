"""Subscriptions, tenants, locations and the registration of resource providers.

Source: Microsoft.Resources 2021-01-01 `subscriptions.json`, 2021-04-01 `resources.json`.
"""

from collections.abc import Mapping

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.paging import page
from local.emulator.arm.provider import Provider
from local.emulator.arm.regions import Region, regions
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.tokens import Caller
from local.emulator.arm.wire import JsonObject
from local.emulator.providers import registrations
from local.emulator.providers.authorization.enforcement import sees

_SUBSCRIPTION = "/subscriptions/{subscription}"
_ROOT_NAMESPACE = "Microsoft.Resources"


def list_subscriptions(request: ArmRequest) -> ArmResponse:
    """List the world's subscriptions; when authorization is enforced, those in which the caller has a role."""
    cloud, caller = request.cloud, Caller.of(request.headers)
    seen = (one for one in cloud.subscriptions if sees(cloud, caller, ResourceId.parse(f"/subscriptions/{one}")))
    found = [_subscription(cloud, subscription) for subscription in seen]
    return ArmResponse(body={"value": found, "count": {"type": "Total", "value": len(found)}})


def get_subscription(request: ArmRequest) -> ArmResponse:
    """Return one subscription, with its tags when it has any."""
    return ArmResponse(body=_subscription(request.cloud, request.subscription.lower()))


def _subscription(cloud: Cloud, subscription: str) -> JsonObject:
    body: JsonObject = {
        "id": f"/subscriptions/{subscription}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": subscription,
        "tenantId": cloud.tenant,
        "displayName": cloud.subscriptions[subscription],
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }
    tagged = cloud.store.find(f"/subscriptions/{subscription}")
    if tagged and tagged.tags:
        body["tags"] = tagged.tags
    return body


def list_tenants(request: ArmRequest) -> ArmResponse:
    """List the one tenant."""
    tenant = request.cloud.tenant
    body = {"id": f"/tenants/{tenant}", "tenantId": tenant, "displayName": "Local", "tenantCategory": "Home"}
    return ArmResponse(body={"value": [body]})


def list_locations(request: ArmRequest) -> ArmResponse:
    """List the regions with their geographies and pairs."""
    root = f"/subscriptions/{request.subscription}/locations/"
    return ArmResponse(body={"value": [_location(root, region) for region in regions().values()]})


def _location(root: str, region: Region) -> JsonObject:
    paired = [{"name": region.paired, "id": root + region.paired}] if region.paired else []
    body: JsonObject = {
        "id": root + region.name,
        "name": region.name,
        "type": "Region",
        "displayName": region.display_name,
        "regionalDisplayName": f"({region.geography_group}) {region.display_name}",
        "metadata": {
            "regionType": "Physical",
            "regionCategory": "Recommended" if region.recommended else "Other",
            "geography": region.geography,
            "geographyGroup": region.geography_group,
            "physicalLocation": region.physical_location,
            "pairedRegion": paired,
        },
    }
    if region.zones:
        zones = ("1", "2", "3")
        body["availabilityZoneMappings"] = [
            {"logicalZone": zone, "physicalZone": f"{region.name}-az{zone}"} for zone in zones
        ]
    return body


def list_providers(request: ArmRequest) -> ArmResponse:
    """List the resource providers of this emulator with their registration state."""
    return page(request, [_provider(request, name) for name in sorted(_namespaces(request.cloud))])


def get_provider(request: ArmRequest) -> ArmResponse:
    """Return one resource provider.

    Raises:
        ArmError: 404 InvalidResourceNamespace.
    """
    return ArmResponse(body=_provider(request, _known(request)))


def register(request: ArmRequest) -> ArmResponse:
    """Register the subscription with a provider; done at once."""
    registrations.register(request.cloud, request.subscription, _known(request))
    return ArmResponse(body=_provider(request, _known(request)))


def unregister(request: ArmRequest) -> ArmResponse:
    """Take the registration with a provider back; done at once."""
    name = _known(request)
    if name.lower() in registrations.FREE:
        message = f"The resource namespace '{name}' needs no registration and cannot be unregistered."
        raise errors.ArmError(400, "InvalidResourceNamespace", message, gateway=True)
    registrations.unregister(request.cloud, request.subscription, name)
    return ArmResponse(body=_provider(request, name))


def _known(request: ArmRequest) -> str:
    wanted = request.params["namespace"]
    for name in _namespaces(request.cloud):
        if name.lower() == wanted.lower():
            return name
    message = f"The resource namespace '{wanted}' is invalid."
    raise errors.ArmError(404, "InvalidResourceNamespace", message, gateway=True)


def _namespaces(cloud: Cloud) -> Mapping[str, set[str]]:
    """Return namespace -> resource types, read off the route table."""
    types = cloud.resource_manager.types()
    return {**types, _ROOT_NAMESPACE: {*types[_ROOT_NAMESPACE], "subscriptions", "resourceGroups", "tags"}}


def _provider(request: ArmRequest, name: str) -> JsonObject:
    where = [region.display_name for region in regions().values()]
    versions = ["2025-04-01", "2024-11-01", "2023-02-01", "2022-09-01", "2021-04-01"]
    types = [
        {
            "resourceType": kind,
            "locations": where,
            "apiVersions": versions,
            "capabilities": "SupportsTags, SupportsLocation",
        }
        for kind in sorted(_namespaces(request.cloud)[name])
    ]
    return {
        "id": f"/subscriptions/{request.subscription}/providers/{name}",
        "namespace": name,
        "registrationPolicy": "RegistrationFree" if name.lower() in registrations.FREE else "RegistrationRequired",
        "resourceTypes": types,
        "registrationState": registrations.state(request.cloud, request.subscription, name),
    }


PROVIDER = Provider(
    namespace="Microsoft.Resources",
    title="Microsoft.Resources: subscriptions, tenants, locations, providers",
    routes=(
        Route("GET", "/subscriptions", list_subscriptions),
        Route("GET", _SUBSCRIPTION, get_subscription),
        Route("GET", "/tenants", list_tenants),
        Route("GET", _SUBSCRIPTION + "/locations", list_locations),
        Route("GET", _SUBSCRIPTION + "/providers", list_providers),
        Route("GET", _SUBSCRIPTION + "/providers/{namespace}", get_provider),
        Route("POST", _SUBSCRIPTION + "/providers/{namespace}/register", register, silent=True),
        Route("POST", _SUBSCRIPTION + "/providers/{namespace}/unregister", unregister, silent=True),
    ),
    admissions=(registrations.admit,),
)
