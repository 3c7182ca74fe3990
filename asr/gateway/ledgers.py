"""The ledgers of one identity, in the store that its workers share: one small document for each limit.

A lease is one write, made under the condition that nobody has written since; only who lost that race reads.
"""

from collections.abc import Callable

from pydantic import ValidationError

from asr.codec import from_json, to_json
from asr.errors import Conflict
from asr.gateway.ledger import Bid, dealt
from asr.gateway.limits import Limit
from asr.gateway.store.interface import Store
from asr.gateway.store.names import document_name
from asr.model.ledger import Ledger

_ROUNDS = 6
"""How often a lease is tried again because another worker was between."""


class Ledgers:
    """`owner` are the parts that name the identity and the region, in which Azure counts."""

    def __init__(self, store: Callable[[], Store], owner: tuple[str, ...], epoch: Callable[[], float]) -> None:
        """`epoch` tells the seconds since 1970 by which all workers measure."""
        self._store = store
        self._owner = owner
        self._epoch = epoch
        self._known: dict[str, tuple[Ledger, str]] = {}

    async def lease(self, place: tuple[str, str], limit: Limit, bid: Bid) -> tuple[Ledger, int]:
        """Bid from the ledger of this place; it as it is now, and how many permits were granted.

        Raises:
            Conflict: others were faster again and again.
            AutoprotectError: the store cannot be used now.
        """
        name, store = document_name("permits", *self._owner, *place), self._store()
        known: tuple[Ledger | None, str] | None = self._known.pop(name, None)
        if known is None:
            known = await self._read(store, name)
        for _ in range(_ROUNDS):
            before, etag = known or (None, None)
            after, granted = dealt(before, limit, bid, self._epoch())
            try:
                etag = await store.put(name, to_json(after), if_match=etag, if_none_match=etag is None)
            except Conflict:
                known = await self._read(store, name)
                continue
            self._known[name] = after, etag
            return after, granted
        raise Conflict(f"PUT {name}")

    @staticmethod
    async def _read(store: Store, name: str) -> tuple[Ledger | None, str] | None:
        """A ledger that nobody can read is written anew: nothing is lost with it that Azure does not tell."""
        stored = await store.get(name)
        if stored is None:
            return None
        try:
            return from_json(Ledger, stored.value), stored.etag
        except ValidationError:
            return None, stored.etag
