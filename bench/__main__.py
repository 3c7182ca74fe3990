"""`make bench`: measure, print tables, write `bench.json` and the plot in `docs`.

`python -m bench [--full] [--json FILE] [--plot FILE]`. Without `--full` bursts of 1, 10 and 100 VMs and a sweep of
1,000; with it also bursts of 300 and 1,000 VMs, the latter on twenty networks as well, and a sweep of 10,000.
"""

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from pathlib import Path

from bench import tables
from bench.burst import Burst, burst
from bench.goals import goals
from bench.importing import importing
from bench.plot import plot
from bench.sequential import sequential
from bench.sweeping import sweep
from local.stack import ROOT

SIZES, MORE_SIZES = (1, 10, 100), (300, 1000)
SWEEPS, MORE_SWEEPS = (1000,), (10_000,)


def main() -> None:
    """Measure and print; what is measured is shown as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="also 300 and 1,000 VMs, and a sweep of 10,000")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), help="where the figures go")
    parser.add_argument("--plot", type=Path, default=ROOT / "docs" / "performance.svg", help="where the plot goes")
    given = parser.parse_args()
    _say(f"{os.cpu_count()} cores, {platform.python_implementation()} {platform.python_version()}, an instant Azure")
    imported = importing()
    _say(tables.imports(imported))
    bursts = _bursts(full=given.full)
    _say(tables.bursts(bursts))
    _say(tables.further(bursts))
    _say(tables.parts(bursts))
    peers = [sequential((MORE_SIZES if given.full else SIZES)[-1], throttling=True)]
    _say("The same by one script with the SDK alone:\n\n" + tables.peers(peers))
    given.plot.write_text(plot(bursts, peers))
    sweeps = [sweep(size, size) for size in SWEEPS + (MORE_SWEEPS if given.full else ())]
    _say(tables.sweeps(sweeps))
    _say(tables.answers(sweeps))
    _say(goals(imported, bursts, sweeps))
    figures = {
        "cores": os.cpu_count(),
        "importing": asdict(imported),
        "bursts": [asdict(one) for one in bursts],
        "sequential": [asdict(one) for one in peers],
        "sweeps": [asdict(one) for one in sweeps],
    }
    given.json.write_text(json.dumps(figures, indent=1) + "\n")


def _bursts(*, full: bool) -> list[Burst]:
    measured = []
    for throttling in (False, True):
        for size in (SIZES[-1:] if throttling else SIZES) + (MORE_SIZES if full else ()):
            measured.append(burst(size, throttling=throttling))
            sys.stderr.write(f"{size} VMs, limits {'on' if throttling else 'off'}: {measured[-1].seconds:.1f} s\n")
        if full and not throttling:
            measured.append(burst(MORE_SIZES[-1], throttling=False, networks=20))
    return measured


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
