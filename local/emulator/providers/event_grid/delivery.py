"""Carries validation requests and events to webhooks, at least once, and remembers what came of it."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

import httpx

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.events import ResourceEvent
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.outbox import OutboxMessage
from local.emulator.arm.store import Resource
from local.emulator.arm.wire import JsonObject, parse_timestamp, timestamp
from local.emulator.providers.event_grid import order, retries, subscriptions, system_topics
from local.emulator.providers.event_grid.filters import wanted
from local.emulator.providers.event_grid.handshake import accepted
from local.emulator.providers.event_grid.sending import sending_client

CONCURRENCY = 16
ANSWER_WITHIN_S = 30.0
ACKNOWLEDGED = range(200, 205)
_CONTENT_TYPES = {
    "EventGridSchema": "application/json; charset=utf-8",
    "CloudEventSchemaV1_0": "application/cloudevents+json; charset=utf-8",
}
log = logging.getLogger("local.emulator.event_grid")


class DeliveryWorker:
    """Takes messages from the cloud's outbox to webhooks."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._deliveries: list[JsonObject] = []
        self._dead_letters: list[JsonObject] = []
        self._handlers: Mapping[str, Callable[[httpx.AsyncClient, JsonObject], Awaitable[None]]] = {
            subscriptions.VALIDATE: self._validate,
            retries.DELIVER: self._deliver,
        }
        cloud.events.subscribe(self._published)

    def traffic(self) -> JsonObject:
        """Return what was published and received, delivered and given up, and how many deliveries are unfinished."""
        published = [
            {"id": event.id, "type": event.type, "subject": event.subject, "operation": event.action, "at": event.at}
            for event in self._cloud.events.published
        ]
        return {
            "published": published,
            "received": self._cloud.events.received,
            "deliveries": self._deliveries,
            "dead_letters": self._dead_letters,
            "pending": self._cloud.outbox.count_of(retries.DELIVER) + self._cloud.timeline.count_of(retries.DELIVER),
        }

    def clear(self) -> None:
        """Forget what was delivered."""
        self._deliveries.clear()
        self._dead_letters.clear()

    async def run(self) -> None:
        """Work until cancelled, some at the same time, so that a slow webhook does not hold up the others."""
        free = asyncio.Semaphore(CONCURRENCY)
        async with sending_client(CONCURRENCY) as client, asyncio.TaskGroup() as tasks:
            while True:
                await free.acquire()
                message = await self._cloud.outbox.take()
                task = tasks.create_task(self._handled(client, message))
                task.add_done_callback(lambda _: free.release())

    async def _handled(self, client: httpx.AsyncClient, message: OutboxMessage) -> None:
        try:
            await self._handlers[message.kind](client, message.content)
        except Exception:
            log.exception("%s could not be carried out", message.kind)
        self._cloud.outbox.acknowledge(message)

    def _published(self, event: ResourceEvent) -> None:
        for subscription in subscriptions.every(self._cloud):
            rendered = self._rendered(subscription, event)
            if rendered is None or not wanted(subscription.properties["filter"], rendered):
                continue
            message = {
                "subscription": subscription.id.text,
                "event": subscriptions.rendered(subscription, rendered),
                "operation": event.action,
                "attempt": 1,
                "published": timestamp(self._cloud.clock.now()),
            }
            order.send(self._cloud, message)

    def _rendered(self, subscription: Resource, event: ResourceEvent) -> JsonObject | None:
        """Return the event as the subscription's topic tells of it; None when it does not."""
        topic = ResourceId.parse(subscription.properties["topic"])
        found = self._cloud.store.find(topic)
        is_system = found is not None and topic.type == system_topics.TYPE
        source = ResourceId.parse(found.properties["source"]) if found and is_system else topic
        if not subscriptions.is_ready(subscription) or not source.contains(event.subject_id):
            return None
        return subscriptions.kind_of(found).render(self._cloud, event, source)

    async def _validate(self, client: httpx.AsyncClient, content: JsonObject) -> None:
        subscription = self._cloud.store.find(content["subscription"])
        operation = self._cloud.operations.find(content["operation"])
        if subscription is None or operation is None:
            return
        failure: ArmError | None = None
        try:
            proved = await accepted(client, self._cloud, subscription)
            state = "Succeeded" if proved else "AwaitingManualAction"
        except ArmError as error:
            failure, state = error, "Failed"
        if present := self._cloud.store.find(subscription.id):  # asked for again: it may have gone meanwhile
            present.properties["provisioningState"] = state
            if failure and present.private["new"]:
                self._cloud.store.remove(present.id)
        self._cloud.operations.finish(operation, failure)

    async def _deliver(self, client: httpx.AsyncClient, content: JsonObject) -> None:
        subscription = self._cloud.store.find(content["subscription"])
        if subscription is None:
            return
        status = await self._post(client, subscription, content)
        delivered = status in ACKNOWLEDGED
        self._note(content, status, "Delivered" if delivered else "Failed")
        if not delivered:
            self._try_again(subscription, content, status)

    async def _post(self, client: httpx.AsyncClient, subscription: Resource, content: JsonObject) -> int:
        schema = subscription.properties["eventDeliverySchema"]
        headers = {
            "Content-Type": _CONTENT_TYPES[schema],
            "aeg-event-type": "Notification",
            "aeg-subscription-name": subscription.id.name.upper(),
            "aeg-delivery-count": str(content["attempt"] - 1),
            "aeg-data-version": "2",
            "aeg-metadata-version": "1",
        }
        event = content["event"]
        body = [event] if schema == "EventGridSchema" else event
        try:
            url = subscription.private["url"]
            response = await client.post(url, headers=headers, json=body, timeout=ANSWER_WITHIN_S)
        except httpx.HTTPError:
            return 0
        return response.status_code

    def _try_again(self, subscription: Resource, content: JsonObject, status: int) -> None:
        now, pace, attempt = self._cloud.clock.now(), self._cloud.pace, content["attempt"]
        age = (now - parse_timestamp(content["published"])).total_seconds()
        policy = subscription.properties["retryPolicy"]
        if reason := retries.reason_to_stop(policy, attempt=attempt, status=status, age_s=age, pace=pace):
            self._dead_letters.append(
                {
                    "at": timestamp(now),
                    "subscription": subscription.id.text,
                    "reason": reason,
                    "attempts": attempt,
                    "last_status": status,
                    "destination": _dead_letter_place(subscription),
                    "event": content["event"],
                }
            )
            return
        again = {**content, "attempt": attempt + 1}
        self._cloud.timeline.schedule(retries.wait_seconds(pace, attempt, status), retries.DELIVER, again)

    def _note(self, content: JsonObject, status: int, outcome: str) -> None:
        event = content["event"]
        self._deliveries.append(
            {
                "at": timestamp(self._cloud.clock.now()),
                "subscription": content["subscription"],
                "event_id": event["id"],
                "event_type": event.get("eventType") or event.get("type"),
                "subject": event.get("subject", ""),
                "operation": content["operation"],
                "attempt": content["attempt"],
                "status": status,
                "outcome": outcome,
            }
        )


def _dead_letter_place(subscription: Resource) -> JsonObject | None:
    """Return the container that dead letters of a subscription go into; None when they are dropped."""
    properties = subscription.properties
    by_identity = (properties.get("deadLetterWithResourceIdentity") or {}).get("deadLetterDestination")
    return ((by_identity or properties.get("deadLetterDestination")) or {}).get("properties")
