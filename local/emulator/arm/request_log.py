"""Every request that was answered, and what it came to: for tests that count and for people who look."""

from collections import Counter
from dataclasses import asdict, dataclass
from itertools import count

from local.emulator.arm.wire import JsonObject


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One answered request.

    Attributes:
        seq: its place in the order of arrival, from 1.
        at: when it arrived (`wire.timestamp`).
        method: the HTTP method.
        path: the path as sent.
        query: the query string as sent, without `?`.
        status: the status answered; 0 when the connection was reset without an answer.
        bytes_out: the length of the body answered.
        client: the User-Agent.
    """

    seq: int
    at: str
    method: str
    path: str
    query: str
    status: int
    bytes_out: int
    client: str

    @property
    def provider(self) -> str:
        """The namespace after the last `/providers/`, in lower case; without one `microsoft.resources` or `entra`."""
        parts = self.path.lower().strip("/").split("/")
        if "providers" in parts[:-1]:
            return parts[len(parts) - 1 - parts[::-1].index("providers", 1) + 1]
        return "microsoft.resources" if parts[0] in {"subscriptions", "providers", "tenants"} else "entra"


class RequestLog:
    """The answered requests, in the order in which they arrived."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._answered: list[LoggedRequest] = []
        self._counts: Counter[tuple[str, str, int]] = Counter()

    def number(self) -> int:
        """Return the sequence number of a request that has just arrived."""
        return next(self._numbers)

    def add(self, entry: LoggedRequest) -> None:
        """Note an answer. Called before its first byte is sent: who has an answer finds it in the log."""
        self._answered.append(entry)
        self._counts[entry.provider, entry.method, entry.status] += 1

    def entries(self) -> list[JsonObject]:
        """Return the log as JSON, in the order of arrival."""
        return [asdict(entry) for entry in sorted(self._answered, key=lambda entry: entry.seq)]

    def stats(self) -> JsonObject:
        """Return how many requests there were, by provider, method and status, alone and together."""
        by_provider, by_method, by_status = Counter[str](), Counter[str](), Counter[str]()
        rows = []
        for (provider, method, status), number in sorted(self._counts.items()):
            rows.append({"provider": provider, "method": method, "status": status, "count": number})
            by_provider[provider] += number
            by_method[method] += number
            by_status[str(status)] += number
        return {
            "total": len(self._answered),
            "by_provider": dict(by_provider),
            "by_method": dict(by_method),
            "by_status": dict(by_status),
            "counts": rows,
        }

    def clear(self) -> None:
        """Forget every request and count from 1 again."""
        self._numbers = count(1)
        self._answered.clear()
        self._counts.clear()
