"""Microsoft.Insights: components, workbooks, action groups and alert rules, kept and never evaluated.

Source: Microsoft.Insights 2020-02-02 (components), 2023-06-01 (workbooks), 2023-01-01 (action groups), 2023-12-01
(scheduled query rules), 2018-03-01 (metric alerts).
"""

from local.emulator.arm.provider import Provider
from local.emulator.arm.request import ArmRequest
from local.emulator.arm.stored import stored_type
from local.emulator.arm.wire import JsonObject, stable_guid


def _connection(request: ArmRequest) -> JsonObject:
    """Where telemetry is sent to: a name that nobody resolves."""
    key = stable_guid(request.id.key)
    endpoint = f"https://{request.body.get('location', '')}.in.applicationinsights.invalid/"
    return {
        "AppId": stable_guid(f"{request.id.key}/app"),
        "InstrumentationKey": key,
        "ConnectionString": f"InstrumentationKey={key};IngestionEndpoint={endpoint}",
    }


_KINDS = ("workbooks", "actionGroups", "scheduledQueryRules", "metricAlerts")
COMPONENTS = stored_type("Microsoft.Insights/components", _connection)
OTHERS = tuple(stored_type(f"Microsoft.Insights/{kind}") for kind in _KINDS)

PROVIDER = Provider(
    namespace="Microsoft.Insights",
    routes=(*COMPONENTS.routes(), *(route for one in OTHERS for route in one.routes())),
)
