"""Take away what the templates made outside the app's own group: event subscriptions, system topics, roles.

    python3 infra/scripts/uninstall.py            shows what would go
    python3 infra/scripts/uninstall.py --yes      removes it; `azd down` then removes the app itself

Reads azd's environment (`azd env get-values`): AZURE_ENV_NAME, AZURE_RESOURCE_GROUP, ASR_WATCHED, ASR_TARGETS,
ASR_IDENTITY_PRINCIPAL_ID. Exit status 1 when something could not be removed; the rest is. Never touches a vault, a
protected item or anything in a recovery region.
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
_ALERT = "ma-asr-dead-letters-"
_ROLE_NAMES = ("asr-autoprotect ", "asr autoprotect ")
"""How the names of roles begin that are made for the app: by the templates, and by hand as docs/rights.md has it."""


def main(arguments: list[str] | None = None) -> int:
    """Show, or remove."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--yes", action="store_true", help="remove what is shown")
    really = parser.parse_args(arguments).yes
    found, refused = list(leftovers()), 0
    for path in found:
        arm.say(f"{'removing' if really else 'would remove'} {path.partition('?')[0]}")
        try:
            if really:
                arm.call("DELETE", path)
                arm.gone(path)
        except arm.Failed as error:  # at a management group somebody else may have to
            refused += 1
            arm.say(f"  not removed: {error}")
    if not found:
        arm.say("Nothing is left in the watched subscriptions.")
    arm.say("The app itself: `azd down`. Vaults, replicas and recovery groups stay as they are.")
    return 1 if refused else 0


def leftovers() -> Iterator[str]:
    """The addresses of what is to be deleted, in that order, each once."""
    environment = arm.setting("AZURE_ENV_NAME")
    watched = arm.setting("ASR_WATCHED", os.environ.get("ASR_SUBSCRIPTIONS", "")).split(",")
    subscriptions = [f"/subscriptions/{one.strip()}" for one in watched]
    for one in subscriptions:
        yield from _events(one, f"rg-{environment}-events", environment)
    # Others may have been written to, and have the role then.
    subscriptions += re.findall(r"/subscriptions/[^/,;\s]+", os.environ.get("ASR_TARGETS", ""))
    yield from _roles(list(dict.fromkeys(subscriptions)))


def _events(subscription: str, group: str, environment: str) -> Iterator[str]:
    """The app's event subscription at every topic; of our own group everything, unless something else lies in it."""
    own = f"{subscription}/resourceGroups/{group}"
    for topic in arm.everything(f"{subscription}/providers/{_TOPIC}?api-version={_TOPICS_VERSION}"):
        path = f"{topic['id']}/eventSubscriptions/{_EVENTS}?api-version={_TOPICS_VERSION}"
        if arm.call("GET", path):
            yield path
        around = topic["id"].partition("/providers/")[0]
        if around.lower() != own.lower():
            yield from _alerts(around, environment)
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


def _alerts(group: str, environment: str) -> Iterator[str]:
    """The app's alert in the group of a topic that was there before."""
    for one in arm.everything(f"{group}/resources?api-version={_GROUPS_VERSION}"):
        version = _OURS.get(one["type"].lower())
        tagged = (one.get("tags") or {}).get("azd-env-name") == environment
        if version and tagged and one["name"].startswith(_ALERT):
            yield f"{one['id']}?api-version={version}"


def _roles(subscriptions: list[str]) -> Iterator[str]:
    """What is assigned to the app's identity outside its own group, at management groups as well; then the roles that
    were made for it.
    """
    principal, group = arm.setting("ASR_IDENTITY_PRINCIPAL_ID"), arm.setting("AZURE_RESOURCE_GROUP")
    made: dict[str, Any] = {}
    assigned: dict[str, Any] = {}
    for one in subscriptions:
        custom = f"$filter=type%20eq%20'CustomRole'&api-version={_ROLES_VERSION}"
        for role in arm.everything(f"{one}{_ROLES}/roleDefinitions?{custom}"):
            if role["properties"]["roleName"].lower().startswith(_ROLE_NAMES):
                made[_name(role["id"])] = role
        for assignment in arm.everything(f"{one}{_ROLES}/roleAssignments?api-version={_ROLES_VERSION}"):
            assigned[assignment["id"].lower()] = assignment
    own = [one for one in assigned.values() if one["properties"]["principalId"].lower() == principal.lower()]
    used = {_name(one["properties"]["roleDefinitionId"]) for one in own}
    for one in own:
        if f"/resourcegroups/{group}/".lower() not in one["id"].lower():
            yield f"{one['id']}?api-version={_ROLES_VERSION}"
    for name in sorted(used & made.keys()):
        role = made[name]["properties"]
        of_others = [
            one["properties"]["principalId"]
            for one in assigned.values()
            if _name(one["properties"]["roleDefinitionId"]) == name and one not in own
        ]
        if of_others:
            arm.say(f"The role {role['roleName']!r} stays: it is assigned to {', '.join(of_others)}, too.")
        else:
            yield f"{role['assignableScopes'][0]}{_ROLES}/roleDefinitions/{name}?api-version={_ROLES_VERSION}"


def _name(identifier: str) -> str:
    return identifier.rsplit("/", 1)[-1].lower()


if __name__ == "__main__":
    sys.exit(arm.run(main))
