"""`python -m tests.chaos [--seed N] [--count M]`: seeds of trouble, one by one; `--plan` only shows them."""

import argparse
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

from tests.chaos.perform import perform
from tests.chaos.plan import plan


def main() -> int:
    """Run and report.

    Returns:
        0 when every invariant held for every seed, else 1.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: 0)")
    parser.add_argument("--count", type=int, default=1, help="how many seeds, from the first one on (default: 1)")
    parser.add_argument("--plan", action="store_true", help="say what would happen, and let nothing happen")
    parser.add_argument("--verbose", action="store_true", help="say what happens while it happens")
    arguments = parser.parse_args()
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    if arguments.plan:
        for seed in seeds:
            _show(seed)
        return 0
    return 1 if [seed for seed in seeds if not _ran_well(seed, arguments.verbose)] else 0


def _ran_well(seed: int, verbose: bool) -> bool:
    folder = Path(mkdtemp(prefix=f"asr-chaos-{seed}-"))
    began = time.monotonic()
    said = (lambda line: _say(f"{time.monotonic() - began:6.1f} s  {line}")) if verbose else lambda _: None
    report = perform(seed, folder, said)
    result = "all invariants held" if not report.wrong else f"{len(report.wrong)} things are WRONG"
    _say(
        f"seed {seed} ({report.story}): {result}; {report.seconds:.1f} s, {report.requests} requests, "
        f"{report.faults_struck} faults struck"
    )
    for one in report.wrong:
        _say(f"    {one}")
    if report.wrong:
        _say(f"    replay: make chaos SEED={seed} COUNT=1    logs: {folder}")
    return not report.wrong


def _show(seed: int) -> None:
    what = plan(seed)
    _say(f"seed {seed}: story {what.story.name}, {what.copies} copies of the app, {what.attempts} attempts")
    for action in what.actions:
        _say(f"    {action}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
