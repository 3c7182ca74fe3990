"""`python -m local.demo`: protect machines because their tags changed, drill one, un-protect one; show it."""

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import wrap
from typing import IO

from local.demo.acts import drill, end
from local.demo.operator import DemoError, Json, Operator
from local.demo.progress import WAITING, Progress, progress_of
from local.demo.readback import ReadBack, read_back
from local.demo.screen import Screen
from local.demo.story import CAST, DRILLED, ENDED, WORLD
from local.demo.waiting import Interrupted, Waiting
from local.stack import StackError, up
from local.stopping import StopRequest

_SIGNALLED = 128
"""Added to a signal's number it is the exit status that shells give a command ended by that signal."""
_DEADLINE_SECONDS = 120.0
_REPLICATION_SECONDS = 8.0
_LAST_LINES = 25
_READS = {"GET", "HEAD"}
_QUERIES = "microsoft.resourcegraph"
_TOLD_WIDTH = 70


def main() -> int:
    """Play the story; answer 0 if all is as it must be, 1 with the reasons if not, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--deadline", type=float, default=_DEADLINE_SECONDS, help="seconds that each act may take")
    parser.add_argument("-v", "--verbose", action="store_true", help="count the app's requests to Azure at the end")
    arguments = parser.parse_args()
    stopping = StopRequest.by_signals()
    log = Path(tempfile.mkdtemp(prefix="asr-demo-")) / "local-azure.log"
    wrong: list[str] = []
    try:
        with log.open("wb") as errors:
            wrong = _demo(arguments, Screen.on(sys.stdout), errors, stopping)
    except (DemoError, StackError) as error:
        wrong = [str(error)]
    except Interrupted:
        pass
    if stopping.signal:
        wrong = []
    if wrong:
        reasons = "\n".join(f"  {reason}" for reason in wrong)
        sys.stdout.flush()
        sys.stderr.write(f"\nThe demo failed:\n{reasons}\n\nLast lines of {log}:\n{_last_lines(log)}\n")
        return 1
    log.unlink()
    log.parent.rmdir()
    return _SIGNALLED + stopping.signal if stopping.signal else 0


def _demo(arguments: argparse.Namespace, screen: Screen, log: IO[bytes], stopping: StopRequest) -> list[str]:
    """What is wrong in the end; nothing, if all is as it must be."""
    began = time.monotonic()
    screen.say(f"Starting a local Azure (world {WORLD}) and the app")
    options = ("--world", WORLD, "--pace", "fast")
    with up(*options, log=log, stopping=stopping) as azure, Operator(azure.ready) as operator:
        screen.say(f"Azure at {azure.ready['arm']}, the app at {azure.ready['host']}")
        operator.slow_replication(_REPLICATION_SECONDS)
        waiting = Waiting(azure, stopping, arguments.deadline)
        seen = _follow(operator, screen, waiting)
        screen.say("\nRead back from Azure:")
        found = list(read_back(operator.subscription, operator.protected_items(), seen))
        _tell(screen, found)
        if all(one.ok for one in found):
            for machine, act in ((DRILLED, drill), (ENDED, end)):
                screen.say("")
                found.append(act(machine, operator, screen, waiting))
                _tell(screen, found[-1:])
        if arguments.verbose:
            screen.say("\nRequests of the app to Azure:")
            screen.columns(_counted(operator.requests_of_the_app()))
    if all(one.ok for one in found):
        screen.say(f"\nAll is as it must be, after {time.monotonic() - began:.0f} s.")
    return [one.found for one in found if not one.ok]


def _tell(screen: Screen, found: Iterable[ReadBack]) -> None:
    for one in found:
        screen.say(f"  {'ok' if one.ok else 'wrong':<5}  {one.found}", "green" if one.ok else "red")
        for line in wrap(" ".join(one.told), _TOLD_WIDTH):
            screen.say(f"         {line}")


def _follow(operator: Operator, screen: Screen, waiting: Waiting) -> dict[str, Progress]:
    """Tag every machine, and look at all of them until each has come to rest.

    Raises:
        DemoError: time is up; it tells who is stuck where.
        Interrupted: the end was asked for.
    """
    seen = {machine.name: WAITING for machine in CAST}

    def stuck() -> str:
        return "".join(f"\n  {name}: {progress.now}" for name, progress in seen.items() if not progress.ended)

    for machine in CAST:
        operator.tag(machine.id(operator.subscription))
        screen.say(f"tagged {machine.name} asr-protect=true ({machine.about})")
    with screen, ThreadPoolExecutor(len(CAST)) as pool:
        for seconds in waiting.rounds(stuck):
            looks = pool.map(lambda one: _look(operator, one.id(operator.subscription)), CAST)
            seen |= {machine.name: look for machine, look in zip(CAST, looks, strict=True)}
            screen.show(seen, seconds)
            if not stuck():
                break
    return seen


def _look(operator: Operator, vm_id: str) -> Progress:
    """One look; an app that cannot answer now may answer the next time."""
    try:
        return progress_of(operator.status(vm_id))
    except DemoError:
        return Progress("the app does not answer")


def _counted(requests: Iterable[Json]) -> list[tuple[str, ...]]:
    """Rows of resource provider, reads and writes, and of their sums."""
    counts: Counter[tuple[str, bool]] = Counter()
    for request in requests:
        _, found, rest = str(request["path"]).lower().rpartition("/providers/")
        provider = rest.split("/")[0] if found else "microsoft.resources"
        counts[provider, request["method"] in _READS or provider == _QUERIES] += 1
    providers = sorted({provider for provider, _ in counts})
    rows = [(one, str(counts[one, True]), str(counts[one, False])) for one in providers]
    sums = [str(sum(n for (_, read), n in counts.items() if read is kind)) for kind in (True, False)]
    return [("provider", "reads", "writes"), *rows, ("all", *sums)]


def _last_lines(log: Path) -> str:
    lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return "\n".join(lines[-_LAST_LINES:])


if __name__ == "__main__":
    sys.exit(main())
