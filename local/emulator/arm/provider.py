"""What a resource provider is: a namespace, its routes, whom it lets in, and its hooks in the cloud."""

from collections.abc import Callable
from dataclasses import dataclass

from local.emulator.arm.cloud import Cloud, Hooks
from local.emulator.arm.router import Match, Route
from local.emulator.arm.tokens import Caller

type Admission = Callable[[Cloud, Match, Caller], None]
"""Raises ArmError when the caller may not do what the match says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider(Hooks):
    """One resource provider.

    Attributes:
        namespace: `Microsoft.Compute`.
        title: what it is called in the coverage table, when the namespace alone would be ambiguous.
        routes: its rows of the route table.
        admissions: what is asked about every request to ARM before its scope is looked up and its handler runs.
    """

    namespace: str
    routes: tuple[Route, ...]
    title: str = ""
    admissions: tuple[Admission, ...] = ()
