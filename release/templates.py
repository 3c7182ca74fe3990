"""What the real Bicep compiler makes of `infra/*.bicep`, and whether that is what the repository holds as compiled.

It needs the Azure CLI with its compiler, and nothing else of this repository: `python3 -m release.templates`.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from release.repository import ROOT, NotReleasable

KEPT = "main.{name}.json"
"""The compiled template of `NAME.bicep`, beside it, where the repository holds one."""


def kept(source: Path) -> Path:
    """Where the compiled template of a source is kept."""
    return source.with_name(KEPT.format(name=source.stem))


def without_generator(template: Any) -> Any:
    """The template, and those in it, without the note of which compiler made it."""
    if isinstance(template, dict):
        return {name: without_generator(part) for name, part in template.items() if name != "_generator"}
    if isinstance(template, list):
        return [without_generator(part) for part in template]
    return template


def differences(made: Any, held: Any, place: str = "$") -> list[str]:
    """The places at which two documents are not the same."""
    if isinstance(made, dict) and isinstance(held, dict):
        return [
            found
            for name in sorted(made.keys() | held.keys())
            for found in differences(made.get(name), held.get(name), f"{place}.{name}")
        ]
    if isinstance(made, list) and isinstance(held, list) and len(made) == len(held):
        return [
            found
            for number, parts in enumerate(zip(made, held, strict=True))
            for found in differences(*parts, f"{place}[{number}]")
        ]
    return [] if made == held else [place]


def build(source: Path) -> Any:
    """Lint and compile.

    Raises:
        NotReleasable: the compiler refuses, or is not there; the message is what it said.
    """
    for verb in (["lint"], ["build", "--stdout"]):
        command = ["az", "bicep", *verb, "--file", str(source)]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
        except FileNotFoundError as error:
            raise NotReleasable("the Azure CLI is not installed: it brings the compiler") from error
        if done.stderr.strip():
            print(done.stderr.strip(), file=sys.stderr)
        if done.returncode:
            raise NotReleasable(f"{source}: {' '.join(command)} ended with {done.returncode}")
    return json.loads(done.stdout)


def compare(source: Path, made: Any) -> list[str]:
    """What is wrong with the compiled template that the repository holds; nothing where it holds none."""
    held = kept(source)
    if not held.is_file():
        print(f"{source.name}: compiled; no {held.name} to compare with")
        return []
    found = differences(without_generator(made), without_generator(json.loads(held.read_text(encoding="utf-8"))))
    print(f"{source.name}: compiled; {held.name} is {'something else' if found else 'the same'}")
    return [f"{held.name}: {place}" for place in found]


def main(arguments: list[str] | None = None) -> int:
    """Compile every template.

    Returns:
        0 when all compile and are what the repository holds, 1 when not; what is wrong is on standard error.
    """
    parser = argparse.ArgumentParser(prog="python3 -m release.templates", description=__doc__)
    parser.add_argument("--from", dest="sources", type=Path, default=ROOT / "infra", metavar="DIR", help="the sources")
    parser.add_argument("--to", type=Path, metavar="DIR", help="also write what was compiled into this folder")
    options = parser.parse_args(arguments)
    wrong: list[str] = []
    # Modules are compiled with what uses them; what an administrator runs by itself is compiled by itself.
    for source in sorted([*options.sources.glob("*.bicep"), *options.sources.glob("rights/*.bicep")]):
        try:
            made = build(source)
        except NotReleasable as error:
            wrong.append(str(error))
            continue
        if options.to:
            options.to.mkdir(parents=True, exist_ok=True)
            (options.to / kept(source).name).write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
        wrong += compare(source, made)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
