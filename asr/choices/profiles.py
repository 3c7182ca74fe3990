"""Profiles: named sets of choices that a VM's tag refers to. What a profile leaves out is as the portal does it.

A profile may make every choice that a tag may make, under the same name in camelCase. Names and ids are checked where
a profile is used; ranges and types are checked here, when the settings are read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import (
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails

MOST_MINUTES = 15 * 24 * 60
"""The longest retention of recovery points: 15 days.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions
"""


MOST_NAME = 256
"""The longest value of a tag, and so the longest name of a profile."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The choices of one profile, each as its tag would say it, by the choice's name (docs/choices.md).

    What is not among them is decided by default or by rule.
    """

    name: str
    choices: Mapping[str, str] = field(default_factory=dict)


def _listed(value: object) -> object:
    """A single entry may be written without its brackets."""
    return [value] if isinstance(value, str | int) and not isinstance(value, bool) else value


def _with_plural(schema: dict[str, Any]) -> None:
    """The model takes either name for the list of regions, and the schema has to say so."""
    schema["properties"]["recoveryRegions"] = schema["properties"]["recoveryRegion"]


type _Texts = Annotated[list[str], BeforeValidator(_listed)]
type _Luns = Annotated[list[Annotated[int, Field(ge=0, le=63)]], BeforeValidator(_listed)]
type _Zone = Annotated[
    str, BeforeValidator(lambda value: str(value) if isinstance(value, int) and not isinstance(value, bool) else value)
]
type _Flag = Annotated[bool, Field(strict=True)]
type _Minutes = Annotated[int, Field(strict=True, ge=0, le=MOST_MINUTES)]
type _PerDisk = str | dict[str, str]


class ProfileBody(BaseModel):
    """One profile as people write it, in camelCase. Every field is optional."""

    model_config = ConfigDict(
        extra="forbid",
        alias_generator=to_camel,
        title="A profile of asr-autoprotect",
        json_schema_extra=_with_plural,
    )

    recovery_region: _Texts | None = Field(
        default=None,
        validation_alias=AliasChoices("recoveryRegion", "recoveryRegions"),
        description="Recovery regions, tried in order.",
    )
    geography: Literal["prefer", "require", "group"] | None = Field(
        default=None, description="Whether a recovery region may lie outside the source's geography."
    )
    vault: str | None = Field(default=None, description="A vault's name or id.")
    vault_resource_group: str | None = Field(default=None, description="The group of a vault that has to be made.")
    recovery_resource_group: str | None = Field(default=None, description="A resource group's name or id.")
    recovery_vnet: str | None = Field(default=None, description="A virtual network's name or id.")
    recovery_subnet: str | None = Field(default=None, description="A subnet of the recovery network.")
    recovery_availability_set: str | None = Field(default=None, description="An availability set's name or id.")
    recovery_zone: _Zone | None = Field(default=None, description="A zone's number.")
    recovery_proximity_placement_group: str | None = Field(default=None, description="Its name or id.")
    recovery_capacity_reservation_group: str | None = Field(default=None, description="Its name or id.")
    recovery_scale_set: str | None = Field(default=None, description="A flexible scale set's name or id.")
    boot_diagnostics_account: str | None = Field(default=None, description="A storage account's name or id.")
    recovery_storage_account: str | None = Field(default=None, description="A storage account's name or id.")
    recovery_disk_encryption_set: str | None = Field(default=None, description="Its name or id.")
    recovery_key_vault: str | None = Field(default=None, description="A key vault's id.")
    recovery_encryption_secret: _PerDisk | None = Field(default=None, description="Secret URLs, by disk.")
    recovery_encryption_key: _PerDisk | None = Field(default=None, description="Key URLs, by disk.")
    replica_disk_sku: _PerDisk | None = Field(default=None, description="SKUs of replica disks, by disk.")
    recovery_disk_sku: _PerDisk | None = Field(default=None, description="SKUs of recovered disks, by disk.")
    exclude_disks: _Luns | None = Field(default=None, description="LUNs of data disks that are not replicated.")
    cache_storage_account: str | None = Field(default=None, description="A storage account's name or id.")
    high_churn: _Flag | None = Field(default=None, description="Whether the cache is on premium block blobs.")
    recovery_point_minutes: _Minutes | None = Field(default=None, description="How long recovery points are kept.")
    app_consistent_minutes: _Minutes | None = Field(
        default=None, description="Minutes between app-consistent points; 0: none are taken."
    )
    multi_vm_sync: _Flag | None = Field(default=None, description="Whether consistency groups may use the policy.")
    consistency_group: str | None = Field(default=None, description="The name of a multi-VM group.")
    automation_account: str | None = Field(default=None, description="The id of the account that updates agents.")
    test_network_id: str | None = Field(default=None, description="The id of the network of test failovers.")

    @model_validator(mode="after")
    def _frequency_fits(self) -> "ProfileBody":
        minutes, kept = self.app_consistent_minutes, self.recovery_point_minutes
        if minutes and not 60 <= minutes <= (1440 if kept is None else kept):
            message = f"appConsistentMinutes is {minutes}; use 0 (none) or 60 to recoveryPointMinutes"
            raise ValueError(message)
        return self


_BODIES = TypeAdapter(dict[str, ProfileBody])


def read_profiles(text: str) -> Mapping[str, Profile]:
    """The profiles written as a JSON object of name to choices. Names are compared in lower case.

    Raises:
        ValueError: the text is not JSON or a choice is out of range; every problem is named with its field.
    """
    try:
        bodies = _BODIES.validate_json(text)
    except ValidationError as error:
        raise ValueError("; ".join(map(_told, error.errors(include_url=False, include_input=False)))) from None
    if problems := tuple(_misnamed(bodies)):
        raise ValueError("; ".join(problems))
    return {name.lower(): Profile(name.lower(), _choices(body)) for name, body in bodies.items()}


def _told(problem: ErrorDetails) -> str:
    """A problem with its field and what would do. No value is shown: health does not repeat what settings hold."""
    field_ = ".".join(str(part) for part in problem["loc"]) or "profiles"
    if problem["type"] == "extra_forbidden":
        return f"{field_}: is no choice, or is given twice; docs/choices.md lists them"
    return f"{field_}: {problem['msg']}"


def _misnamed(names: Iterable[str]) -> Iterator[str]:
    """A profile is named by a tag's value, which has words of its own and is compared without case."""
    seen: set[str] = set()
    for name in names:
        if name.lower() in ("true", "false"):
            yield f"{name!r} names no profile: the tag's value true means the default profile, false none; rename it"
        elif name != name.strip() or not 1 <= len(name) <= MOST_NAME:
            yield f"{name!r} cannot be a profile's name: use 1 to {MOST_NAME} characters without outer spaces"
        elif name.lower() in seen:
            yield f"{name!r}: several profiles have this name, which is compared without case; rename one"
        seen.add(name.lower())


def profile_schema() -> dict[str, Any]:
    """The JSON schema of the setting ASR_PROFILES: an object of profile name to choices."""
    return _BODIES.json_schema(by_alias=True)


def camel(name: str) -> str:
    """A choice's name as profiles and request bodies write it: `recovery-region` is `recoveryRegion`."""
    return re.sub("-(.)", lambda match: match.group(1).upper(), name)


def _choices(body: ProfileBody) -> dict[str, str]:
    given = body.model_dump(exclude_none=True, by_alias=False)
    return {name.replace("_", "-"): _text(value) for name, value in given.items()}


def _text(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case list():
            return ",".join(str(part) for part in value)
        case dict():
            return ",".join(f"{disk}={part}" for disk, part in value.items())
    return str(value)
