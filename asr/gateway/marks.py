"""The tags on what the app makes: that it did, with which version, for which VM, and when. Never a secret.

Of what several VMs share, `created-for` names the one that came first: that is chance, tells people where to look, and
decides nothing. What exists is never tagged again. The replica disks are Site Recovery's own: it tags them itself, and
takes no tags of ours for them (`A2AVmManagedDiskInputDetails` has no such field).
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from asr.model.version import PRODUCT_VERSION

CREATED_BY: Mapping[str, str] = {"created-by": "asr-autoprotect"}
"""The tag on everything the app creates, so that people can tell and clean up."""

VERSION, MADE_FOR, MADE_AT, PURPOSE = "created-by-version", "created-for", "created-at", "created-as"
"""Names of the other tags."""

LONGEST_VALUE = 256
"""Characters of a tag's value.

Source: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources#limitations
"""


@dataclass(frozen=True, slots=True)
class _Cause:
    vm_id: str
    at: datetime


_cause: ContextVar[_Cause | None] = ContextVar("cause", default=None)


@contextmanager
def made_for(vm_id: str, at: datetime) -> Iterator[None]:
    """What is made inside is made for this VM, at this time."""
    token = _cause.set(_Cause(vm_id, at))
    try:
        yield
    finally:
        _cause.reset(token)


def marks(purpose: str | None = None) -> dict[str, str]:
    """The tags of something that is made now; `purpose` tells what it is, where its kind does not."""
    cause = _cause.get()
    about = {MADE_FOR: _fitted(cause.vm_id), MADE_AT: f"{cause.at:%Y-%m-%dT%H:%M:%SZ}"} if cause else {}
    return {**CREATED_BY, VERSION: PRODUCT_VERSION, **about, **({PURPOSE: purpose} if purpose else {})}


def are_ours(tags: Mapping[str, str]) -> bool:
    """Whether tags tell that the app made what bears them. The names of tags are compared without case."""
    known = {name.lower(): value for name, value in tags.items()}
    return all(known.get(name) == value for name, value in CREATED_BY.items())


def _fitted(value: str) -> str:
    """The whole id, or as much of it as a tag takes, with a mark by which it can be compared."""
    if len(value) <= LONGEST_VALUE:
        return value
    mark = sha256(value.lower().encode()).hexdigest()[:8]
    return f"...{value[-(LONGEST_VALUE - 12) :]}#{mark}"
