"""What runs in a VM and on what, against the support matrix: systems, generations, disk controllers."""

import re
from collections.abc import Iterator, Mapping

from asr.model.matrix import Machines, System
from asr.model.outcome import Reason
from asr.model.vm_facts import Image, VirtualMachine, VmFacts
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
    if _controller_systems(facts) and controller_problem(facts) is None:
        yield reason("DiskControllerUncertain", controller=vm.disk_controller, system=_words(_told(vm, known)))


def controller_problem(facts: VmFacts) -> Reason | None:
    """Some disk controllers are taken with some systems only (Azure's error 151273).

    Where neither the guest agent nor the image tells the system, Azure itself decides.
    """
    vm, known, systems = facts.vm, facts.matrix.machines, _controller_systems(facts)
    if not systems:
        return None
    told = _told(vm, known)
    if told is None and vm.os_type != "Windows":
        return None
    if told is not None and any(_fits(system, *told) for system in systems):
        return None
    listed = [f"{one.names[0]} {' or '.join(_range(*bounds) for bounds in one.versions)}" for one in systems]
    system = _words(told) if told else vm.os_type
    return reason("DiskControllerUnsupported", controller=vm.disk_controller, system=system, systems=listed)


def _controller_systems(facts: VmFacts) -> tuple[System, ...]:
    return facts.matrix.machines.controller_systems.get(facts.vm.disk_controller or "", ())


def _told(vm: VirtualMachine, known: Machines) -> tuple[str, str | None] | None:
    """The guest's system and version: as the guest agent names it, else as its image does; None if neither tells."""
    if vm.os_name and not _is_unnamed(vm.os_name, known):
        return vm.os_name, vm.os_version
    return image_system(vm.image) if vm.image else None


_IMAGES: Mapping[str, tuple[str, re.Pattern[str]]] = {
    "canonical": ("ubuntu", re.compile(r"([0-9]{2})[._]([0-9]{2})")),
    "redhat": ("rhel", re.compile(r"(?: |rhel-?)([6-9]|1[0-9])[._-]?([0-9]*)", re.IGNORECASE)),
    "debian": ("debian", re.compile(r"debian-([0-9]+)", re.IGNORECASE)),
    "oracle": ("oracle", re.compile(r" ol([6-9]|1[0-9])[._]?([0-9]*)", re.IGNORECASE)),
    "almalinux": ("almalinux", re.compile(r" ([89]|1[0-9])[._-]?([0-9]*)")),
    "suse": ("sles", re.compile(r"sles[a-z-]*([0-9]{2})-sp([0-9])", re.IGNORECASE)),
}
"""How publishers write the version of their system into offer and SKU, by publisher in lower case."""


def image_system(image: Image) -> tuple[str, str | None] | None:
    """The system and version that the names of an image tell; None of a publisher whose names are not known."""
    name, pattern = _IMAGES.get(image.publisher.lower(), ("", None))
    found = pattern.search(f"{image.offer} {image.sku}") if pattern else None
    return (name, ".".join(part for part in found.groups() if part)) if found else None


def _words(system: tuple[str, str | None] | None) -> str:
    return " ".join(part for part in system if part) if system else "a system that is not told"


def _range(low: str, high: str) -> str:
    return low if low == high else f"{low} to {high}"


def _is_listed(name: str, version: str | None, known: Machines) -> bool:
    if not known.systems or _is_unnamed(name, known):
        return True
    return any(_fits(system, name, version) for system in known.systems)


def _is_unnamed(name: str, known: Machines) -> bool:
    return name.lower() in {unnamed.lower() for unnamed in known.unnamed_systems}


def _fits(system: System, name: str, version: str | None) -> bool:
    return any(_begins(name, start) for start in system.names) and _has_version(system, version)


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
