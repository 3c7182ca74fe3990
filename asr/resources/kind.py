"""What is known about one kind of requirement."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from asr.gateway.session import Azure
from asr.model.change import Change
from asr.model.step import Operation
from asr.resources.azure_view import AzureView

type Ids = Mapping[str, str]
"""Azure ids of what earlier stages ensured, by requirement key."""


@dataclass(frozen=True, slots=True)
class Compared[Spec, Found]:
    """A requirement, what was found of it, and the change."""

    spec: Spec
    ids: Ids
    found: Found
    change: Change


@dataclass(frozen=True, slots=True)
class Kind[Spec, Found]:
    """One kind of requirement.

    `read` asks Azure, `diff` decides and is pure, `apply` makes the one write of a change that writes, and `assume`
    lays that write over a view.
    """

    noun: str
    spec: type[Spec]
    read: Callable[[AzureView, Spec, Ids], Awaitable[Found]]
    diff: Callable[[Found, Spec, Ids], Change]
    apply: Callable[[Azure, Compared[Spec, Found]], Awaitable[Operation | None]]
    assume: Callable[[AzureView, Compared[Spec, Found]], Awaitable[None]]

    async def compare(self, view: AzureView, spec: Spec, ids: Ids) -> Compared[Spec, Found]:
        """Read and diff.

        Raises:
            Rejected, TransientFault: Azure did not tell what the diff needs.
        """
        found = await self.read(view, spec, ids)
        return Compared(spec, ids, found, replace(self.diff(found, spec, ids), kind=self.noun))
