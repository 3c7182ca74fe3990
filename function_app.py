"""Every function of the app, registered by name; nothing else."""

from importlib import import_module

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)

for _module in (
    "triggers.events",
    "triggers.sweeps",
    "triggers.protections",
    "triggers.planning",
    "triggers.service",
    "orchestrators.protect_vm",
    "orchestrators.prepare_foundation",
    "orchestrators.sweep",
    "entities.virtual_machine",
    "entities.foundation",
    "entities.plan",
    "activities.decision",
    "activities.foundation",
    "activities.protection",
    "activities.fleet",
):
    app.register_functions(import_module(_module).bp)
