"""The one place that every request to Azure passes: nobody sends what he has no permit for.

Permits are counted for each subscription and class of request, as Resource Manager counts them for this app's identity,
and learned from its answers. What a single provider throttles is left alone for the pause that it asks for. All workers
of the app share permits and pauses: see `ledger`.
Source: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import uuid4

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import AsyncHTTPPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest

from asr.errors import Throttled
from asr.gateway.allowance import Allowance
from asr.gateway.buckets import Bucket, Later
from asr.gateway.headers import retry_after
from asr.gateway.ledgers import Ledgers
from asr.gateway.limits import GRAPH, LIMITS
from asr.gateway.urgency import urgency
from asr.model.ledger import Ledger, Pause
from asr.telemetry.names import LIMIT, PROVIDER, THROTTLES
from asr.telemetry.signals import tell

_CLASSES = {"GET": "reads", "HEAD": "reads", "DELETE": "deletes"}
_TENANT, _GRAPH = "tenant", "graph"
_GRAPH_PATH = "/providers/microsoft.resourcegraph/"


@dataclass(frozen=True, slots=True)
class Charge:
    """What a request counts against: `whose` is a subscription, the tenant or Resource Graph.

    `type_` is the resource type, whose provider may have limits of its own.
    """

    whose: str
    class_: str
    type_: str
    path: str

    @property
    def place(self) -> tuple[str, str]:
        """What is counted together."""
        return self.whose, self.class_

    @property
    def provider(self) -> str:
        """The resource provider that answers; Resource Manager's own is that of subscriptions and resource groups."""
        first = (self.type_ or self.path.strip("/").removeprefix("providers/")).split("/")[0]
        return first if "." in first else "microsoft.resources"

    @property
    def header(self) -> str:
        """The header that says how many are left, in lower case."""
        if self.whose == _GRAPH:
            return "x-ms-user-quota-remaining"
        scope = _TENANT if self.whose == _TENANT else "subscription"
        return f"x-ms-ratelimit-remaining-{scope}-{self.class_}"


def charge_of(method: str, url: str) -> Charge:
    """What this request counts against."""
    path = urlsplit(url).path.lower()
    class_ = _CLASSES.get(method.upper(), "writes")
    if path.startswith(_GRAPH_PATH):
        return Charge(_GRAPH, class_, "", path)
    parts = path.strip("/").split("/")
    whose = parts[1] if parts[0] == "subscriptions" and len(parts) > 1 else _TENANT
    after = path.rpartition("/providers/")[2].split("/") if "/providers/" in path else parts[2:3] or parts[:1]
    return Charge(whose, class_, "/".join([after[0], *after[1::2]]), path)


@dataclass(frozen=True, slots=True)
class Times:
    """The clock of a budget: `ask` tells the seconds in which Azure's pauses are measured, `passed` without asking.

    `epoch` tells the same in seconds since 1970, by which all workers measure.
    """

    ask: Callable[[], Awaitable[float]]
    passed: Callable[[], float]
    epoch: Callable[[], float]


