"""Profiles: named sets of choices that a VM's tag refers to. Their defaults are the portal's."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator


@dataclass(frozen=True, slots=True)
class Profile:
    """The choices of one profile; what is None is decided by rule.

    `recovery_regions` are tried in order. `vault` is a vault's name or id. Minutes throughout; 0 app-consistent minutes
    means no app-consistent recovery points. `high_churn` puts the cache on premium block blobs.
    """

    name: str
    recovery_regions: tuple[str, ...] = ()
    vault: str | None = None
    recovery_point_minutes: int = 1440
    app_consistent_minutes: int = 60
    multi_vm_sync: bool = True
    high_churn: bool = False
    test_network_id: str | None = None


class _ProfileBody(BaseModel):
    """One profile as people write it, in camelCase."""

    model_config = ConfigDict(extra="forbid")

    recovery_regions: list[str] = Field(default_factory=list, alias="recoveryRegions")
    vault: str | None = None
    recovery_point_minutes: int = Field(default=1440, ge=0, le=15 * 24 * 60, alias="recoveryPointMinutes")
    app_consistent_minutes: int = Field(default=60, ge=0, alias="appConsistentMinutes")
    multi_vm_sync: bool = Field(default=True, alias="multiVmSync")
    high_churn: bool = Field(default=False, alias="highChurn")
    test_network_id: str | None = Field(default=None, alias="testNetworkId")

    @model_validator(mode="after")
    def _frequency_fits(self) -> "_ProfileBody":
        minutes = self.app_consistent_minutes
        if minutes and not 60 <= minutes <= self.recovery_point_minutes:
            message = f"appConsistentMinutes is {minutes}; use 0 (none) or 60 to recoveryPointMinutes"
            raise ValueError(message)
        return self


_BODIES = TypeAdapter(dict[str, _ProfileBody])


def read_profiles(text: str) -> Mapping[str, Profile]:
    """The profiles written as a JSON object of name to choices. Names are compared in lower case.

    Raises:
        ValueError: the text is not JSON or a choice is out of range; every problem is named with its field.
    """
    try:
        bodies = _BODIES.validate_json(text)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'profiles'}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_input=False)
        )
        raise ValueError(problems) from None
    return {name.lower(): _profile(name.lower(), body) for name, body in bodies.items()}


def _profile(name: str, body: _ProfileBody) -> Profile:
    return Profile(
        name=name,
        recovery_regions=tuple(region.lower().replace(" ", "") for region in body.recovery_regions),
        vault=body.vault,
        recovery_point_minutes=body.recovery_point_minutes,
        app_consistent_minutes=body.app_consistent_minutes,
        multi_vm_sync=body.multi_vm_sync,
        high_churn=body.high_churn,
        test_network_id=body.test_network_id,
    )
