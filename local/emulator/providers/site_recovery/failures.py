"""What makes Site Recovery refuse or fail, in its own words.

Codes that are numbers are Azure's own, from "Troubleshoot Azure-to-Azure VM replication errors" and recorded traffic.
Where the number is not public, the code is the condition's name: nobody can mistake it for Azure's, and the switch
`site_recovery.unknown_failure_codes` shows a number in its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from string import Formatter

RETRY_ADVICE = "Resolve the issue and retry the operation. If the problem persists, contact support."


@dataclass(frozen=True, slots=True)
class Failure:
    """One way to fail.

    Attributes:
        condition: our stable name for it.
        code: Azure's error code, or the condition where Azure's is unknown.
        message: the sentence shown, with `{}`-fields for the facts.
        possible_causes: as the job shows them.
        recommended_action: as the job shows it.
        is_information: whether the operation succeeds nevertheless, "completed with information".
    """

    condition: str
    code: str
    message: str
    possible_causes: str
    recommended_action: str = RETRY_ADVICE
    is_information: bool = False

    @property
    def code_is_known(self) -> bool:
        """Whether the code is Azure's own."""
        return self.code.isdigit()

    def told(self, **facts: str) -> "Failure":
        """Return this failure with the facts written into its texts."""
        return replace(
            self,
            message=self.message.format(**facts),
            possible_causes=self.possible_causes.format(**facts),
            recommended_action=self.recommended_action.format(**facts),
        )

    @property
    def fields(self) -> set[str]:
        """The names of the facts that its texts want."""
        texts = (self.message, self.possible_causes, self.recommended_action)
        return {field for text in texts for _, field, _, _ in Formatter().parse(text) if field}


_KNOWN = (
    Failure(
        "VmNotProvisioned",
        "150019",
        "Protection couldn't be enabled: the provisioning state of machine '{vm}' is '{state}', not 'Succeeded'.",
        "The provisioning state of the virtual machine is not valid.",
        "Wait until the provisioning state of the virtual machine is 'Succeeded', then retry the operation.",
    ),
    Failure(
        "VmNotRunningToDisable",
        "150144",
        "Disabling protection of virtual machine '{vm}' failed: its power state is '{state}', not 'running'.",
        "Disabling works inside of the virtual machine, which therefore has to run.",
        "Start the virtual machine, wait until its agent is ready, then retry the operation.",
    ),
    Failure(
        "NvmeNotSupported",
        "151273",
        "Protection couldn't be enabled: virtual machine '{vm}' has an NVMe disk controller and runs '{system}'.",
        "With an NVMe disk controller, Site Recovery supports RHEL 9.x, Ubuntu 24.04 and SLES 15 SP4 to SP7 only.",
        "Use a size with a SCSI disk controller or one of these systems, then retry the operation.",
    ),
    Failure(
        "ReplicaManagedDiskExists",
        "150161",
        "A managed disk '{disk}' already exists in the target resource group and is not a replica of this machine.",
        "A replica managed disk of an earlier protection was left behind.",
        "Delete the replica managed disk from the target resource group, then retry the operation.",
    ),
    Failure(
        "DiskTooSmall",
        "150172",
        "Protection couldn't be enabled for the virtual machine as it has '{disk}' with size {size} that is lesser "
        "than the minimum supported size 1024 MB.",
        "The disk is smaller than the minimum supported size.",
        "Make the disk larger or exclude it, then retry the operation.",
    ),
    Failure(
        "EncryptionInfoMissing",
        "150175",
        "Protection couldn't be enabled: disk '{disk}' of virtual machine '{vm}' is encrypted; its keys are missing.",
        "The virtual machine uses Azure Disk Encryption and no target key vaults were given.",
        "Give disk encryption information for the disk, then retry the operation.",
    ),
    Failure(
        "LinksLeftBehind",
        "150225",
        "Virtual machine '{vm}' was removed from the vault, but some of its links could not be cleaned up.",
        "The virtual machine or its resource group has a resource lock.",
        "Remove the lock and the stale links before this virtual machine is protected again.",
        is_information=True,
    ),
    Failure(
        "StaleLinks",
        "150226",
        "Protection couldn't be enabled: stale Site Recovery configuration was left on virtual machine '{vm}'.",
        "The virtual machine was protected before and its Site Recovery configuration was not removed.",
        "Remove the stale Site Recovery links of the virtual machine, then retry the operation.",
    ),
    Failure(
        "MachineNotCreated",
        "28031",
        "Site Recovery was not able to create the failed over virtual machine '{vm}' in Azure.",
        "A virtual machine of this name exists, or its size or quota is not to be had: {reason}",
        "Remove what stands in the way or change the compute settings of the protected item, then retry the operation.",
    ),
    Failure(
        "InterfaceNotCreated",
        "28092",
        "Site Recovery was not able to create a network interface for the failed over virtual machine '{vm}'.",
        "The network or the name of the network interface is not to be had: {reason}",
        "Correct the network settings of the protected item, then retry the operation.",
    ),
    Failure(
        "PolicyInvalid",
        "150261",
        "Replication policy creation failed.",
        "The recovery point retention and snapshot frequencies do not fit together: {reason}",
        "Correct the values, then retry the operation.",
    ),
)

