"""Registration: a subscription uses a resource provider only when it is registered with it. At first all are.

Source: "Resolve errors for resource provider registration"; the words of the refusal are the service's own.
"""

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.errors import ArmError
from local.emulator.arm.ids import ResourceId
from local.emulator.arm.router import Match
from local.emulator.arm.tokens import Caller

TYPE = "Emulator.Resources/registrations"
FREE = frozenset({"microsoft.resources", "microsoft.authorization"})
"""Providers that need no registration."""
REGISTERED, UNREGISTERED = "Registered", "Unregistered"


def _own(subscription: str, namespace: str) -> ResourceId:
    return ResourceId.parse(f"/subscriptions/{subscription}/providers/{TYPE}/{namespace}")


def state(cloud: Cloud, subscription: str, namespace: str) -> str:
    """Return the state of a subscription's registration with a provider."""
    kept = cloud.store.find(_own(subscription, namespace))
    return UNREGISTERED if kept else REGISTERED


def register(cloud: Cloud, subscription: str, namespace: str) -> None:
    """Register a subscription with a provider."""
    cloud.store.remove(_own(subscription, namespace))


def unregister(cloud: Cloud, subscription: str, namespace: str) -> None:
    """Take a registration back. What was made stays and can be read and deleted."""
    cloud.write(_own(subscription, namespace), {})


def admit(cloud: Cloud, match: Match, _caller: Caller) -> None:
    """Refuse writes and actions of a provider that the subscription is not registered with.

    Raises:
        ArmError: 409 MissingSubscriptionRegistration.
    """
    namespace, subscription = match.id.namespace, match.id.subscription
    if match.route.method not in {"PUT", "PATCH", "POST"} or not subscription or namespace.lower() in FREE:
        return
    if state(cloud, subscription, namespace) == UNREGISTERED and not match.id.type.endswith("register"):
        message = (
            f"The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for "
            "how to register subscriptions."
        )
        detail = {"code": "MissingSubscriptionRegistration", "target": namespace, "message": message}
        raise ArmError(409, "MissingSubscriptionRegistration", message, details=[detail], gateway=True)
