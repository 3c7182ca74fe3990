"""Replication policies: PUT, PATCH, GET, list, DELETE, and what values make sense together."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Route
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import inputs, names, vaults, writes
from local.emulator.providers.site_recovery.bodies import foundation
from local.emulator.providers.site_recovery.refusals import failure
from local.emulator.providers.site_recovery.removal import removing
from local.emulator.providers.site_recovery.shapes import taking
from local.emulator.providers.site_recovery.vaults import BASE, Vault

POLICY = "/replicationPolicies/{policy}"
WRITTEN = "site_recovery.policy_written"

LONGEST_RETENTION = 15 * 24 * 60
"""Minutes; the limit for managed disks. Source: "Common questions about Azure-to-Azure disaster recovery"."""

SHORTEST_APP_CONSISTENT = 60
"""Minutes between app-consistent snapshots, when there are any. Same source."""


def create(request: ArmRequest) -> ArmResponse:
    """PUT: create or replace a policy."""
    return _write(request, "policy.create", "providerSpecificInput", {})


def update(request: ArmRequest) -> ArmResponse:
    """PATCH: change a policy. Its body's key differs from PUT's, as recorded.

    Raises:
        ArmError: 404, there is none.
    """
    present = Vault(request).find(POLICY).private["settings"]
    return _write(request, "policy.update", "replicationProviderSettings", present)


def _write(request: ArmRequest, key: str, input_key: str, present: JsonObject) -> ArmResponse:
    vault = Vault(request)
    settings: JsonObject = present | request.body["properties"][input_key]
    return writes.begin(
        vault,
        key,
        vault.child(POLICY),
        then=WRITTEN,
        arguments={"settings": settings},
        preflight=lambda: _check(vault.cloud, settings),
    )


def _check(cloud: Cloud, settings: JsonObject) -> None:
    retention = settings.get("recoveryPointHistory") or 0
    application = settings.get("appConsistentFrequencyInMinutes") or 0
    crash = settings.get("crashConsistentFrequencyInMinutes") or 5
    wrong = (
        (not 0 <= retention <= LONGEST_RETENTION, f"retention of {retention} minutes is not within 0 and 15 days"),
        (0 < application < SHORTEST_APP_CONSISTENT, f"app-consistent snapshots every {application} minutes"),
        (application > retention, f"app-consistent snapshots every {application} minutes outlive the retention"),
        (crash != 5, f"crash-consistent snapshots are taken every 5 minutes, not {crash}"),
    )
    for is_wrong, reason in wrong:
        if is_wrong:
            raise failure(cloud, "PolicyInvalid", reason=reason)


def written(cloud: Cloud, arguments: JsonObject) -> None:
    """The policy has these values from now on."""
    target, settings = ResourceId.parse(arguments["target"]), arguments["settings"]
    _check(cloud, settings)
    cloud.write(target, foundation.policy(target, settings=settings), {"settings": settings})


_REMOVE = removing("policy.remove", POLICY, orderly="DELETE")

ROUTES = (
    taking("PUT", BASE + POLICY, inputs.POLICY, create),
    taking("PATCH", BASE + POLICY, inputs.POLICY_CHANGE, update),
    Route("DELETE", BASE + POLICY, _REMOVE),
    vaults.getter(POLICY),
    vaults.lister("/replicationPolicies", names.POLICIES),
)
CONTINUATIONS = {WRITTEN: written}