_SEEN_ONLY_BY_AZURE = (
    Failure(
        "KernelNotSupported",
        "151141",
        "The mobility service could not be installed on '{vm}': it does not support the kernel that runs there.",
        "The kernel is newer than this version of the mobility service knows.",
        "Boot a supported kernel, or wait for a version that knows it, then retry the operation.",
    ),
    Failure(
        "DiskNotInitialised",
        "150039",
        "Azure data disk '{disk}' with LUN '{lun}' was not mapped to a disk reported from within the VM.",
        "The data disk was attached to the virtual machine but not initialised.",
        "Initialise the disk inside the virtual machine, then retry the operation.",
    ),
    Failure(
        "TargetSizeNotAvailable",
        "150097",
        "Site Recovery was unable to create the replica: the target region has no quota for size '{size}'.",
        "The subscription is not enabled for this size or has no quota in the target region.",
        "Contact Azure billing support to raise the quota, then retry the failed operation.",
    ),
    Failure(
        "VssNotUsable",
        "151025",
        "The mobility service could not be installed on '{vm}': COM+ or the Volume Shadow Copy service failed.",
        "The COM+ System Application or the Volume Shadow Copy service is disabled.",
        "Set both services to start automatically or manually, then retry the operation.",
    ),
    Failure(
        "CertificateMissing",
        "151066",
        "Site Recovery configuration failed on '{vm}': a trusted root certificate is missing.",
        "The root certificates that authorise and authenticate the service are not present on the machine.",
        "Install the latest root certificates, then retry the operation.",
    ),
    Failure(
        "ProxyNotUsable",
        "151072",
        "The connection from '{vm}' to Site Recovery cannot be established through its proxy.",
        "The proxy settings are invalid and were not detected by the mobility service.",
        "Correct the proxy settings of the mobility service, then retry the operation.",
    ),
    Failure(
        "BootLoaderNamesDevices",
        "151126",
        "Protection couldn't be enabled: the boot loader of '{vm}' names devices instead of their UUIDs.",
        "The GRUB configuration has device names for the parameters root or resume.",
        "Replace each device name with the UUID, then retry the operation.",
    ),
    Failure(
        "NameNotResolved",
        "151195",
        "The connection to Site Recovery endpoints cannot be established from '{vm}' because names are not resolved.",
        "The DNS server cannot be reached or does not resolve the service's names.",
        "Make the DNS server of the virtual network reachable, then retry the operation.",
    ),
    Failure(
        "SignInEndpointUnreachable",
        "151196",
        "The connection from '{vm}' to the sign-in endpoints cannot be established.",
        "A firewall or network security group blocks authentication and identity endpoints.",
        "Allow outbound traffic to the service tag AzureActiveDirectory, then retry the operation.",
    ),
    Failure(
        "ServiceEndpointUnreachable",
        "151197",
        "The connection from '{vm}' to Site Recovery service endpoints cannot be established.",
        "A firewall or network security group blocks the service's endpoints.",
        "Allow outbound traffic to the service tag AzureSiteRecovery, then retry the operation.",
    ),
)

