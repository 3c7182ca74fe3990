"""Microsoft.ResourceGraph: questions about resources in the part of Kusto that people use for machines and vaults.

Read in this order: `tokens`, `syntax`, `expressions`, `queries` (text to tree), `values`, `functions`, `evaluation`,
`aggregates`, `table`, `joins`, `summaries`, `execution` (tree to rows), `index`, `tables` (where rows come from),
`answers` (the wire).
"""

from local.emulator.arm.provider import Provider
from local.emulator.arm.router import Route
from local.emulator.providers.resource_graph import answers, tables

PROVIDER = Provider(
    namespace="Microsoft.ResourceGraph",
    routes=(
        Route(
            "POST",
            "/providers/Microsoft.ResourceGraph/resources",
            answers.resources,
            silent=True,
            body=answers.BODY,
        ),
    ),
    switches=tables.SWITCHES,
)
