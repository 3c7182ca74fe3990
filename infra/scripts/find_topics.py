"""Before events are subscribed to: has a watched subscription a system topic of its own already? It can have only one.

One that is there is used, and left as it is: the script writes ASR_EXISTING_SYSTEM_TOPICS into azd's environment, from
which `events.bicepparam` reads, or says what to export where azd is not. What stands there by hand stays. Reads
AZURE_ENV_NAME, ASR_SUBSCRIPTIONS (else AZURE_SUBSCRIPTION_ID).
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import arm

NAME = "ASR_EXISTING_SYSTEM_TOPICS"
_VERSION = "2025-02-15"


def main() -> int:
    """Look into each watched subscription, and note what is there."""
    environment, watched = arm.setting("AZURE_ENV_NAME"), arm.subscriptions()
    try:
        noted: dict[str, Any] = json.loads(os.environ.get(NAME) or "{}")
    except ValueError:
        raise arm.Failed(f"{NAME} is no JSON: {{ <id>: {{ resourceGroup, name, principalId }} }}") from None
    found = dict(noted)
    for subscription in watched:
        if subscription not in noted and (topic := foreign(subscription, f"rg-{environment}-events")):
            found[subscription] = topic
            arm.say(f"{subscription} has the system topic {topic['name']} in {topic['resourceGroup']}: it is used.")
        if subscription in found and not found[subscription].get("principalId"):
            topic = found[subscription]
            arm.say(
                "  It has no identity, so undelivered events are dropped. To keep them: "
                "az eventgrid system-topic update "
                f"--subscription {subscription} --resource-group {topic['resourceGroup']} "
                f"--name {topic['name']} --identity systemassigned; then again."
            )
    if found != noted:
        note(json.dumps(found, separators=(",", ":")))
    return 0


def foreign(subscription: str, own_group: str) -> dict[str, str] | None:
    """The topic of a subscription's own events, unless it is the one that the templates have made."""
    path = f"/subscriptions/{subscription}/providers/Microsoft.EventGrid/systemTopics?api-version={_VERSION}"
    for one in arm.everything(path):
        group = one["id"].split("/")[4]
        source = one["properties"].get("source", "").lower().rstrip("/")
        if source == f"/subscriptions/{subscription}".lower() and group.lower() != own_group.lower():
            identity = one.get("identity") or {}
            system = "systemassigned" in identity.get("type", "").lower()
            principal = (identity.get("principalId") or "") if system else ""
            return {"resourceGroup": group, "name": one["name"], "principalId": principal}
    return None


def note(value: str) -> None:
    """Tell azd, or whoever deploys without it.

    Raises:
        Failed: azd does not take it.
    """
    azd = shutil.which("azd")
    if not azd:
        arm.say(f"Set it before you deploy the events:\n\n  export {NAME}='{value}'")
        return
    command = [azd, "env", "set", NAME, value, "--environment", arm.setting("AZURE_ENV_NAME")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if ended.returncode:
        raise arm.Failed(f"azd does not take {NAME}: {(ended.stderr or ended.stdout).strip()}")


if __name__ == "__main__":
    sys.exit(arm.run(main))
