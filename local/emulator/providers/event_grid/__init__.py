"""Microsoft.EventGrid: topics, event subscriptions, the validation handshake and delivery.

Source: "Event Grid" REST operations and documentation (webhook validation, delivery and retry, filtering).
"""

from local.emulator.arm.pace import Duration
from local.emulator.arm.provider import Provider
from local.emulator.arm.styles import EVENT_GRID, stored_resource
from local.emulator.providers.event_grid import order, publishing, retries, subscriptions, system_topics, topics

PROVIDER = Provider(
    namespace="Microsoft.EventGrid",
    routes=(
        *subscriptions.ROUTES,
        *system_topics.SYSTEM_TOPICS.routes(),
        *topics.ROUTES,
        *publishing.ROUTES,
        *EVENT_GRID.routes(stored_resource),
    ),
    continuations={
        **subscriptions.CONTINUATIONS,
        **retries.CONTINUATIONS,
        **topics.TOPICS.continuations(),
    },
    switches=order.SWITCHES,
    durations={
        f"{subscriptions.TYPE}/delete": Duration(real=5.0),
        f"{topics.TYPE}/write": Duration(real=20.0),
        f"{topics.TYPE}/delete": Duration(real=10.0),
    },
)
