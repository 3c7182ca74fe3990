"""What callers of the failover routes send."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from asr.choices.drills import MOST_PROBES, OutsideProbeChoice
from asr.model.failover import FailoverAction
from triggers.http.models import MachinesRequest, RequestedBy, RequestId, Strict, Wait

type Confirmation = Annotated[str, BeforeValidator(lambda value: str(value) if type(value) is int else value)]
"""The VM's name, or a number of VMs, which may be sent as a number."""


KINDS: Mapping[str, FailoverAction] = {
    "test": FailoverAction.TEST,
    "planned": FailoverAction.PLANNED,
    "unplanned": FailoverAction.UNPLANNED,
}
"""The kinds of failovers by their names."""


class FailoverStepRequest(MachinesRequest):
    """The body of the steps that follow a failover."""

    confirm: Confirmation | None = Field(
        default=None,
        max_length=260,
        description="To confirm: the VM's name, of several VMs their number, of a plan its name. A test and its "
        "clean-up need none.",
    )
    plan: str | None = Field(
        default=None,
        min_length=1,
        max_length=256,
        description="The recovery plan that tags make, instead of vmIds, names and scope: its VMs go wave by wave.",
    )
    skip_refused: bool = Field(
        default=False,
        alias="skipRefused",
        strict=True,
        description="With `plan`: leave out the VMs that cannot be followed, instead of starting nothing.",
    )
    request_id: RequestId = None
    requested_by: RequestedBy = None
    wait: Wait = 0


class CleanUpRequest(FailoverStepRequest):
    """The body of POST /api/failovers/cleanup."""

    left_vm: bool = Field(
        default=False,
        alias="leftVm",
        strict=True,
        description="Delete the VM that a fail-back left on the recovery side, with its interfaces and disks. It has "
        "to be stopped, and to be confirmed.",
    )


class ChangePointRequest(FailoverStepRequest):
    """The body of POST /api/failovers/point."""

    recovery_point: str = Field(
        alias="recoveryPoint",
        min_length=1,
        max_length=1024,
        description="The point to start from instead: latestProcessed, latestCrashConsistent, latestAppConsistent, or "
        "a point's id.",
    )


class FailoverBody(FailoverStepRequest):
    """The body of POST /api/failovers."""

    kind: Literal["test", "planned", "unplanned"] = Field(
        description="test: a VM beside the one that runs; planned: the source is shut down first; unplanned: it is not."
    )
    recovery_point: str | None = Field(
        default=None,
        alias="recoveryPoint",
        min_length=1,
        max_length=1024,
        description="latest (the default), latestProcessed, latestCrashConsistent, latestAppConsistent, or a point's "
        "id. A planned failover takes the latest.",
    )
    test_network_id: str | None = Field(
        default=None,
        alias="testNetworkId",
        min_length=1,
        max_length=1024,
        description="The network of the test VM, in the recovery region; else the item's own.",
    )
    plan_hash: str | None = Field(
        default=None,
        alias="planHash",
        pattern="^[0-9a-f]{32}$",
        description="Start only if the plan of this failover (POST /api/plans) still is this one.",
    )
    pause_between_waves: bool = Field(
        default=False,
        alias="pauseBetweenWaves",
        strict=True,
        description="With `plan`: wait before each further wave until POST /api/runs/{id}/resume.",
    )
    probes: list[OutsideProbeChoice] = Field(
        default_factory=list,
        max_length=MOST_PROBES,
        description="With `plan`: what is asked of each VM that comes up; one that never passes fails its VM.",
    )


class ResumeRequest(Strict):
    """The body of POST /api/runs/{id}/resume."""

    note: str | None = Field(default=None, max_length=500, description="Why, as the run's output keeps it.")
    requested_by: RequestedBy = None
