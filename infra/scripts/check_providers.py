"""Before anything is made: are the subscriptions registered with the resource providers that are needed?

A deployment registers the providers of what it makes itself, for whoever may. Nobody registers those of what the app
makes later, nor that of the network's delegation. Reads AZURE_SUBSCRIPTION_ID, ASR_SUBSCRIPTIONS, ASR_BACKEND, ASR_VNET
and ASR_EVENTS_OUT. Exit status 1 with the commands to run when one is missing; whoever may not read it is told so, and
goes on.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import arm

OWN = (
    "Microsoft.Web",
    "Microsoft.Storage",
    "Microsoft.ManagedIdentity",
    "Microsoft.Insights",
    "Microsoft.OperationalInsights",
)
"""What the app itself stands on."""

WATCHED = (
    "Microsoft.EventGrid",
    "Microsoft.Insights",
    "Microsoft.RecoveryServices",
    "Microsoft.Compute",
    "Microsoft.Network",
    "Microsoft.Storage",
)
"""What tells of changes in a watched subscription, and what VMs are protected with there."""

_THERE = {"registered", "registering"}


def main() -> int:
    """Ask for each, and name the commands for what is missing."""
    lacking: list[str] = []
    for subscription, providers in wanted().items():
        try:
            lacking += missing(subscription, providers)
        except arm.Failed as error:
            arm.say(f"Which providers {subscription} is registered with could not be read ({error}).")
    if not lacking:
        arm.say("The resource providers that are needed are registered.")
        return 0
    arm.say("Resource providers are not registered. It takes some minutes; whoever may run:\n")
    for command in lacking:
        arm.say(f"  {command}")
    return 1


def wanted() -> dict[str, list[str]]:
    """The providers by subscription, each once."""
    own = arm.setting("AZURE_SUBSCRIPTION_ID")
    found = {own: [*OWN, *_chosen()]}
    for one in arm.subscriptions():
        found.setdefault(one, []).extend(WATCHED)
    return {one: list(dict.fromkeys(providers)) for one, providers in found.items()}


def _chosen() -> Iterator[str]:
    if os.environ.get("ASR_BACKEND") == "scheduler":
        yield "Microsoft.DurableTask"
    if arm.flag("ASR_VNET"):
        yield from ("Microsoft.App", "Microsoft.Network")
    if arm.flag("ASR_EVENTS_OUT"):
        yield "Microsoft.EventGrid"


def missing(subscription: str, providers: list[str]) -> list[str]:
    """The commands that register what is not; a provider that Azure does not know there counts as missing."""
    found = []
    for one in providers:
        path = f"/subscriptions/{subscription}/providers/{one}?api-version=2021-04-01"
        state = arm.call("GET", path, missing={}).get("registrationState", "")
        if state.lower() not in _THERE:
            found.append(f"az provider register --subscription {subscription} --namespace {one} --wait")
    return found


if __name__ == "__main__":
    sys.exit(arm.run(main))