class Budget:
    """The permits of one session, which is one of the workers that share the ledgers."""

    def __init__(self, times: Times, pause_seconds: float, ledgers: Ledgers) -> None:
        """`pause_seconds` is the pause after a 429 that names none, or one that cannot be meant."""
        self._times = times
        self._pause_seconds = pause_seconds
        self._ledgers = ledgers
        self._worker = uuid4().hex[:12]
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._allowances: dict[tuple[str, str], Allowance] = {}
        self._closed: dict[tuple[str, ...], float] = {}

    @property
    def workers(self) -> int:
        """How many workers need permits now, as far as this one knows."""
        return max((one.workers for one in self._allowances.values()), default=1)

    async def take(self, charge: Charge) -> None:
        """A permit for one request, at once or within the patience of who asks.

        Raises:
            Later: there is none so soon.
        """
        level = urgency()
        while (pause := self._closed_for(charge, await self._times.ask())) > 0:
            if pause > level.patience:
                raise Later(pause)
            await asyncio.sleep(pause)
        await self._bucket(charge).take(level.rank, level.patience)

    async def answered(self, charge: Charge, status: int | None, headers: Mapping[str, str]) -> None:
        """Learn from the answer to a request that had a permit; a status of None: there was none.

        A 429 of Resource Manager says that nothing is left of the class. Any other is a provider's: it is about the
        one resource, or else about the type.
        """
        left = _whole(headers.get(charge.header))
        pause = self._pause(headers) if status == HTTPStatus.TOO_MANY_REQUESTS else None
        ours = pause is not None and (charge.whose == _GRAPH or (left is not None and left < 1))
        self._bucket(charge).answered(left, pause if ours else None)
        if pause is None:
            return
        scope = () if ours else _scope(charge, headers)
        if not ours:
            self._closed[scope] = await self._times.ask() + pause
        self._allowances[charge.place].tell(Pause(scope, self._times.epoch() + pause))

    def _pause(self, headers: Mapping[str, str]) -> float:
        asked = retry_after(headers)
        return self._pause_seconds if asked is None else asked

    def _bucket(self, charge: Charge) -> Bucket:
        if charge.place not in self._buckets:
            limit = GRAPH if charge.whose == _GRAPH else LIMITS[charge.class_]
            lease, learn = partial(self._ledgers.lease, charge.place, limit), partial(self._learn, charge.place)
            allowance = Allowance(limit, self._times.passed, self._worker, lease, learn)
            self._allowances[charge.place] = allowance
            self._buckets[charge.place] = Bucket(limit, self._times.passed, allowance)
        return self._buckets[charge.place]

    def _learn(self, place: tuple[str, str], ledger: Ledger) -> None:
        """Keep to the pauses that other workers were asked for."""
        now, epoch = self._times.passed(), self._times.epoch()
        for pause in ledger.pauses:
            if not pause.scope:
                self._buckets[place].close(pause.until - epoch)
            else:
                self._closed[pause.scope] = max(now + pause.until - epoch, self._closed.get(pause.scope, now))

    def _closed_for(self, charge: Charge, now: float) -> float:
        """Seconds for which the request's provider has asked to be left alone."""
        self._closed = {scope: until for scope, until in self._closed.items() if until > now}
        scopes = ((charge.whose, charge.class_, charge.type_), (charge.path,))
        return max((self._closed.get(scope, now) - now for scope in scopes), default=0.0)


def _scope(charge: Charge, headers: Mapping[str, str]) -> tuple[str, ...]:
    """Microsoft.Compute names the limit that is used up: one of them is the resource's own.

    Source: https://learn.microsoft.com/azure/virtual-machines/compute-throttling-limits
    """
    told = headers.get("x-ms-ratelimit-remaining-resource", "").split(",")
    if any(one.strip().endswith("Resource;0") for one in told):
        return (charge.path,)
    return (charge.whose, charge.class_, charge.type_)


def _whole(text: str | None) -> int | None:
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else None


class Permits(AsyncHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Lets a request pass once it has its permit."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self._budget = budget

    async def send(self, request: PipelineRequest[HttpRequest]) -> PipelineResponse[HttpRequest, AsyncHttpResponse]:
        """Wait for a permit, send, learn.

        Raises:
            Throttled: there is none soon; nothing was sent.
        """
        sent = request.http_request
        charge = charge_of(sent.method, sent.url)
        try:
            await self._budget.take(charge)
        except Later as later:
            tell(THROTTLES, 1, {PROVIDER: charge.provider, LIMIT: "app"})
            what, seconds = f"{sent.method} {charge.path}", math.ceil(later.seconds)
            raise Throttled(what, f"the app keeps to Azure's limits and sends this in {seconds} s", seconds) from None
        status, headers = None, {}
        try:
            response = await self.next.send(request)
            status = response.http_response.status_code
            headers = {name.lower(): value for name, value in response.http_response.headers.items()}
        finally:
            await self._budget.answered(charge, status, headers)
        return response
