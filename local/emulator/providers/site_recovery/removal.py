"""Taking away what others may stand on: fabrics, containers, container mappings, policies."""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.router import Handler
from local.emulator.arm.wire import JsonObject
from local.emulator.providers.site_recovery import writes
from local.emulator.providers.site_recovery.dependents import check_unused, remove_with_dependents
from local.emulator.providers.site_recovery.vaults import Vault

REMOVED = "site_recovery.removed"


def removing(key: str, path: str, *, orderly: str = "POST") -> Handler:
    """Return what begins the removal (scenario `key`) of a resource at `path`; any method but `orderly` is by force."""

    def remove(request: ArmRequest) -> ArmResponse:
        vault, forced = Vault(request), request.method != orderly
        target = vault.find(path).id
        return writes.begin(
            vault,
            key,
            target,
            then=REMOVED,
            arguments={"forced": forced},
            preflight=lambda: check_unused(vault.cloud, target, forced=forced),
        )

    return remove


def removed(cloud: Cloud, arguments: JsonObject) -> None:
    """It is gone."""
    target = ResourceId.parse(arguments["target"])
    check_unused(cloud, target, forced=arguments["forced"])
    remove_with_dependents(cloud, target)


CONTINUATIONS = {REMOVED: removed}
