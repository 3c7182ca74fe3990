"""The stories of two subscriptions: the VM in one, its vault, group and network in another."""

from tests.e2e.stack import Stack
from tests.rights.stories import Story, Told

HUB = "2c8f6da1-5e4b-4037-9d92-7fa03b6e8c24"
"""The other subscription of the world `cross-subscription`, which the app may write to and does not watch."""

_RECOVERY = f"/subscriptions/{HUB}/resourceGroups/recovery"
TARGETS = {
    "vault": f"{_RECOVERY}/providers/Microsoft.RecoveryServices/vaults/hub-vault",
    "recoveryResourceGroup": _RECOVERY,
    "recoveryVnet": f"{_RECOVERY}/providers/Microsoft.Network/virtualNetworks/hub-vnet",
}


def protected_across(up: Stack) -> Told:
    """The VM is asked for by its id, with where it is to come up."""
    vm = f"{up.group('team')}/providers/Microsoft.Compute/virtualMachines/app-0"
    answer = up.api("POST", "protections", {"vmIds": [vm], "wait": 60, "overrides": TARGETS})
    if answer.status_code != 200:
        return Told(False, answer.json())
    (one,) = answer.json()["protections"]
    return Told((one.get("outcome") or {}).get("state") in ("enabling", "protected"), one)


STORY = Story(protected_across)
