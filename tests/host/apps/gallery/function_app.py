"""What an app may do beyond the ordinary, in blueprints of several modules."""
# mypy: ignore-errors

import azure.durable_functions as df
import azure.functions as func
from clients import bp as clients
from flows import bp as flows
from ledger import bp as ledger

from activities import bp as activities

app = df.DFApp(http_auth_level=func.AuthLevel.ANONYMOUS)
for blueprint in (flows, ledger, clients, activities):
    app.register_functions(blueprint)
