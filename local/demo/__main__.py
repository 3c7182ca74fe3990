"""`python -m local.demo`: protect five virtual machines because their tags changed, and show it."""

import argparse
import signal
import sys
from types import FrameType

from local.demo import scenery, story
from local.demo.app import App
from local.demo.arm import Operator
from local.demo.deadline import Deadline
from local.demo.errors import DemoError
from local.demo.local_azure import LocalAzure
from local.demo.play import Stage, play
from local.demo.screen import Screen, open_screen

_INTERRUPTED = 130
_TERMINATED = 143
_DEADLINE_SECONDS = 120.0
_START_SECONDS = 60.0
"""Three processes start within seconds; on a machine that is busy with other things it takes longer."""

_REPLICATION_SECONDS = 10.0
"""Long enough to see the bars move; in Azure it takes hours."""


def main() -> int:
    """Play the story; answer 0 if all is as it should be, 1 with the reasons if not, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--deadline", type=float, default=_DEADLINE_SECONDS, help="seconds that the app may take")
    seconds: float = parser.parse_args().deadline
    signal.signal(signal.SIGTERM, _terminate)
    try:
        return _played(seconds, open_screen(sys.stdout))
    except KeyboardInterrupt:
        return _INTERRUPTED


def _played(seconds: float, screen: Screen) -> int:
    """The app's time begins when the local Azure is ready: how quickly a machine starts processes is not its merit."""
    starting = Deadline(_START_SECONDS)
    screen.say(f"Starting a local Azure (world {story.WORLD}) and the app")
    with LocalAzure(story.WORLD, "fast", starting) as azure:
        try:
            found = azure.addresses()
            screen.say(f"Azure answers at {found.arm}, the app at {found.host}; ready after {starting.elapsed:.1f} s")
            deadline = Deadline(seconds)
            scenery.slow_replication(found.arm, _REPLICATION_SECONDS)
            with Operator(found.arm, found.subscription) as operator, App(found.host, found.key) as app:
                wrong = [
                    str(finding) for finding in play(Stage(found.arm, operator, app, azure.alive, deadline), screen)
                ]
        except DemoError as error:
            wrong = [str(error)]
        if wrong:
            _explain(wrong, azure)
            return 1
    screen.say(f"All is as it should be, after {starting.elapsed:.1f} s.")
    return 0


def _explain(wrong: list[str], azure: LocalAzure) -> None:
    sys.stdout.flush()
    reasons = "\n".join(f"  {reason}" for reason in wrong)
    sys.stderr.write(
        f"\nThe demo failed:\n{reasons}\n\nLast lines of {azure.keep_log()}:\n{azure.last_words()}\n",
    )


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(_TERMINATED)


if __name__ == "__main__":
    sys.exit(main())
