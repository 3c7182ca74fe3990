"""How the app itself is."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, RootModel

from asr.reporting.answers.base import Answer


class Wellbeing(StrEnum):
    """`degraded`: it works in part. `unhealthy`: it cannot do what it is for."""

    HEALTHY = "healthy"
    DEGRADED = "degraded"
    UNHEALTHY = "unhealthy"


class CheckName(StrEnum):
    """What is looked at."""

    SETTINGS = "settings"
    AZURE = "azure"
    RIGHTS = "rights"
    LAST_SWEEP = "lastSweep"
    STORE = "store"
    EVENTS = "events"


class Check(Answer):
    """One thing that was looked at."""

    name: CheckName
    status: Wellbeing
    detail: Annotated[str, Field(description="What was found, and what to do where it is not well.")]


class Health(Answer):
    """The app's health: as bad as its worst check. 503 if unhealthy, else 200."""

    status: Wellbeing
    version: Annotated[str, Field(description="The version of the app.")]
    subscriptions: Annotated[list[str], Field(description="Whose VMs are kept protected.")]
    checks: list[Check]


class Description(RootModel[dict[str, Any]]):
    """The OpenAPI document of this API."""


def health(checks: list[Check], version: str, subscriptions: list[str]) -> Health:
    """The app's health, as bad as its worst check."""
    order = list(Wellbeing)
    worst = max((check.status for check in checks), key=order.index, default=Wellbeing.HEALTHY)
    return Health(status=worst, version=version, subscriptions=subscriptions, checks=checks)
