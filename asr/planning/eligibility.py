"""Whether Site Recovery takes a VM: rules of our own, each one small, and Azure's own answer, verbatim.

Every rule is asked and every reason told, so that a person repairs all of it at once.
Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-support-matrix
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from asr.choices.request import ProtectionRequest
from asr.model.matrix import Limits
from asr.model.outcome import Reason
from asr.model.vm_facts import EligibilityError, ManagedDisk, VmFacts
from asr.planning.disks import Disk, disk_keys, replicated_disks
from asr.planning.systems import controller_problem
from asr.reasons import of_azure, reason


@dataclass(frozen=True, slots=True)
class Subject:
    """What the rules check: the facts, and the disks that would be replicated."""

    facts: VmFacts
    disks: tuple[Disk, ...]
    request: ProtectionRequest


CHANGING = frozenset({"creating", "updating", "migrating"})
"""Provisioning states that end by themselves. Source: https://learn.microsoft.com/azure/virtual-machines/states-billing"""


def is_provisioned(subject: Subject) -> Reason | None:
    """Azure refuses a VM that it is still changing (its error 150019)."""
    state = subject.facts.vm.provisioning_state
    return None if state.lower() == "succeeded" else reason("AzureVmIsNotInDesiredProvisioningState", state=state)


def is_running(subject: Subject) -> Reason | None:
    """A VM whose power state Azure does not tell is left for Azure to refuse."""
    state = subject.facts.vm.power_state
    return None if state in (None, "running") else reason("AzureVmIsNotInDesiredPowerState", state=state)


def has_ready_agent(subject: Subject) -> Reason | None:
    """Checked only of a running VM: a stopped one has no agent, and says so by its power state."""
    vm = subject.facts.vm
    silent = vm.power_state != "running" or vm.agent_status in (None, "Ready")
    return None if silent else reason("AzureVmAgentNotReady", state=vm.agent_status)


def has_no_stale_links(subject: Subject) -> Reason | None:
    """Links of an earlier protection, by Site Recovery or by Azure Policy, keep Azure from a new one (150226)."""
    links = subject.facts.stale_links
    return reason("StaleLinks", links=links) if links else None


def is_off_dedicated_host(subject: Subject) -> Reason | None:
    """Nothing says that a dedicated host is free in the recovery region."""
    return reason("DedicatedHostUnsupported") if subject.facts.vm.dedicated_host_id else None


def is_in_a_region(subject: Subject) -> Reason | None:
    """What is recovered out of an edge zone goes into another one, or back to its region: nothing here chooses that."""
    zone = subject.facts.vm.edge_zone
    return reason("EdgeZoneUnsupported", zone=zone) if zone else None


def has_lasting_os_disk(subject: Subject) -> Reason | None:
    """An ephemeral OS disk is local to the host."""
    return reason("EphemeralOsDiskUnsupported") if subject.facts.vm.ephemeral_os_disk else None


def has_a_known_controller(subject: Subject) -> Reason | None:
    """Site Recovery's driver sees disks behind an NVMe controller in some systems only."""
    return controller_problem(subject.facts)


def is_no_appliance(subject: Subject) -> Reason | None:
    """An appliance lets no agent in, and no outbound connection be set up inside."""
    vm, known = subject.facts.vm, subject.facts.matrix.machines.appliances
    publishers = (vm.image.publisher if vm.image else "", vm.plan_publisher or "")
    found = next((known[one.lower()] for one in publishers if one.lower() in known), None)
    return reason("ApplianceUnsupported", maker=found) if found else None


def has_a_supported_security_type(subject: Subject) -> Reason | None:
    """The documents contradict each other about confidential VMs."""
    kind, known = subject.facts.vm.security_type or "", subject.facts.matrix.machines.unsupported_security_types
    return reason("SecurityTypeUnsupported", kind=kind, because=known[kind]) if kind in known else None


def has_os_disk(subject: Subject) -> Reason | None:
    """Without one nothing can be brought up; an ephemeral one has its own reason."""
    found = subject.facts.vm.ephemeral_os_disk or any(disk.lun is None for disk in subject.disks)
    return None if found else reason("OsDiskNotFound")


def has_few_data_disks(subject: Subject) -> Reason | None:
    """The limit counts the disks that would be replicated."""
    count = sum(disk.lun is not None for disk in subject.disks)
    most = subject.facts.matrix.limits.most_data_disks
    return None if count <= most else reason("TooManyDataDisks", count=count, most=most)


def excludes_disks_it_has(subject: Subject) -> Reason | None:
    """A LUN that is not there is a typing error, and the disk that was meant would be replicated."""
    vm = subject.facts.vm
    disks: tuple[Disk, ...] = (*vm.managed_disks, *vm.unmanaged_disks)
    present = sorted(disk.lun for disk in disks if disk.lun is not None)
    missing = [lun for lun in subject.request.options.excluded_luns if lun not in present]
    if not missing:
        return None
    return reason("ExcludedDiskNotFound", luns=missing, present=present)


