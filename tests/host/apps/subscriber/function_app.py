"""An app that records the events of a subscription, and the settings it was given."""
# mypy: ignore-errors

import json
import os
from pathlib import Path

import azure.functions as func

app = func.FunctionApp()


@app.event_grid_trigger(arg_name="event")
def on_vm_event(event: func.EventGridEvent) -> None:
    """Write the event's subject and operation down."""
    with Path(os.environ["RECORDS"], "events").open("a") as records:
        records.write(json.dumps({"subject": event.subject, "operation": event.get_json()["operationName"]}) + "\n")


@app.route(route="settings/{name}", auth_level=func.AuthLevel.ANONYMOUS)
def setting(req: func.HttpRequest) -> func.HttpResponse:
    """One app setting."""
    return func.HttpResponse(os.environ.get(req.route_params["name"], ""))
