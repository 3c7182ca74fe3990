"""What the repository says of a release: its files, and the version."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class NotReleasable(Exception):
    """The release cannot be made; the message is the reason, and what to do about it."""


def deployable(root: Path) -> list[str]:
    """The names of the tracked files that .funcignore lets pass, sorted.

    What is not tracked, such as a key that lies about, is nothing that a release can have.

    Raises:
        NotReleasable: the folder is no clone.
    """
    tracked = _git(root, "ls-files", "-z", "--cached")
    ignored = set(_git(root, "ls-files", "-z", "--cached", "--ignored", "--exclude-from=.funcignore"))
    return sorted(name for name in set(tracked) - ignored if (root / name).is_file())


def changed(root: Path) -> list[str]:
    """The tracked files that are not as they were committed.

    Raises:
        NotReleasable: the folder is no clone.
    """
    return _git(root, "diff", "-z", "--name-only", "HEAD")


def version(root: Path) -> str:
    """The version in the product's one place, read without importing anything of it.

    Raises:
        NotReleasable: it is not there.
    """
    file = root / "asr/model/version.py"
    for line in file.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition(" = ")
        if name == "PRODUCT_VERSION":
            return value.strip('"')
    raise NotReleasable(f"{file}: no line `PRODUCT_VERSION = ...`")


def _git(root: Path, *arguments: str) -> list[str]:
    """The names that git answers with, which end with NUL."""
    asked = subprocess.run(["git", *arguments], cwd=root, check=False, capture_output=True, text=True)  # noqa: S603, S607
    if asked.returncode:
        raise NotReleasable(
            f"{root}: git does not answer, so what belongs to the app is not known: {asked.stderr.strip()}"
        )
    return [name for name in asked.stdout.split("\0") if name]
