"""Which processes a process has started, to whichever way they were started."""

from pathlib import Path

from local import forking


def children(parent: int, module: str = "") -> list[int]:
    """The ids of the processes that this one has started and that run a module of this name; by default all."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            line = (entry / "cmdline").read_text().split("\0")
        except OSError:
            continue  # it has ended meanwhile
        if int(fields[1]) == parent and (not module or module in line):
            found.append(int(entry.name))
    return found + forking.children(parent, module or "*")
