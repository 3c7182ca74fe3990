"""`make release`: everything that a release consists of, in dist, with checksums.

The zip with all packages, the wheel of the command line, what the zip is made of (CycloneDX), the compiled templates
where the repository holds them, the notes, and SHA256SUMS.
"""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from release import package
from release.notes import notes
from release.repository import ROOT, NotReleasable, changed, version

SBOM = "sbom.cdx.json"
NOTES = "notes.md"
SUMS = "SHA256SUMS"

_LEFT = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
"""What an earlier build left."""


def release(root: Path, target: Path, tag: str) -> list[Path]:
    """Make the release of a clone.

    Args:
        root: the clone.
        target: the folder for its files; what was in it is removed.
        tag: the tag that is released, `vVERSION`; empty for one that is only tried.

    Raises:
        NotReleasable: the tag is another version's, the clone is changed, or a part cannot be built.
    """
    number = version(root)
    if tag and tag != f"v{number}":
        raise NotReleasable(f"the tag {tag} is not v{number}, the version in asr/model/version.py")
    if tag and (others := changed(root)):
        raise NotReleasable(f"not as committed: {', '.join(others)}")
    told = notes((root / "CHANGELOG.md").read_text(encoding="utf-8"), number)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    print(package.build(root, target / f"asr-autoprotect-{number}.zip").told())
    if (root / "cli/pyproject.toml").is_file():
        with TemporaryDirectory(prefix="wheel-") as folder:  # building leaves things behind in its folder
            source = shutil.copytree(root / "cli", Path(folder) / "cli", ignore=_LEFT)
            _run(sys.executable, "-m", "uv", "build", "--quiet", "--wheel", "--out-dir", target, source)
        (target / ".gitignore").unlink(missing_ok=True)  # uv's
    sbom(root, target / SBOM)
    for template in sorted((root / "infra").glob("main.*.json")):
        shutil.copyfile(template, target / template.name)
    files = sorted(target.iterdir())
    (target / SUMS).write_text("".join(f"{_digest(file)}  {file.name}\n" for file in files), encoding="utf-8")
    (target / NOTES).write_text(told, encoding="utf-8")
    return sorted(target.iterdir())


def sbom(root: Path, target: Path) -> None:
    """Write what the zip is made of: each package with its version and hashes, in the same words for the same packages.

    Raises:
        NotReleasable: the requirements cannot be read.
    """
    _run(
        Path(sys.executable).with_name("cyclonedx-py"),
        "requirements",
        root / "requirements.txt",
        "--pyproject",
        root / "pyproject.toml",
        "--output-reproducible",
        "--output-format",
        "JSON",
        "--output-file",
        target,
    )
    made = json.loads(target.read_text(encoding="utf-8"))
    made["metadata"]["component"]["version"] = version(root)
    target.write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")


def _run(*command: str | Path) -> None:
    done = subprocess.run([str(part) for part in command], check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise NotReleasable(f"{Path(command[0]).name} {command[1]}: {done.stderr.strip()}")


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    """Make it and list it.

    Returns:
        0 when it was made, 1 when not; the reason is on standard error.
    """
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.add_argument("--tag", default="", help="the tag that is released; without one it is only tried")
    parser.add_argument("--root", type=Path, default=ROOT, metavar="DIR", help="the clone (default: this one)")
    parser.add_argument("--to", type=Path, metavar="DIR", help="for its files (default: the clone's dist)")
    options = parser.parse_args(arguments)
    try:
        files = release(options.root, options.to or options.root / "dist", options.tag)
    except NotReleasable as error:
        print(f"No release: {error}", file=sys.stderr)
        return 1
    for file in files:
        print(f"{file.stat().st_size:>12,}  {file.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
