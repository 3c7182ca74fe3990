"""What a failover would do, told before."""

from typing import Annotated

from pydantic import Field

from asr.reporting.answers.base import Answer
from asr.reporting.answers.reasons import Reason


class ForecastPoint(Answer):
    """The recovery point that the VM would come up from, as it is known now."""

    id: str
    at: str
    app_consistent: bool
    age_seconds: Annotated[int, Field(ge=0, description="What would be lost if the source were lost now.")]
    disks: Annotated[int, Field(ge=0, description="Of how many disks it has a copy; 0 is not told.")]


class KnownPoint(ForecastPoint):
    """A recovery point that a VM can be started from."""

    multi_vm: Annotated[bool, Field(description="All VMs of its consistency group have it together.")]


class KnownPoints(Answer):
    """Every recovery point of a VM, newest first."""

    vm_id: str
    item_id: str
    total: Annotated[int, Field(ge=0)]
    points: list[KnownPoint]


class ForecastAddress(Answer):
    """A NIC's IP configuration on the other side."""

    nic_id: str
    name: str
    source_address: str | None
    recovery_address: Annotated[str | None, Field(description="Null: the next that is free.")]
    subnet: str | None


class VmForecast(Answer):
    """One VM's part. `possible` is false where an error is among its reasons: then nothing is begun."""

    vm_id: str
    possible: bool
    wave: int | None
    item_id: str | None
    state: str | None
    health: str | None
    makes: Annotated[str | None, Field(description="The VM that would come up.")]
    region: str | None
    size: str | None
    cores: int | None
    network_id: str | None
    addresses: list[ForecastAddress]
    recovery_point: ForecastPoint | None
    reasons: list[Reason]
    not_carried: Annotated[list[Reason], Field(description="What the recovered VM will not have.")]
    lines: Annotated[tuple[str, ...], Field(description="The same for people.")] = ()


class ForecastQuota(Answer):
    """A quota on the other side, for all VMs together."""

    region: str
    name: str
    needed: int
    free: int
    enough: bool


class ForecastWave(Answer):
    """A wave of the plan, by its number."""

    wave: int
    vm_ids: list[str]


class FailoverPlans(Answer):
    """What a failover would do now. `hash` binds POST /api/failovers to it, by `planHash`."""

    operation: str
    kind: str
    plan: str | None
    hash: str
    possible: Annotated[bool, Field(description="Whether it would be begun as it is.")]
    vms: list[VmForecast]
    waves: list[ForecastWave]
    quotas: list[ForecastQuota]
    reasons: Annotated[list[Reason], Field(description="What is worth knowing of the waves.")]
    lines: Annotated[
        tuple[str, ...],
        Field(description="For people: of all machines together."),
    ] = ()
    summary: Annotated[str, Field(description="For people: the whole in one line.")] = ""
