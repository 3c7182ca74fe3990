"""Protected items: GET, lists with filter and pages, remove and purge."""

from collections.abc import Callable
from functools import partial

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.odata import EVERYTHING, matches, parsed_filter
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import (
    artifacts,
    busy,
    conditions,
    inputs,
    names,
    recovery_plans,
    refusals,
    replication,
    vaults,
    writes,
)
from local.emulator.providers.site_recovery.enable import is_enabling
from local.emulator.providers.site_recovery.machine import RUNNING, Machine
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.switches import BUSY_ITEM, ITEM_IN_PLAN, ITEM_WHILE_ENABLING, chosen
from local.emulator.providers.site_recovery.vaults import BASE, CONTAINER, ITEM, Vault

DISABLED, PURGED = "site_recovery.item_disabled", "site_recovery.item_purged"
PAGE_SIZE = 100


def find(vault: Vault) -> Resource:
    """Return the item that the path names.

    Raises:
        ArmError: 404, there is none, or its EnableDr operation still runs and the switch hides it.
    """
    item = vault.find(ITEM)
    if is_visible(vault.cloud, item):
        return item
    raise refusals.not_found(vault.request, item.id.name)


def is_visible(cloud: Cloud, item: Resource) -> bool:
    """Say whether the item can be read: not while it is being enabled, unless the switch says so."""
    return not is_enabling(item) or chosen(cloud, ITEM_WHILE_ENABLING) == "present"


def check_allowed(cloud: Cloud, item: Resource, operation: str) -> None:
    """Raise ServiceFailure (OperationNotAllowed) when the item does not allow `operation` now."""
    if operation not in item.properties["allowedOperations"]:
        state = item.properties["protectionState"]
        raise failure(cloud, "OperationNotAllowed", operation=operation, state=state)


def begin(
    vault: Vault,
    item: Resource,
    key: str,
    *,
    then: str,
    operation: str = "",
    check: Callable[[], object] = writes.nothing,
    arguments: JsonObject | None = None,
    details: JsonObject | None = None,
    results: ResourceId | None = None,
) -> ArmResponse:
    """Accept an action of an item. It ends early when a job is working on the item, or the item does not allow it.

    Args:
        vault: the request's vault.
        item: the item.
        key: the scenario.
        then: the continuation that has the effect.
        operation: what the item must allow; "" when it is always allowed.
        check: what is checked besides. A ServiceFailure it raises ends the operation early.
        arguments: of the continuation.
        details: further keys of the job's `customDetails`.
        results: what `operationresults` hangs below in the Location header; the item by default.

    Raises:
        ArmError: 409, a job is working on the item and the switch says that this is refused at once.
    """
    cloud, job = vault.cloud, busy.job_on(vault.cloud, item)
    if job and chosen(cloud, BUSY_ITEM) == "conflict":
        raise refusals.busy(vault.request, item.id.name, job.id.name)

    def preflight() -> None:
        busy.check_idle(cloud, item)
        if operation:
            check_allowed(cloud, item, operation)
        check()

    return writes.begin(
        vault, key, item.id, then=then, arguments=arguments, preflight=preflight, details=details, results=results
    )


def begin_allowed(request: ArmRequest, key: str, operation: str, *, then: str) -> ArmResponse:
    """Accept an action of the item that the path names, about which nothing but that it is allowed is to be checked.

    Raises:
        ArmError: 404, there is no such item; 409, see `begin`.
    """
    vault = Vault(request)
    return begin(vault, find(vault), key, then=then, operation=operation)


def get(request: ArmRequest) -> ArmResponse:
    """GET one item."""
    vault = Vault(request)
    return ArmResponse(body=replication.shown(vault.cloud, find(vault)))


def _lister(within: str) -> Callable[[ArmRequest], ArmResponse]:
    def get_list(request: ArmRequest) -> ArmResponse:
        vault = Vault(request)
        selects = parsed_filter(request.query.get("$filter", ""))
        found = [item for item in vault.under(names.PROTECTED_ITEMS, within) if is_visible(vault.cloud, item)]
        if selects is not EVERYTHING:
            conditions.refresh_all(vault.cloud, found)
            found = [item for item in found if matches(selects, _fields(item))]
        return vaults.listed(request, found, partial(replication.shown, vault.cloud), size=PAGE_SIZE)

    return get_list


def _fields(item: Resource) -> dict[str, str]:
    """Return what `$filter` may compare."""
    properties = item.properties
    return {
        "name": item.id.name,
        "friendlyName": properties["friendlyName"],
        "protectionState": properties["protectionState"],
        "replicationHealth": properties["replicationHealth"],
        "failoverHealth": properties["failoverHealth"],
        "policyFriendlyName": properties["policyFriendlyName"],
        "instanceType": "A2A",
        "sourceFabricLocation": properties["providerSpecificDetails"]["primaryFabricLocation"],
    }


def disable(request: ArmRequest) -> ArmResponse:
    """POST remove: disable protection and clean up on the machine and in the recovery group.

    Raises:
        ArmError: 404, there is none.
    """
    vault = Vault(request)
    item, cloud = find(vault), vault.cloud

    def check() -> None:
        plans = recovery_plans.holding(cloud, item)
        if plans and chosen(cloud, ITEM_IN_PLAN) == "fail":
            raise failure(cloud, "ResourceInUse", resource=item.id.name, user=plans[0].id.name)
        machine = Machine.of_item(cloud, item)
        if machine is not None and machine.power_state != RUNNING:
            raise failure(cloud, "VmNotRunningToDisable", vm=machine.id.name, state=machine.power_state)

    return begin(vault, item, "item.disable", then=DISABLED, operation="DisableProtection", check=check)


def disabled(cloud: Cloud, arguments: JsonObject) -> None:
    """The machine is no longer protected; nothing of it is left but the links that a lock holds (150225)."""
    item = cloud.store.find(arguments["target"])
    if item is None:
        return
    details = item.properties["providerSpecificDetails"]
    machine = details["fabricObjectId"]
    if artifacts.links_stay(cloud, item):
        writes.inform(cloud, arguments, "LinksLeftBehind", vm=item.properties["friendlyName"])
    else:
        artifacts.remove_from_machine(cloud, machine, item.id)
    for disk in details["protectedManagedDisks"] or ():
        artifacts.delete_replica(cloud, disk)
    cloud.delete(item.id)
    recovery_plans.update_references(cloud, item.id, None)


def purge(request: ArmRequest) -> ArmResponse:
    """DELETE: forget the item by force. Link, mobility service and replicas stay behind.

    Raises:
        ArmError: 404, there is none.
    """
    vault = Vault(request)
    return writes.begin(vault, "item.purge", vault.find(ITEM).id, then=PURGED)


def purged(cloud: Cloud, arguments: JsonObject) -> None:
    """The vault no longer knows the item."""
    item = ResourceId.parse(arguments["target"])
    cloud.delete(item)
    recovery_plans.update_references(cloud, item, None)


ROUTES = (
    Route("GET", BASE + ITEM, get),
    Route("GET", f"{BASE}{CONTAINER}/replicationProtectedItems", _lister(CONTAINER)),
    Route("GET", f"{BASE}/replicationProtectedItems", _lister("")),
    taking("POST", f"{BASE}{ITEM}/remove", inputs.DISABLING, disable),
    Route("DELETE", BASE + ITEM, purge),
)
CONTINUATIONS = {DISABLED: disabled, PURGED: purged}
