"""What is known about one kind of requirement."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from asr.codec import decode
from asr.foundation.survey import Survey
from asr.foundation.verdict import Verdict
from asr.gateway.session import Azure
from asr.model.step import Operation

type Ids = Mapping[str, str]
"""Azure ids of what earlier stages ensured, by requirement key."""


@dataclass(frozen=True, slots=True)
class Examined[Spec, Found]:
    """A requirement, what was found of it, and the verdict."""

    spec: Spec
    ids: Ids
    found: Found
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Kind[Spec, Found]:
    """One kind of requirement.

    `read` asks Azure, `judge` decides and is pure, `apply` makes the one write of a verdict that writes, and `suppose`
    lays that write over a survey.
    """

    noun: str
    spec: type[Spec]
    read: Callable[[Survey, Spec, Ids], Awaitable[Found]]
    judge: Callable[[Found, Spec, Ids], Verdict]
    apply: Callable[[Azure, Examined[Spec, Found]], Awaitable[Operation | None]]
    suppose: Callable[[Survey, Examined[Spec, Found]], Awaitable[None]]

    async def examine(self, survey: Survey, request: Mapping[str, object], ids: Ids) -> Examined[Spec, Found]:
        """Read and judge. `request` is the requirement's spec as JSON values; fields of others are ignored.

        Raises:
            Rejected, TransientFault: Azure did not tell what the judgement needs.
        """
        spec = decode(self.spec, dict(request))
        found = await self.read(survey, spec, ids)
        return Examined(spec, ids, found, self.judge(found, spec, ids))
