"""What it cost: ARM requests of the app, counted from the emulator's request log."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from local.demo.http import Json

_APP = "asr-autoprotect"
_READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Traffic:
    """Counts of the app's requests.

    Attributes:
        by_provider: by resource provider and method.
        by_machine: those that were about one machine or its protected item, by the machine's name.
        shared: all others.
    """

    by_provider: Mapping[tuple[str, str], int]
    by_machine: Mapping[str, int]
    shared: int

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_provider.values())

    @property
    def writes(self) -> int:
        """Those that may change something."""
        return sum(count for (_, method), count in self.by_provider.items() if method not in _READS)


def count(requests: Iterable[Json], marks: Mapping[str, tuple[str, ...]]) -> Traffic:
    """Count the app's requests among those that the emulator answered.

    Args:
        requests: the emulator's request log.
        marks: by machine, the ids whose presence in a path makes a request one about that machine.
    """
    paths = [
        (str(request["method"]).upper(), str(request["path"]).lower())
        for request in requests
        if _APP in str(request["client"]).lower()
    ]
    by_machine = Counter(
        next((name for name, ids in marks.items() if any(_about(path, id_) for id_ in ids)), "") for _, path in paths
    )
    shared = by_machine.pop("", 0)
    return Traffic(
        by_provider=Counter((_provider(path), method) for method, path in paths),
        by_machine={name: by_machine[name] for name in marks},
        shared=shared,
    )


def _about(path: str, resource_id: str) -> bool:
    return f"{path}/".startswith(f"{resource_id.lower().rstrip('/')}/")


def _provider(path: str) -> str:
    """The namespace after the last `/providers/`; resource groups and subscriptions have none in their path."""
    _, found, rest = path.rpartition("/providers/")
    return rest.split("/", 1)[0] if found else "microsoft.resources"
