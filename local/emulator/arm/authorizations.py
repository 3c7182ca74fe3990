"""What was asked while roles are enforced: each action, in which subscription, and whether the caller had it.

For whoever wants to know which actions a program needs, and which of those that it was given it never used.
"""

from collections import Counter
from dataclasses import dataclass

from local.emulator.arm.wire import JsonObject


@dataclass(frozen=True, slots=True)
class _Asked:
    client: str
    action: str
    subscription: str


class Authorizations:
    """How often each action was allowed and refused, by client and subscription; actions are compared without case."""

    def __init__(self) -> None:
        self._allowed: Counter[_Asked] = Counter()
        self._refused: Counter[_Asked] = Counter()
        self._spelt: dict[str, str] = {}

    def note(self, client: str, action: str, subscription: str, *, allowed: bool) -> None:
        """Count one question: whether a client may do something in a subscription."""
        self._spelt.setdefault(action.lower(), action)
        asked = _Asked(client, action.lower(), subscription.lower())
        (self._allowed if allowed else self._refused)[asked] += 1

    def entries(self) -> list[JsonObject]:
        """Return the counts as JSON, by client, action and subscription."""
        everything = sorted(self._allowed.keys() | self._refused.keys(), key=lambda one: (one.client, one.action))
        return [
            {
                "client": one.client,
                "action": self._spelt[one.action],
                "subscription": one.subscription,
                "allowed": self._allowed[one],
                "refused": self._refused[one],
            }
            for one in everything
        ]

    def clear(self) -> None:
        """Forget everything."""
        self._allowed.clear()
        self._refused.clear()
