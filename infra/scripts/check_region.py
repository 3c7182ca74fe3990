"""Before anything is made: the app must not run in a region whose VMs it protects, or it fails together with them.

Reads AZURE_LOCATION, ASR_SUBSCRIPTIONS (else AZURE_SUBSCRIPTION_ID) and ASR_TAG_PREFIX. Exit status 1 when tagged VMs
run in that region; ASR_ALLOW_SOURCE_REGION=true accepts it. Whoever may not read the VMs is told so, and goes on.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import arm

_QUERY = (
    "resources | where type =~ 'microsoft.compute/virtualmachines' | where location =~ '{region}' | project id, tags"
)

_SHOWN = 5


def main() -> int:
    """Compare the region with where the VMs run."""
    region = arm.setting("AZURE_LOCATION").replace(" ", "").lower()
    subscriptions = arm.subscriptions()
    tag = f"{os.environ.get('ASR_TAG_PREFIX') or 'asr-'}protect".lower()
    try:
        found = list(vms(subscriptions, region))
    except arm.Failed as error:
        arm.say(f"Whether VMs run in {region} could not be read ({error}). Make sure that the protected ones do not.")
        return 0
    tagged = [one["id"] for one in found if tag in {name.lower() for name in one.get("tags") or {}}]
    if not tagged:
        others = f" ({len(found)} VMs without the tag {tag} run there)" if found else ""
        arm.say(f"No tagged VM runs in {region}{others}: the app may run there.")
        return 0
    names = ", ".join([one.rsplit("/", 1)[-1] for one in tagged[:_SHOWN]] + ["..."] * (len(tagged) > _SHOWN))
    arm.say(
        f"{len(tagged)} tagged VMs run in {region} ({names}). If that region fails, the app fails with them and nobody "
        "fails them over. Choose their recovery region or a third one: `azd env set AZURE_LOCATION <region>`; or "
        "accept it: `azd env set ASR_ALLOW_SOURCE_REGION true`."
    )
    return 0 if arm.flag("ASR_ALLOW_SOURCE_REGION") else 1


def vms(subscriptions: list[str], region: str) -> list[dict]:
    """The VMs of a region in these subscriptions, by Resource Graph."""
    options = {"resultFormat": "objectArray"}
    query = {"subscriptions": subscriptions, "query": _QUERY.format(region=region), "options": options}
    found: list[dict] = []
    while True:
        answer = arm.call("POST", "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01", query)
        found += answer["data"]
        if not (more := answer.get("$skipToken")):
            return found
        query["options"] = {**options, "$skipToken": more}


if __name__ == "__main__":
    sys.exit(arm.run(main))
