"""What a resource provider is: a namespace, its routes, whom it lets in, and its hooks in the cloud."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from local.emulator.arm.cloud import Cloud, Hooks
from local.emulator.arm.permissions import LinkedAccess, Permission
from local.emulator.arm.router import Match, Route
from local.emulator.arm.tokens import Caller

type Admission = Callable[[Cloud, Match, Caller], None]
"""Raises ArmError when the caller may not do what the match says."""

type LinkedAdmission = Callable[[Cloud, Match, Caller, Iterable[Permission]], None]
"""Raises ArmError when the caller may not do what the request needs besides its own action."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider(Hooks):
    """One resource provider.

    Attributes:
        namespace: `Microsoft.Compute`.
        title: what it is called in the coverage table, when the namespace alone would be ambiguous.
        routes: its rows of the route table.
        admissions: what is asked about every request to ARM before its scope is looked up and its handler runs.
        linked_access: action (`Microsoft.Network/virtualNetworks/write`) -> what such a request needs besides.
        linked_admissions: what is asked about every request that needs something besides, before its handler runs.
    """

    namespace: str
    routes: tuple[Route, ...]
    title: str = ""
    admissions: tuple[Admission, ...] = ()
    linked_access: Mapping[str, LinkedAccess] = field(default_factory=dict)
    linked_admissions: tuple[LinkedAdmission, ...] = ()
