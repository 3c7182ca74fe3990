"""Take away what the templates made outside the app's own group: event subscriptions, system topics, roles.

    python infra/scripts/uninstall.py            shows what would go
    python infra/scripts/uninstall.py --yes      removes it; `azd down` then removes the app itself

Reads azd's environment (`azd env get-values`): AZURE_ENV_NAME, ASR_WATCHED, ASR_IDENTITY_PRINCIPAL_ID. Never touches a
vault, a protected item or anything in a recovery region.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import arm

_ROLES = "/providers/Microsoft.Authorization"
_ROLES_VERSION = "2022-04-01"
_TOPICS_VERSION = "2025-02-15"
_GROUPS_VERSION = "2021-04-01"
_EVENTS = "asr-autoprotect"
_TOPIC = "Microsoft.EventGrid/systemTopics"
_OURS = {_TOPIC.lower(): _TOPICS_VERSION, "microsoft.insights/metricalerts": "2018-03-01"}
"""What the templates put into a group of their own beside the event subscription, with the version to delete it by."""


def main(arguments: list[str] | None = None) -> int:
    """Show, or remove."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--yes", action="store_true", help="remove what is shown")
    really = parser.parse_args(arguments).yes
    found = [
        path
        for one in arm.setting("ASR_WATCHED", os.environ.get("ASR_SUBSCRIPTIONS", "")).split(",")
        for path in leftovers(f"/subscriptions/{one.strip()}", arm.setting("AZURE_ENV_NAME"))
    ]
    for path in found:
        arm.say(f"{'removing' if really else 'would remove'} {path.partition('?')[0]}")
        if really:
            arm.call("DELETE", path)
            arm.gone(path)
    if not found:
        arm.say("Nothing is left in the watched subscriptions.")
    arm.say("The app itself: `azd down`. Vaults, replicas and recovery groups stay as they are.")
    return 0


def leftovers(subscription: str, environment: str) -> Iterator[str]:
    """The addresses of what is to be deleted in a subscription, in that order."""
    yield from _events(subscription, f"rg-{environment}-events")
    yield from _roles(subscription)


def _events(subscription: str, group: str) -> Iterator[str]:
    """The app's event subscription at every topic; of our own group everything, unless something else lies in it."""
    for topic in arm.everything(f"{subscription}/providers/{_TOPIC}?api-version={_TOPICS_VERSION}"):
        path = f"{topic['id']}/eventSubscriptions/{_EVENTS}?api-version={_TOPICS_VERSION}"
        if arm.call("GET", path):
            yield path
    own = f"{subscription}/resourceGroups/{group}"
    if not arm.call("GET", f"{own}?api-version={_GROUPS_VERSION}"):
        return
    inside = list(arm.everything(f"{own}/resources?api-version={_GROUPS_VERSION}"))
    others = [one["id"] for one in inside if one["type"].lower() not in _OURS]
    for one in inside:
        if version := _OURS.get(one["type"].lower()):
            yield f"{one['id']}?api-version={version}"
    if others:
        arm.say(f"{own} stays: it holds {', '.join(others)}")
    else:
        yield f"{own}?api-version={_GROUPS_VERSION}"


def _roles(subscription: str) -> Iterator[str]:
    """Assignments of the app's identity in the subscription, then the roles that were made for it."""
    principal = arm.setting("ASR_IDENTITY_PRINCIPAL_ID")
    ours_only = f"$filter=principalId%20eq%20'{principal}'"
    filtered = f"{subscription}{_ROLES}/roleAssignments?api-version={_ROLES_VERSION}&{ours_only}"
    made = {
        one["id"]: one
        for one in arm.everything(
            f"{subscription}{_ROLES}/roleDefinitions?api-version={_ROLES_VERSION}&$filter=type%20eq%20'CustomRole'"
        )
        if one["properties"]["roleName"].startswith("asr-autoprotect ")
    }
    ours = set()
    for one in arm.everything(filtered):
        if one["properties"]["roleDefinitionId"].lower() in {key.lower() for key in made}:
            ours.add(one["properties"]["roleDefinitionId"].lower())
            yield f"{one['id']}?api-version={_ROLES_VERSION}"
    yield from (f"{key}?api-version={_ROLES_VERSION}" for key in made if key.lower() in ours)


if __name__ == "__main__":
    sys.exit(arm.run(main))
