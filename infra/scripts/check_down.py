"""Before `azd down`: it may take the app away, never a vault. Exit status 1 when the app's group holds something else.

Vaults and what they protect with lie in groups of their own, named by profiles and tags. Only somebody who put one into
the app's group by hand could lose it, and is stopped here.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import arm

PRECIOUS = ("microsoft.recoveryservices/", "microsoft.compute/", "microsoft.automation/")
"""What no deployment of this app makes."""


def main() -> int:
    """Look into the group, and say what stays."""
    subscription, group = arm.setting("AZURE_SUBSCRIPTION_ID"), arm.setting("AZURE_RESOURCE_GROUP")
    path = f"/subscriptions/{subscription}/resourceGroups/{group}/resources?api-version=2021-04-01"
    found = [one["id"] for one in arm.everything(path) if one["type"].lower().startswith(PRECIOUS)]
    if found:
        raise arm.Failed(
            f"The group {group} holds what is not the app's, and would be deleted with it: {', '.join(found)}. "
            "Move it to another group first."
        )
    arm.say(
        "Protected VMs stay protected: vaults, replicas and recovery groups are not touched. To end protections, do "
        "that first (docs/runbook.md). What lies in the watched subscriptions is removed by infra/scripts/uninstall.py."
    )
    return 0


if __name__ == "__main__":
    sys.exit(arm.run(main))
