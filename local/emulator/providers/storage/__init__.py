"""Microsoft.Storage: accounts, their blob services and containers, name availability, keys.

Source: Microsoft.Storage 2021-04-01; recorded traffic of 2022-09-01.
"""

from local.emulator.arm.pace import Duration
from local.emulator.arm.provider import Provider
from local.emulator.providers.storage import accounts, blob_services, containers, linked_access

PROVIDER = Provider(
    namespace="Microsoft.Storage",
    routes=(*accounts.STORAGE_ACCOUNTS.routes(), *accounts.ROUTES, *blob_services.ROUTES, *containers.ROUTES),
    linked_access=linked_access.LINKED_ACCESS,
    continuations=accounts.STORAGE_ACCOUNTS.continuations(),
    durations={f"{accounts.TYPE}/write": Duration(real=17.0), f"{accounts.TYPE}/delete": Duration(real=2.0)},
)