def disk_fits(disk: Disk, limits: Limits) -> Reason | None:
    """Sizes at both ends; a disk whose size was not read is left to Azure. Unmanaged disks have no least size."""
    size, is_managed = disk.size_gib, isinstance(disk, ManagedDisk)
    if size is None:
        return None
    if disk.lun is None:
        most = limits.most_os_disk_gib
        return reason("OsDiskTooLarge", disk=disk.name, size=size, most=most) if size > most else None
    most = limits.most_data_disk_gib if is_managed else limits.most_unmanaged_disk_gib
    if size > most:
        return reason("DataDiskTooLarge", disk=disk.name, size=size, most=most, lun=disk.lun)
    least = limits.least_data_disk_gib if is_managed else 0
    return reason("DataDiskTooSmall", disk=disk.name, size=size, least=least, lun=disk.lun) if size < least else None


def disk_is_written_plainly(disk: Disk, _limits: Limits) -> Reason | None:
    """The write accelerator by-passes what the agent sees."""
    accelerated = isinstance(disk, ManagedDisk) and disk.write_accelerator
    return reason("WriteAcceleratorUnsupported", disk=disk.name, lun=disk.lun) if accelerated else None


def disk_is_its_own(disk: Disk, _limits: Limits) -> Reason | None:
    """A shared disk belongs to a cluster, which is protected as one."""
    shared = isinstance(disk, ManagedDisk) and disk.max_shares > 1
    return reason("SharedDiskUnsupported", disk=disk.name, lun=disk.lun) if shared else None


def disk_is_managed_if_encrypted(disk: Disk, _limits: Limits) -> Reason | None:
    """Azure Disk Encryption is replicated for managed disks only."""
    encrypted = not isinstance(disk, ManagedDisk) and disk.guest_encrypted
    return reason("EncryptedUnmanagedDisk", disk=disk.name) if encrypted else None


def keyed_disks_have_a_set(subject: Subject) -> Iterator[Reason]:
    """A customer's key needs a disk encryption set in the recovery region."""
    if subject.request.options.encryption_set is not None:
        return
    for disk in subject.disks:
        if isinstance(disk, ManagedDisk) and disk.encryption_set_id is not None:
            yield reason("DiskEncryptionSetMissing", disk=disk.name)


def encrypted_disks_have_keys(subject: Subject) -> Iterator[Reason]:
    """Azure Disk Encryption's keys have to be in the recovery region (Azure's error 150175)."""
    for disk in subject.disks:
        if isinstance(disk, ManagedDisk) and disk.guest_encrypted and disk_keys(disk, subject.request) is None:
            name = "os" if disk.lun is None else str(disk.lun)
            yield reason("DiskEncryptionKeysMissing", disk=disk.name, name=name)


RULES: tuple[Callable[[Subject], Reason | None], ...] = (
    is_provisioned,
    is_running,
    has_ready_agent,
    has_no_stale_links,
    is_off_dedicated_host,
    is_in_a_region,
    has_lasting_os_disk,
    has_a_known_controller,
    is_no_appliance,
    has_a_supported_security_type,
    has_os_disk,
    has_few_data_disks,
    excludes_disks_it_has,
)
"""Asked once for a VM."""

DISK_RULES: tuple[Callable[[Disk, Limits], Reason | None], ...] = (
    disk_fits,
    disk_is_written_plainly,
    disk_is_its_own,
    disk_is_managed_if_encrypted,
)
"""Asked for each disk that would be replicated."""


EACH_RULES: tuple[Callable[[Subject], Iterator[Reason]], ...] = (keyed_disks_have_a_set, encrypted_disks_have_keys)
"""Asked once for a VM, with a reason for each disk; what somebody chose counts."""


def disk_ineligibilities(facts: VmFacts, request: ProtectionRequest, disk: Disk) -> tuple[Reason, ...]:
    """Every reason against replicating this disk."""
    return tuple(_against_disks(Subject(facts, (disk,), request)))


def ineligibilities(facts: VmFacts, request: ProtectionRequest) -> tuple[Reason, ...]:
    """Every reason against enabling replication of this VM now; none: Site Recovery should take it."""
    subject = Subject(facts, replicated_disks(facts.vm, request), request)
    ours = [found for rule in RULES if (found := rule(subject))]
    ours += _against_disks(subject)
    return _merged(ours, facts.eligibility)


def _against_disks(subject: Subject) -> Iterator[Reason]:
    for disk in subject.disks:
        for rule in DISK_RULES:
            if found := rule(disk, subject.facts.matrix.limits):
                yield found
    for each in EACH_RULES:
        yield from each(subject)


def will_pass(facts: VmFacts, problems: Collection[Reason]) -> bool:
    """Whether all that stands against a VM is that Azure is still creating, changing or starting it."""
    vm = facts.vm
    passing = {
        "AzureVmIsNotInDesiredProvisioningState": vm.provisioning_state.lower() in CHANGING,
        "AzureVmIsNotInDesiredPowerState": vm.power_state == "starting",
        "AzureVmAgentNotReady": vm.provisioning_state.lower() in CHANGING,
    }
    return bool(problems) and all(passing.get(problem.code, False) for problem in problems)


def _merged(ours: list[Reason], errors: tuple[EligibilityError, ...]) -> tuple[Reason, ...]:
    """A code that both give is told once, in our words, with Azure's beside them."""
    said = {error.code: _verbatim(error) for error in errors}
    both = [replace(one, azure=said[one.code].azure) if one.code in said else one for one in ours]
    told = {one.code for one in ours}
    return (*both, *(one for code, one in said.items() if code not in told))


def _verbatim(error: EligibilityError) -> Reason:
    said = {
        "message": error.message,
        "possibleCauses": error.possible_causes,
        "recommendedAction": error.recommended_action,
    }
    return of_azure(error.code, said)
