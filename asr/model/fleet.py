"""The fleet as a sweep reads it: many machines at once, and of each only what tells how it stands.

Ids keep the casing Azure answered with; compare with `resource_id.same`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MachineDisk:
    """A disk of a VM: a managed disk's id, or the URI of the blob. `lun` is None for the OS disk."""

    id: str
    lun: int | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """A VM as Resource Graph shows it, some seconds to minutes late. `tags` are those that the app reads.

    `guid` is `properties.vmId`: a VM that is deleted and made again under its name has another. `power_state` is the
    last part of `PowerState/running`; both are None where Azure gives none.
    """

    id: str
    location: str
    guid: str | None
    size: str
    power_state: str | None
    tags: dict[str, str]
    disks: tuple[MachineDisk, ...]


@dataclass(frozen=True, slots=True)
class MachinePage:
    """Some machines in the order of their ids. `continuation` asks for the next page; None after the last."""

    machines: tuple[Machine, ...]
    continuation: str | None
