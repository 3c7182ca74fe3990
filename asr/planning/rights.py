"""Which actions an identity lacks, by what its roles allow. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Permission:
    """What one role allows at a scope: `actions`, less `not_actions`; a `*` in them stands for any text.

    Source: Permissions - List.
    """

    actions: tuple[str, ...]
    not_actions: tuple[str, ...] = ()


def missing(actions: Iterable[str], permissions: Sequence[Permission]) -> tuple[str, ...]:
    """The actions that no role allows, in their order. Case does not matter."""
    return tuple(one for one in actions if not any(_allows(role, one) for role in permissions))


def _allows(role: Permission, action: str) -> bool:
    return _covers(role.actions, action) and not _covers(role.not_actions, action)


def _covers(patterns: Iterable[str], action: str) -> bool:
    return any(_expression(pattern).fullmatch(action) for pattern in patterns)


@cache
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, pattern.split("*"))), re.IGNORECASE)
