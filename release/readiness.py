"""`make readiness`: can the project leave the release candidate of the Durable SDK and the preview extension bundle?

Each of the two is one line to change, which is told when its day has come. What cannot be asked from this machine is
`cannot tell`, never a no. Exit status: 0 both fit, 1 one does not yet, 2 one cannot be told.
"""

import argparse
import json
import re
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any

from release.repository import ROOT

SDK = "azure-functions-durable"
LEAST_EXTENSION = (3, 13)
"""Of Microsoft.Azure.WebJobs.Extensions.DurableTask: what the preview bundle has with which the 2.x SDK is tested.

Source: github.com/microsoft/durabletask-python, azure-functions-durable/MIGRATION_GUIDE.md
"""

BUNDLE = "Microsoft.Azure.Functions.ExtensionBundle"
INDEX = f"https://cdn.functions.azure.com/public/ExtensionBundles/{BUNDLE}/index.json"
"""The versions of the released bundle that a host can download."""

SOURCES = "https://raw.githubusercontent.com/Azure/azure-functions-extension-bundles/main"
"""What the released bundle is built from."""

_CONFIG = f"src/{BUNDLE}/bundleConfig.json"
_DEPENDENCIES = "tests/ExtensionBundle.Tests/TestData/any_any_extensions.deps.json"
_EXTENSION = re.compile(r'"Microsoft\.Azure\.WebJobs\.Extensions\.DurableTask/(\d+(?:\.\d+)+)"')
_SECONDS = 15.0


class Fit(IntEnum):
    """The answer; of two the larger one is the exit status."""

    YES = 0
    NOT_YET = 1
    CANNOT_TELL = 2


_WORDS = {Fit.YES: "fits", Fit.NOT_YET: "not yet", Fit.CANNOT_TELL: "cannot tell"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    Attributes:
        why: a sentence, with the line to change where it fits.
    """

    fit: Fit
    why: str


def sdk(requirements: str, uv: tuple[str, ...] = (sys.executable, "-m", "uv")) -> Answer:
    """Whether a final 2.x of the SDK is there, together with everything else that the app requires.

    Args:
        requirements: the text of requirements.in.
        uv: the command that resolves them, by the index of this machine.
    """
    wanted = re.sub(rf"(?m)^{SDK}==.*$", f"{SDK}>=2.0.0,<3", requirements)
    command = [*uv, "pip", "compile", "-", "--quiet", "--no-header", "--no-annotate", "--color", "never"]
    options = ["--python-version", "3.13", "--prerelease", "disallow"]
    done = subprocess.run([*command, *options], input=wanted, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode == 1:
        return Answer(Fit.NOT_YET, f"no final {SDK} 2.x goes with what else is required: {_last(done.stderr)}")
    found = re.search(rf"(?m)^{SDK}==(\S+)$", done.stdout)
    if done.returncode or not found:
        return Answer(Fit.CANNOT_TELL, f"no package index answers: {_last(done.stderr)}")
    return Answer(Fit.YES, f"requirements.in: write `{SDK}=={found[1]}`, then `make lock` and `make test`")


def bundle(index: str = INDEX, sources: str = SOURCES) -> Answer:
    """Whether the released bundle has the extension that the 2.x SDK needs.

    Args:
        index: the address of the list of released versions.
        sources: the address of the folder that the bundle is built from.
    """
    try:
        released = _read(index)
        built = _read(f"{sources}/{_CONFIG}")["bundleVersion"]
        dependencies = json.dumps(_read(f"{sources}/{_DEPENDENCIES}"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        return Answer(Fit.CANNOT_TELL, f"the bundle's own pages do not answer as expected: {error}")
    extension = _EXTENSION.search(dependencies)
    if not isinstance(released, list) or not extension:
        return Answer(Fit.CANNOT_TELL, "the bundle's own pages say nothing of versions or of the extension")
    has = f"version {built} has the Durable extension {extension[1]}"
    if _parts(extension[1])[: len(LEAST_EXTENSION)] < LEAST_EXTENSION:
        return Answer(Fit.NOT_YET, f"{has}; {'.'.join(map(str, LEAST_EXTENSION))} is needed")
    if built not in released:
        return Answer(Fit.NOT_YET, f"{has}, and is not released")
    return Answer(Fit.YES, f'host.json: write `"id": "{BUNDLE}"`; {has}')


def _read(address: str) -> Any:
    if not address.startswith(("https://", "http://127.0.0.1:")):
        raise ValueError(f"{address}: https is expected")
    with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310 - the scheme is checked above
        return json.loads(answer.read().decode("utf-8-sig"))


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "nothing was said"


def main(arguments: list[str] | None = None) -> int:
    """Ask both and tell; the exit status is above."""
    parser = argparse.ArgumentParser(prog="python -m release.readiness", description=__doc__)
    parser.add_argument("--requirements", type=Path, default=ROOT / "requirements.in", metavar="FILE")
    parser.add_argument("--index", default=INDEX, metavar="URL", help="the released versions of the bundle")
    parser.add_argument("--sources", default=SOURCES, metavar="URL", help="what the bundle is built from")
    options = parser.parse_args(arguments)
    answers = {
        "the final Durable SDK": sdk(options.requirements.read_text(encoding="utf-8")),
        "the released extension bundle": bundle(options.index, options.sources),
    }
    for what, answer in answers.items():
        print(f"{what}: {_WORDS[answer.fit]}; {answer.why}")
    return int(max(answer.fit for answer in answers.values()))


if __name__ == "__main__":
    sys.exit(main())
