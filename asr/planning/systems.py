"""What runs in a VM and on what, against the support matrix: systems, generations, disk controllers."""

import re
from collections.abc import Iterator

from asr.model.matrix import Machines, System
from asr.model.outcome import Reason
from asr.model.vm_facts import VmFacts
from asr.reasons import reason


def system_warnings(facts: VmFacts) -> Iterator[Reason]:
    """A system or generation that the documents do not list. They lag, and Azure is asked about every VM: it decides.

    A name that says nothing (`Linux`), and a version that is not told, are left to Azure without a word.
    """
    vm, known = facts.vm, facts.matrix.machines
    if vm.os_name and not _is_listed(vm.os_name, vm.os_version, known):
        system = f"{vm.os_name} {vm.os_version or ''}".strip()
        yield reason("SystemUnlisted", system=system, date=facts.matrix.as_of)
    if vm.generation and known.generations and vm.generation not in known.generations:
        yield reason("GenerationUnlisted", generation=vm.generation, date=facts.matrix.as_of)


def _is_listed(name: str, version: str | None, known: Machines) -> bool:
    if not known.systems or name.lower() in {unnamed.lower() for unnamed in known.unnamed_systems}:
        return True
    fitting = [system for system in known.systems if any(_begins(name, start) for start in system.names)]
    return any(_has_version(system, version) for system in fitting)


def _begins(name: str, start: str) -> bool:
    """`Windows 7 Enterprise` begins with `Windows 7`, `Windows 70` does not."""
    return re.match(rf"{re.escape(start)}(?![a-z0-9])", name, re.IGNORECASE) is not None


def _has_version(system: System, version: str | None) -> bool:
    parts = _parts(version or "")
    if not system.versions or not parts:
        return True
    return any(
        parts[: len(low)] >= low[: len(parts)] and parts[: len(high)] <= high
        for low, high in ((_parts(first), _parts(last)) for first, last in system.versions)
    )


def _parts(version: str) -> tuple[int, ...]:
    """`15-SP4` is 15.4, and `8.4.2105` its three parts."""
    return tuple(int(part) for part in re.findall("[0-9]+", version))
