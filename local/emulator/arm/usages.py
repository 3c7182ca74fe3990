"""How much of a subscription's quota is used up, as Compute, Network and Storage list it for a region."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from local.emulator.arm import errors
from local.emulator.arm.paging import page
from local.emulator.arm.regions import region_name, regions
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Handler
from local.emulator.arm.wire import JsonObject


@dataclass(frozen=True, slots=True)
class Usage:
    """One line.

    Attributes:
        name: the quota's name (`cores`).
        text: its name for people (`Total Regional vCPUs`).
        used: how much is used.
        limit: how much there may be.
    """

    name: str
    text: str
    used: int
    limit: int

    def body(self) -> JsonObject:
        """Return it as it is on the wire."""
        name = {"value": self.name, "localizedValue": self.text}
        return {"limit": self.limit, "unit": "Count", "currentValue": self.used, "name": name}


def listed(usages: Callable[[ArmRequest, str], Iterable[Usage]]) -> Handler:
    """Return the handler of `.../locations/{location}/usages`; `usages` gets the request and the region's name."""

    def answer(request: ArmRequest) -> ArmResponse:
        region = region_name(request.params["location"])
        if region not in regions():
            raise errors.location_not_available(region, f"{request.id.namespace}/locations/usages", sorted(regions()))
        return page(request, [usage.body() for usage in usages(request, region)])

    return answer


def counted(request: ArmRequest, kind: str, region: str) -> int:
    """Return how many resources of a type the subscription has in a region."""
    found = request.cloud.store.of_type(kind, request.id.subscription_id)
    return sum(resource.location == region for resource in found)
