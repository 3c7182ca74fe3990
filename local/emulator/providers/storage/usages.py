"""How many storage accounts a region has, of how many (`Usages_ListByLocation`)."""

from collections.abc import Iterator

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.router import Route
from local.emulator.arm.usages import Usage, counted, listed
from local.emulator.providers.storage.accounts import TYPE

MOST_ACCOUNTS = 250
"""Per region and subscription, by default. Source: "Azure subscription limits and quotas"."""


def _usages(request: ArmRequest, region: str) -> Iterator[Usage]:
    yield Usage("StorageAccounts", "Storage Accounts", counted(request, TYPE, region), MOST_ACCOUNTS)


ROUTES = (
    Route(
        "GET", "/subscriptions/{subscription}/providers/Microsoft.Storage/locations/{location}/usages", listed(_usages)
    ),
)