_CODE_UNKNOWN = (
    Failure(
        "VmNotRunning",
        "VmNotRunning",
        "Protection couldn't be enabled: virtual machine '{vm}' is not running.",
        "The mobility service can only be installed while the machine runs.",
        "Start the virtual machine, then retry the operation.",
    ),
    Failure(
        "VmNotFound",
        "VmNotFound",
        "Virtual machine '{vm}' could not be found.",
        "The virtual machine was deleted or its id is wrong.",
    ),
    Failure(
        "VmAlreadyProtected",
        "VmAlreadyProtected",
        "Virtual machine '{vm}' is already protected by '{item}'.",
        "The virtual machine is protected in this or another vault.",
        "Disable its protection first.",
    ),
    Failure(
        "VmNotInFabricRegion",
        "VmNotInFabricRegion",
        "Virtual machine '{vm}' is in region '{region}', the fabric is of region '{fabric}'.",
        "The protected item was created under another region's fabric.",
    ),
    Failure(
        "VaultInSourceRegion",
        "VaultInSourceRegion",
        "Virtual machine '{vm}' is in region '{region}', which is the region of the vault.",
        "Region to region, the vault has to be in another region than the source: it would fail with it.",
        "Use a vault in the recovery region or in a third one.",
    ),
    Failure(
        "CacheAccountNotFound",
        "CacheAccountNotFound",
        "Cache storage account '{account}' could not be found.",
        "The account was deleted or its id is wrong.",
    ),
    Failure(
        "CacheAccountNotInSourceRegion",
        "CacheAccountNotInSourceRegion",
        "The cache storage account '{account}' specified must be located in the same region as the source VM. "
        "The specific cache storage account location is : '{region}'.",
        "The cache storage account is in another region than the virtual machine.",
    ),
    Failure(
        "TargetAccountNotFound",
        "TargetAccountNotFound",
        "Target storage account '{account}' could not be found in region '{region}'.",
        "The account does not exist, or is not in the recovery region.",
    ),
    Failure(
        "ZonesNotDifferent",
        "ZonesNotDifferent",
        "Virtual machine '{vm}' is in zone '{source}' and cannot be replicated to zone '{target}' of its own region.",
        "Zone-to-zone replication wants a machine in one zone and another zone to recover it in.",
    ),
    Failure(
        "RecoveryGroupNotFound",
        "RecoveryGroupNotFound",
        "Recovery resource group '{group}' could not be found.",
        "The resource group was deleted or its id is wrong.",
    ),
    Failure(
        "RecoveryGroupInSourceRegion",
        "RecoveryGroupInSourceRegion",
        "Recovery resource group '{group}' is in the source region '{region}'.",
        "The recovery resource group may be in any region but the source's.",
    ),
    Failure(
        "TargetNetworkNotFound",
        "TargetNetworkNotFound",
        "Network '{network}' could not be found in region '{region}'.",
        "The network does not exist or is in another region than its fabric.",
    ),
    Failure(
        "NetworkNotMapped",
        "NetworkNotMapped",
        "No network mapping exists for virtual network '{network}', and no recovery network was given.",
        "The source network is not mapped to a network in the recovery region.",
    ),
    Failure(
        "NetworkAlreadyMapped",
        "NetworkAlreadyMapped",
        "Network '{network}' is already mapped by '{mapping}'.",
        "A source network can be mapped once per pair of fabrics.",
    ),
    Failure(
        "AvailabilitySetNotFound",
        "AvailabilitySetNotFound",
        "Recovery availability set '{set}' could not be found in region '{region}'.",
        "The availability set does not exist, or is not in the recovery region.",
    ),
    Failure(
        "DiskNotAttached",
        "DiskNotAttached",
        "Invalid disk Ids: '{disk}' is not attached to virtual machine '{vm}'.",
        "The disk is not attached to the virtual machine.",
    ),
    Failure(
        "DiskAlreadyProtected",
        "DiskAlreadyProtected",
        "Disk '{disk}' of virtual machine '{vm}' is protected already.",
        "The disk was named when protection was enabled, or added before.",
    ),
    Failure(
        "DiskNotProtected",
        "DiskNotProtected",
        "Disk '{disk}' of virtual machine '{vm}' is not protected.",
        "The disk is none of the protected disks of the item.",
    ),
    Failure(
        "NicNotFound",
        "NicNotFound",
        "Network interface '{nic}' with configurations '{configurations}' is none of virtual machine '{vm}'.",
        "The item has no network interface or IP configuration of this name; it has none before it is Protected.",
    ),
    Failure(
        "GroupFull",
        "GroupFull",
        "Multi-VM consistency group '{group}' has {count} machines already.",
        "A consistency group holds at most 16 machines.",
    ),
    Failure(
        "NoDisks",
        "NoDisks",
        "No disk of virtual machine '{vm}' was given to protect, or its operating system disk was left out.",
        "At least the operating system disk must be protected.",
    ),
    Failure(
        "FabricRegionTaken",
        "FabricRegionTaken",
        "Region '{region}' is already represented in this vault by fabric '{fabric}'.",
        "A vault has one fabric per region.",
    ),
    Failure("RegionUnknown", "RegionUnknown", "Region '{region}' is not supported.", "The location is not a region."),
    Failure(
        "RelatedResourceNotFound",
        "RelatedResourceNotFound",
        "'{resource}' does not exist.",
        "The request refers to a resource that was not created yet or was deleted.",
    ),
    Failure(
        "ContainersNotPaired",
        "ContainersNotPaired",
        "Protection container '{container}' is not paired with '{target}' by policy '{policy}'.",
        "The container mapping is missing.",
    ),
    Failure(
        "ResourceInUse",
        "ResourceInUse",
        "'{resource}' is in use by '{user}' and cannot be removed.",
        "Other resources still depend on it.",
    ),
    Failure(
        "OperationNotAllowed",
        "OperationNotAllowed",
        "Operation '{operation}' is not allowed in the present state '{state}' of the protected item.",
        "The present state of the protected item does not allow it.",
    ),
    Failure(
        "RecoveryPointNotFound",
        "RecoveryPointNotFound",
        "Recovery point '{point}' could not be found.",
        "The recovery point has expired or never existed.",
    ),
    Failure(
        "AnotherJobRuns",
        "AnotherJobRuns",
        "Job '{job}' is working on protected item '{item}'; no other operation can begin before it has ended.",
        "Another operation on the protected item is in progress.",
        "Wait until the running job has ended, then retry the operation.",
    ),
    Failure(
        "JobActionNotAllowed",
        "JobActionNotAllowed",
        "'{action}' is not allowed for a job in state '{state}'.",
        "The present state of the job does not allow it.",
    ),
    Failure(
        "PlanInvalid",
        "PlanInvalid",
        "The recovery plan could not be saved.",
        "Its groups do not fit: {reason}.",
        "Correct the groups, then retry the operation.",
    ),
    Failure("JobCancelled", "JobCancelled", "The job was cancelled.", "Somebody cancelled the job."),
)

FAILURES: Mapping[str, Failure] = {
    failure.condition: failure for failure in (*_KNOWN, *_SEEN_ONLY_BY_AZURE, *_CODE_UNKNOWN)
}
"""Every failure by its condition."""

ONLY_BY_AZURE = tuple(failure.condition for failure in _SEEN_ONLY_BY_AZURE)
"""Conditions inside a machine or a region that the emulator cannot see: they occur when a switch says so."""


def failure_called(word: str) -> Failure | None:
    """Return the failure with this condition or code, or None."""
    return next((one for one in FAILURES.values() if word in {one.condition, one.code}), None)
