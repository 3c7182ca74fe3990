"""`python -m local.demo`: protect five virtual machines because their tags changed, and show it."""

import argparse
import sys

from local.children import StopRequest
from local.demo import scenery, story
from local.demo.app import App
from local.demo.arm import Operator
from local.demo.deadline import Deadline
from local.demo.errors import DemoError, Interrupted
from local.demo.local_azure import LocalAzure
from local.demo.play import Stage, play
from local.demo.screen import Screen, open_screen

_SIGNALLED = 128
"""Added to a signal's number it is the exit status that shells give a command ended by that signal."""

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
    stopping = StopRequest.by_signals()
    try:
        status = _played(seconds, open_screen(sys.stdout), stopping)
    except Interrupted:
        status = 1
    return _SIGNALLED + stopping.signal if stopping.signal else status


def _played(seconds: float, screen: Screen, stopping: StopRequest) -> int:
    """The app's time begins when the local Azure is ready: how quickly a machine starts processes is not its merit."""
    starting = Deadline(_START_SECONDS, stopping)
    screen.say(f"Starting a local Azure (world {story.WORLD}) and the app")
    with LocalAzure(story.WORLD, "fast", starting) as azure:
        try:
            found = azure.addresses()
            screen.say(f"Azure answers at {found.arm}, the app at {found.host}; ready after {starting.elapsed:.1f} s")
            deadline = Deadline(seconds, stopping)
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


if __name__ == "__main__":
    sys.exit(main())
