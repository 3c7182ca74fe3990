"""Microsoft.Resources/deployments: templates at the scope of a group, a subscription or a management group, run through
the providers' own PUTs.

A template may hold literals, parameters, variables, conditions, dependencies, `copy` loops, child and nested templates
(those of other groups and subscriptions, too), outputs, and the functions of `functions.TABLE` and `scopes.Scope`.
Linked templates, symbolic names and the mode Complete are answered 501.

Source: Microsoft.Resources 2021-04-01 `resources.json`; recorded traffic of 2022-09-01;
"ARM template documentation".
"""

from local.emulator.arm.pace import Duration
from local.emulator.arm.provider import Provider
from local.emulator.providers.deployments import routes, runs

PROVIDER = Provider(
    namespace="Microsoft.Resources",
    title="Microsoft.Resources: deployments",
    routes=routes.ROUTES,
    continuations={runs.ADVANCE: runs.advance},
    operation_observers=(runs.operation_ended,),
    durations={f"{runs.TYPE}/delete": Duration(real=15.0, fast=1.0)},
)
