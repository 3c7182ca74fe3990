"""After the first layer: with ASR_ASSIGN_ROLES=false, what somebody who may assign roles has to run."""

import json
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import arm


def main() -> int:
    """Print the commands of the output ASR_ADMINISTRATOR, if there are any."""
    commands = json.loads(os.environ.get("ASR_ADMINISTRATOR") or "[]")
    if commands:
        arm.say("No role was assigned. The app can do nothing until somebody who may assign roles has run:\n")
        for command in commands:
            arm.say(f"  {command}")
        arm.say(
            "\nThen go on: `azd deploy`, `azd provision events`. Undelivered events are kept only once each system "
            "topic's identity has its role as well: infra/rights/dead-letters.bicep, then "
            "`azd env set ASR_DEAD_LETTERS true` and `azd provision events`."
        )
    return 0


if __name__ == "__main__":
    sys.exit(arm.run(main))
