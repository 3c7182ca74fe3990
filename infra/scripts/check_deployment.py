"""After the code is deployed: are the functions there, and is the app well? A deployment can succeed with none indexed.

Reads ASR_APP_ID and ASR_APP_URL, the outputs of the first layer. Exit status 1 when functions are missing or the app is
`unhealthy`. Roles take minutes to reach everywhere, so it looks again for ASR_CHECK_SECONDS (600).
"""

import json
import os
import re
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import arm

VERSION = "2024-11-01"
_NAME = re.compile(
    r'''^(?:events|timer)\(app, "[\w.]+", "(\w+)"|^page\(app, "[\w.]+", "[^"]+", "(\w+)"'''
    r"""|^    \("triggers\.http\.\w+", "\w+", "[^"]+", "(\w+)"\)""",
    re.MULTILINE,
)


def expected() -> set[str]:
    """The functions that something outside calls, by the app's own table of them."""
    text = (Path(__file__).parents[2] / "function_app.py").read_text(encoding="utf-8")
    return {"".join(names) for names in _NAME.findall(text)}


def main() -> int:
    """Look until all is well or time is up."""
    end = time.monotonic() + float(os.environ.get("ASR_CHECK_SECONDS") or 600)
    site, url = arm.setting("ASR_APP_ID"), arm.setting("ASR_APP_URL")
    while problem := missing(site) or unwell(site, url):
        if time.monotonic() > end:
            raise arm.Failed(problem)
        time.sleep(5)
    return 0


def missing(site: str) -> str:
    """Which functions Azure does not list, as a sentence; empty when all are there."""
    listed = {one["name"].rsplit("/", 1)[-1] for one in arm.everything(f"{site}/functions?api-version={VERSION}")}
    if lacking := expected() - listed:
        return (
            f"Azure lists {len(listed)} functions and lacks {len(lacking)}: {', '.join(sorted(lacking)[:5])}. "
            "Deploy again (`azd deploy`); if it stays so, deploy the prebuilt package: docs/deploy.md."
        )
    arm.say(f"{len(listed)} functions are there.")
    return ""


def unwell(site: str, url: str) -> str:
    """What is wrong with the app's health, as a sentence; empty when it can do its work."""
    keys = arm.call("POST", f"{site}/host/default/listkeys?api-version={VERSION}", {}, missing={})
    key = (keys.get("functionKeys") or {}).get("default") or keys.get("masterKey", "")
    request = urllib.request.Request(f"{url}/api/health", headers={"x-functions-key": key})  # noqa: S310
    try:
        with arm.OPENER.open(request, timeout=arm.SECONDS) as answer:
            found = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        text = error.read()
        if error.code != 503:
            return f"{url}/api/health answers {error.code}."
        found = json.loads(text)
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        return f"{url}/api/health does not answer: {error}."
    for check in found["checks"]:
        arm.say(f"  {check['name']}: {check['status']}. {check['detail']}")
    arm.say(f"The app is {found['status']}.")
    return "The app is unhealthy; above is why." if found["status"] == "unhealthy" else ""


if __name__ == "__main__":
    sys.exit(arm.run(main))
