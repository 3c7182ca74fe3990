"""What can go wrong, as a tree:

    AutoprotectError
    ├── BadSetting          the app is configured wrongly; every problem is listed
    ├── BadRequest          a caller sent something that cannot be understood; field, value and fix are named
    ├── TransientFault      Azure or the network failed in a way that a retry can cure
    │   ├── Throttled       Azure asked to wait: 429, or any answer with Retry-After
    │   └── Conflict        a document of the store is not as the writer knows it: read again, then write
    ├── Rejected            Azure answered no, and will answer no again: the reason becomes an outcome
    │   ├── OutOfBounds     the app itself did not send it: a foreign address, a subscription nobody allowed
    │   └── NotUnderstood   the answer is none of Azure's: nothing follows from it
    ├── TooLarge            a document is above what the store takes
    └── Unreadable          a document of the store is not what this version writes

Expected results of a decision (a refusal, for example) are no errors: they are `Outcome` values.
"""

from collections.abc import Sequence

from asr.model.outcome import Reason


class AutoprotectError(Exception):
    """The base of every error the product raises itself."""


class BadSetting(AutoprotectError):
    """The app settings cannot be used."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


class BadRequest(AutoprotectError):
    """A request names the wrong `field`, and says what is wrong and how to mend it.

    `status` and `code` are those of the answer, which carries `more` beside them.
    """

    def __init__(
        self, field: str, problem: str, *, status: int = 400, code: str = "BadRequest", **more: object
    ) -> None:
        self.field = field
        self.problem = problem
        self.status = status
        self.code = code
        self.more = more
        super().__init__(f"{field}: {problem}")


class TransientFault(AutoprotectError):
    """A fault that may be gone on the next try: 408, 5xx, a time-out, a broken connection."""

    def __init__(self, request: str, problem: str) -> None:
        self.request = request
        self.problem = problem
        super().__init__(f"{request}: {problem}")


class Throttled(TransientFault):
    """Azure asked for a pause of `after_seconds`."""

    def __init__(self, request: str, problem: str, after_seconds: float) -> None:
        self.after_seconds = after_seconds
        super().__init__(request, problem)


class Conflict(TransientFault):
    """Somebody else has written, made or deleted the document that `request` is about since it was read."""

    def __init__(self, request: str) -> None:
        super().__init__(request, "the document is not as it was when it was read")


class Rejected(AutoprotectError):
    """Azure refused `request`; `status` is the HTTP status, `reason` carries Azure's own words."""

    def __init__(self, request: str, status: int, reason: Reason) -> None:
        self.request = request
        self.status = status
        self.reason = reason
        said = (reason.azure or {}).get("message") or dict(reason.facts)
        super().__init__(f"{request}: {reason.code}: {said}")


class TooLarge(AutoprotectError):
    """The document `name` would have `size` bytes; `limit` are allowed."""

    def __init__(self, name: str, size: int, limit: int) -> None:
        self.name = name
        self.size = size
        self.limit = limit
        super().__init__(f"{name}: {size} bytes are more than the {limit} that a document may have")


class Unreadable(AutoprotectError):
    """The document `name` cannot be read as the record that is wanted: another version or a person wrote it."""

    def __init__(self, name: str, problem: str) -> None:
        self.name = name
        self.problem = problem
        super().__init__(f"{name}: {problem}")


class OutOfBounds(Rejected):
    """The request would have gone where the app may not go; nothing was sent, so there is no HTTP status."""

    def __init__(self, request: str, reason: Reason) -> None:
        super().__init__(request, 0, reason)


class NotUnderstood(Rejected):
    """What came with 200 cannot be Azure's answer."""

    def __init__(self, request: str, reason: Reason) -> None:
        super().__init__(request, 200, reason)
