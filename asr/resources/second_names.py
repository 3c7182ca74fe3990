"""A name that the app has given already in another region: the thing of this region gets a name of its own."""

from dataclasses import dataclass
from typing import Protocol

from asr.planning.naming import Named, regional_id
from asr.planning.regions import region_name
from asr.resources.azure_view import AzureView, Query


class Located(Protocol):
    """Something that is in a region, and tells whether the app made it."""

    @property
    def location(self) -> str:
        """Its region, as Azure writes it."""

    @property
    def ours(self) -> bool:
        """Whether its tag says that the app made it."""


@dataclass(frozen=True, slots=True)
class At[T]:
    """Where a thing is to be, and what is there now."""

    id: str
    found: T | None


async def see_at[T: Located](
    view: AzureView, query: Query[T | None], kind: Named, id_: str, region: str, *, named: bool
) -> At[T]:
    """The thing of this id, for a region.

    Two machines of one group or network may be recovered to two regions. What the app made for one of them is not in
    the way of the other; what a person made under that name elsewhere is for the person to move. One that was `named`
    is that one.
    """
    found = await view.see(query, id_)
    if named or found is None or not found.ours or region_name(found.location) == region:
        return At(id_, found)
    second = regional_id(kind, id_, region)
    return At(second, await view.see(query, second))
