"""Differences of a protected item that nobody can choose away: the kind of VM, the agent, the kernel, a size. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from asr.model.drift import Drift, DriftDecision
from asr.model.fleet import Machine
from asr.model.request import SeenVm
from asr.model.resource_id import same
from asr.model.vm_facts import ItemAgent, ProtectedItem

PROPOSE, REPORT = DriftDecision.PROPOSE, DriftDecision.REPORT

SECURITY_TYPE, GENERATION, AGENT, KERNEL = "securityType", "generation", "agent", "kernel"

TOLD_BEFORE = timedelta(days=30)
"""How long before the agent or its certificate expires that is told: a new agent comes every month or two."""

KERNEL_UNKNOWN = "151141"
"""Site Recovery's code for a Linux kernel that its agent does not know. Resource Manager tells no kernel, so Site
Recovery's own word is the only one.
"""

AGENT_ERRORS = ("VersionExpiry", "AgentAutoUpdate")
"""How the categories of health errors begin that are about the agent's version. Source: `HealthErrorCategory`."""


def converted(machine: Machine, item: ProtectedItem, seen: SeenVm | None) -> Iterator[Drift]:
    """A VM whose security type or generation is another than when its protection began: what comes up is the former."""
    before = seen.security_type if seen else None
    if before and machine.security_type and not same(before, machine.security_type):
        yield Drift(SECURITY_TYPE, machine.security_type, before, PROPOSE)
    if machine.generation and item.generation and not same(machine.generation, item.generation):
        yield Drift(GENERATION, machine.generation, item.generation, PROPOSE)


def agent_state(item: ProtectedItem, at: str | None) -> Iterator[Drift]:
    """An agent that expires, or whose kernel is ahead of it. Dates count only where `at` tells how late it is."""
    agent, now = item.agent, datetime.fromisoformat(at) if at else None
    told = next((one for one in item.health_errors if one.category.startswith(AGENT_ERRORS)), None)
    said = (*(_aging(agent, now) if agent else ()), *((f"in error {told.code}",) if told else ()))
    if said:
        version = f"{agent.version}, " if agent else ""
        yield Drift(AGENT, "up to date", version + " and ".join(said), REPORT)
    if any(one.code == KERNEL_UNKNOWN for one in item.health_errors):
        yield Drift(KERNEL, "one that the agent knows", f"newer than agent {agent.version if agent else ''}", REPORT)


def _aging(agent: ItemAgent, now: datetime | None) -> Iterator[str]:
    if agent.is_outdated:
        yield "older than Site Recovery wants it"
    if _is_near(agent.expires_at, now):
        yield f"which expires on {(agent.expires_at or '')[:10]}"
    if agent.is_certificate_outdated or _is_near(agent.certificate_expires_at, now):
        until = (agent.certificate_expires_at or "")[:10] or "a day that is not told"
        yield f"with a certificate that expires on {until}"


def _is_near(end: str | None, now: datetime | None) -> bool:
    return end is not None and now is not None and datetime.fromisoformat(end) - now <= TOLD_BEFORE
