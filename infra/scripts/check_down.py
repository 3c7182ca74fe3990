"""Before `azd down`: it may take the app away, never a vault. Exit status 1 when it could delete what is not the app's.

Vaults and what they protect with lie in groups of their own, named by profiles and tags. Only somebody who put one into
the app's group by hand could lose it, and is stopped here. And azd deletes whole groups: by `--force`, and in
older versions always, each one that a deployment of this environment put something into. With a system topic that
existed already that is the topic's group (https://github.com/Azure/azure-dev/issues/2916).
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import arm

PRECIOUS = ("microsoft.recoveryservices/", "microsoft.compute/", "microsoft.automation/")
"""What no deployment of this app makes."""

UNASKED = ("microsoft.alertsmanagement/smartdetectoralertrules", "microsoft.insights/actiongroups")
"""What Azure makes by itself, minutes after Application Insights, and never tags."""


def main() -> int:
    """Look into the group, and say what stays."""
    subscription, group = arm.setting("AZURE_SUBSCRIPTION_ID"), arm.setting("AZURE_RESOURCE_GROUP")
    path = f"/subscriptions/{subscription}/resourceGroups/{group}/resources?api-version=2021-04-01"
    if groups := others(subscription, group):
        raise arm.Failed(
            f"azd may delete groups that are not the app's: {', '.join(groups)}. Do not run "
            f"`azd down`: run infra/scripts/uninstall.py --yes, then "
            f"`az group delete --subscription {subscription} --name {group}`."
        )
    found = [one["id"] for one in arm.everything(path) if one["type"].lower().startswith(PRECIOUS)]
    if found:
        raise arm.Failed(
            f"The group {group} holds what is not the app's, and would be deleted with it: {', '.join(found)}. "
            "Move it to another group first."
        )
    if untagged := own_accord(path):
        arm.say(
            f"Azure itself has put into {group}, without azd's tag: {', '.join(untagged)}. If `azd down` "
            f"leaves the group for that, run `az group delete --subscription {subscription} --name {group}`."
        )
    arm.say(
        "Protected VMs stay protected: vaults, replicas and recovery groups are not touched. To end protections, do "
        "that first (docs/runbook.md). What lies in the watched subscriptions is removed by infra/scripts/uninstall.py."
    )
    return 0


def own_accord(path: str) -> list[str]:
    """What Azure makes beside Application Insights unasked: its smart detector's rule, and whom that tells."""
    return [
        one["name"]
        for one in arm.everything(path)
        if one["type"].lower() in UNASKED and "azd-env-name" not in (one.get("tags") or {})
    ]


def others(subscription: str, group: str) -> list[str]:
    """Groups in which a deployment of this environment made something, without the app's own two."""
    environment = arm.setting("AZURE_ENV_NAME")
    own = {group.lower(), f"rg-{environment}-events".lower()}
    found: set[str] = set()
    path = f"/subscriptions/{subscription}/providers/Microsoft.Resources/deployments?api-version=2024-03-01"
    for one in arm.everything(path):
        if (one.get("tags") or {}).get("azd-env-name") == environment:
            for made in one["properties"].get("outputResources") or []:
                parts = made["id"].lower().split("/")
                if parts[1:4:2] == ["subscriptions", "resourcegroups"] and parts[2] == subscription.lower():
                    found.add(parts[4])
    return sorted(found - own)


if __name__ == "__main__":
    sys.exit(arm.run(main))
