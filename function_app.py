"""Every function of the app, registered by name; nothing else."""

from importlib import import_module

import azure.durable_functions as df
import azure.functions as func

app = df.DFApp(http_auth_level=func.AuthLevel.FUNCTION)

for _module in (
    "triggers.events",
    "triggers.schedule",
    "triggers.http.protections",
    "triggers.http.fleet",
    "triggers.http.plans",
    "triggers.http.sweeps",
    "triggers.http.runs",
    "triggers.http.service",
    "orchestrators.protect",
    "orchestrators.sweep",
    "entities.virtual_machine",
    "entities.foundation",
    "entities.plan",
    "activities.decide",
    "activities.ensure",
    "activities.ended_runs",
    "activities.poll_operation",
    "activities.protection",
    "activities.run_plan",
    "activities.sweep",
):
    app.register_functions(import_module(_module).bp)
