"""The notes of a release: what the changelog says of its version."""

import re

from release.repository import NotReleasable


def notes(changelog: str, version: str) -> str:
    """The section of the changelog about a version, without its heading.

    Raises:
        NotReleasable: there is none, it has no date, or it says nothing.
    """
    heading = re.search(rf"^## \[{re.escape(version)}\](.*)$", changelog, re.MULTILINE)
    if not heading:
        raise NotReleasable(f"CHANGELOG.md has no section [{version}]")
    if not re.fullmatch(r" - \d{4}-\d{2}-\d{2}", heading[1]):
        raise NotReleasable(f"CHANGELOG.md: [{version}] has no date")
    said = re.split(r"^## ", changelog[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0].strip()
    if not said:
        raise NotReleasable(f"CHANGELOG.md says nothing of [{version}]")
    return f"{said}\n"
