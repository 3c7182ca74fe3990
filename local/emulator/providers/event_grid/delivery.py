"""Delivery of events to webhooks."""

import asyncio

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.wire import JsonObject


class Courier:
    """Carries events to their subscribers."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    async def run(self) -> None:
        """Deliver until cancelled."""
        await asyncio.Event().wait()

    def traffic(self) -> JsonObject:
        """Return what was delivered."""
        return {"deliveries": [], "dead_letters": []}

    def clear(self) -> None:
        """Forget what was delivered."""
