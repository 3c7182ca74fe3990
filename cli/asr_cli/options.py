"""Options that several verbs take, and that mean the same for each."""

from enum import StrEnum
from typing import Annotated

import typer


class Kind(StrEnum):
    """Kinds of failovers."""

    TEST = "test"
    PLANNED = "planned"
    UNPLANNED = "unplanned"


SetOption = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="A choice, as its tag would say it.", show_default=False),
]
ProtectionProfileOption = Annotated[
    str | None,
    typer.Option("--with-profile", metavar="NAME", help="The protection profile to go by.", show_default=False),
]
WaitOption = Annotated[bool, typer.Option("--wait", help="Follow the runs to their ends.")]
RecoveryPlanOption = Annotated[
    str | None, typer.Option("--plan", metavar="NAME", help="A recovery plan that tags make.", show_default=False)
]
PointOption = Annotated[
    str | None,
    typer.Option("--point", help="latest, latestProcessed, latestAppConsistent ... or an id.", show_default=False),
]
NetworkOption = Annotated[
    str | None, typer.Option("--network", metavar="ID", help="The network of test machines.", show_default=False)
]
ProbeOption = Annotated[
    list[str] | None,
    typer.Option("--probe", help="vmRunning, agentReady, tcp:PORT, http:PORT/PATH.", show_default=False),
]
RtoOption = Annotated[
    float | None, typer.Option("--rto", help="Minutes until the last probe may pass.", show_default=False)
]
RpoOption = Annotated[
    float | None, typer.Option("--rpo", help="Minutes that the recovery point may be old.", show_default=False)
]
