"""What callers send about the end of a protection, and about plans, which may be of either kind."""

from typing import Literal

from pydantic import Field

from asr.choices.drills import MOST_PROBES, ProbeChoice, TargetChoice
from asr.choices.options import MOST_DAYS
from asr.model.ending import EndOptions
from triggers.http.models import ChoicesRequest, MachineQuery, RequestedBy, Strict


class EndRequest(Strict):
    """How a protection is to end."""

    untag: bool = Field(default=False, description="Set a tag that still asks for protection to `false`.")
    force: bool = Field(
        default=False, description="Purge the item where the orderly way has failed, and put its traces away."
    )
    clean_up: bool = Field(
        default=False,
        alias="cleanUp",
        description="Remove what the app made on the recovery side, too, where nobody uses it.",
    )
    start_to_disable: bool = Field(
        default=False, alias="startToDisable", description="Start a stopped VM for it, and stop it again afterwards."
    )

    def options(self, grace_days: float | None = None) -> EndOptions:
        """The same as the run takes it."""
        return EndOptions(
            grace_days=grace_days,
            untag=self.untag,
            force=self.force,
            clean_up=self.clean_up,
            start_to_disable=self.start_to_disable,
        )


class PlanRequest(ChoicesRequest, EndRequest):
    """The body of POST /api/plans. What says how a protection ends counts with `unprotect` alone, what says how VMs
    fail over with `failover`, what says how they are drilled with `drill`.
    """

    operation: Literal["protect", "unprotect", "failover", "drill"] = Field(
        default="protect", description="What is planned: `protect`, `unprotect`, `failover` or `drill`."
    )
    kind: Literal["test", "planned", "unplanned"] = Field(
        default="unplanned", description="Of `failover`: as POST /api/failovers has it."
    )
    plan: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        description="Of `failover` and `drill`: the recovery plan, instead of VMs.",
    )
    recovery_point: str | None = Field(
        default=None,
        alias="recoveryPoint",
        min_length=1,
        max_length=1024,
        description="Of `failover` and `drill`: as POST /api/failovers and POST /api/drills have it.",
    )
    test_network_id: str | None = Field(
        default=None,
        alias="testNetworkId",
        min_length=1,
        max_length=1024,
        description="Of `failover` of the kind test, and of `drill`: its network.",
    )
    probes: list[ProbeChoice] = Field(
        default_factory=list, max_length=MOST_PROBES, description="Of `drill`: as POST /api/drills has it."
    )
    target: TargetChoice = Field(default_factory=TargetChoice, description="Of `drill`: what it is measured against.")


class EndQuery(MachineQuery, EndRequest):
    """The query of DELETE /api/protections."""

    grace_days: float | None = Field(
        default=None,
        alias="graceDays",
        ge=0,
        le=MOST_DAYS,
        description="End it after so many days; without, or with 0, at once.",
    )
    plan_hash: str | None = Field(
        default=None,
        alias="planHash",
        pattern="^[0-9a-f]{32}$",
        description="Start only if the plan of `unprotect` for this VM still is this one.",
    )
    request_id: str | None = Field(
        default=None,
        alias="requestId",
        min_length=1,
        max_length=128,
        description="The caller's own name for the request: sent again, it is the same one, and nothing is started.",
    )
    requested_by: RequestedBy = None
