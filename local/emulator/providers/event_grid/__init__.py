"""Microsoft.EventGrid: event subscriptions, the validation handshake and delivery.

Source: "Event Grid" REST operations and documentation (webhook validation, delivery and retry, filtering).
"""

from local.emulator.arm.pace import Duration
from local.emulator.arm.provider import Provider
from local.emulator.arm.styles import EVENT_GRID, stored_resource
from local.emulator.providers.event_grid import order, retries, subscriptions, system_topics

PROVIDER = Provider(
    namespace="Microsoft.EventGrid",
    routes=(*subscriptions.ROUTES, *system_topics.SYSTEM_TOPICS.routes(), *EVENT_GRID.routes(stored_resource)),
    continuations={**subscriptions.CONTINUATIONS, **retries.CONTINUATIONS},
    switches=order.SWITCHES,
    durations={f"{subscriptions.TYPE}/delete": Duration(real=5.0)},
)
