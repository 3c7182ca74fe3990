"""What an app may do beyond the ordinary, in blueprints of several modules."""
# mypy: ignore-errors

import os
from pathlib import Path

import azure.durable_functions as df
import azure.functions as func
from clients import bp as clients
from flows import bp as flows
from ledger import bp as ledger
from payload_folder import PayloadFolder
from triggers_of_all_kinds import bp as triggers_of_all_kinds
from triggers_of_all_kinds import timers

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
app.configure_large_payloads(payload_store=PayloadFolder(Path(os.environ["RECORDS"], "payloads")))
for blueprint in (flows, ledger, clients, triggers_of_all_kinds, timers):
    app.register_functions(blueprint)
