"""Azure Site Recovery, region to region (A2A), on the emulator's Resource Manager core.

Tables                  names, failures, scenarios, stages, switches: everything that is data
Wire bodies             bodies/: pure functions, checked key by key against recorded traffic
How a request is met    shapes and inputs (bodies), vaults and references (finding), refusals (saying no), writes (jobs)
Resources               fabrics, containers, policies, container_mappings, networks, items, jobs, ...
Enabling                enable, enable_checks, disk_inputs, machine, artifacts
Over time               replication walks an item through the stages; recovery_points follow from it
Changing an item        item_updates, item_disks, added_disks
Failing over            failover, failover_changes, test_failover, reprotect; failover_checks, recovered: new machines
Many at once            recovery_plans, plan_actions
What is wrong           conditions, vault_health, troubles, injected_failures

Nothing runs beside the requests: what takes time is a step on the emulator's timeline, which a moved clock moves.
"""

from local.emulator.arm import errors
from local.emulator.arm.cloud import Cloud
from local.emulator.arm.provider import Provider
from local.emulator.arm.store import Resource
from local.emulator.providers.site_recovery import (
    added_disks,
    conditions,
    container_mappings,
    containers,
    eligibility,
    enable,
    fabrics,
    failover,
    failover_changes,
    item_disks,
    item_health,
    item_updates,
    items,
    jobs,
    linked_access,
    names,
    networks,
    plan_actions,
    policies,
    recovery_plans,
    recovery_points,
    removal,
    replication,
    reprotect,
    results,
    test_failover,
    trouble_routes,
    vault_health,
    writes,
)
from local.emulator.providers.site_recovery.scenarios import DURATIONS
from local.emulator.providers.site_recovery.switches import ALLOWED

_WITH_STEPS = (
    fabrics,
    containers,
    policies,
    container_mappings,
    networks,
    enable,
    items,
    item_updates,
    item_disks,
    item_health,
    failover,
    test_failover,
    reprotect,
    recovery_plans,
    plan_actions,
    failover_changes,
    jobs,
)


_WITHOUT_STEPS = (recovery_points, results, eligibility, vault_health)


def refuse_vault_in_use(cloud: Cloud, vault: Resource) -> None:
    """Refuse to delete a vault that protects something.

    Raises:
        ArmError: 400 ServiceResourceNotEmptyWithBackendMessage.
    """
    if cloud.store.of_type(names.PROTECTED_ITEMS, vault.id):
        message = (
            f"Recovery Services vault '{vault.id.name}' cannot be deleted as there are existing resources within the "
            "vault: replicated items must be unregistered first."
        )
        raise errors.ArmError(400, "ServiceResourceNotEmptyWithBackendMessage", message)


PROVIDER = Provider(
    namespace=names.NAMESPACE,
    title="Microsoft.RecoveryServices: Site Recovery",
    routes=tuple(route for module in (*_WITH_STEPS, *_WITHOUT_STEPS) for route in module.ROUTES),
    continuations={
        name: step
        for module in (*_WITH_STEPS, replication, added_disks, removal, writes)
        for name, step in module.CONTINUATIONS.items()
    },
    linked_access=linked_access.LINKED_ACCESS,
    durations=DURATIONS,
    switches=ALLOWED,
    controls=trouble_routes.CONTROLS,
    deletion_guards={names.VAULTS: refuse_vault_in_use},
    deletion_observers={names.MACHINES: conditions.machine_deleted},
    operation_observers=(writes.note_failure, enable.failed),
)
