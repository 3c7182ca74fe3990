"""What the VM is, and its network."""

from asr.model.documents import ELIGIBILITY, ENABLE, ERRORS, MATRIX, NETWORK
from asr.reasons.known import Kind, Known

TABLE = (
    Known(
        "AzureVmIsNotInDesiredPowerState",
        Kind.NEEDS_CHANGE,
        "The VM is {state}; Site Recovery installs its agent through the running guest.",
        "Start the VM. Protection begins by itself once it runs.",
        ELIGIBILITY,
    ),
    Known(
        "AzureVmIsNotInDesiredProvisioningState",
        Kind.RETRYABLE,
        "The VM's provisioning state is {state}, not Succeeded.",
        "Wait until Azure has finished with the VM; if the state is Failed, redeploy the VM or repair what failed.",
        ELIGIBILITY,
    ),
    Known(
        "AzureVmAgentNotReady",
        Kind.RETRYABLE,
        "The VM's guest agent is {state}, not Ready; Site Recovery installs its agent through it.",
        "Wait until the guest has started; if it stays so, repair the Azure VM agent in the guest.",
        ERRORS,
    ),
    Known(
        "ClassicVirtualMachine",
        Kind.UNSUPPORTED,
        "The VM is a classic one; the platform was retired in September 2023.",
        "Migrate the VM to Azure Resource Manager, then tag it there.",
        "https://learn.microsoft.com/azure/virtual-machines/migration-classic-resource-manager-overview",
    ),
    Known(
        "ScaleSetInstanceUnsupported",
        Kind.UNSUPPORTED,
        "The VM is an instance of a uniform scale set; Site Recovery protects VMs of flexible scale sets only.",
        "Redeploy the scale set in another region from its template, or move to flexible orchestration.",
        MATRIX,
    ),
    Known(
        "DedicatedHostUnsupported",
        Kind.UNSUPPORTED,
        "The VM runs on a dedicated host.",
        "Take the VM off the dedicated host, or protect it by other means.",
        MATRIX,
    ),
    Known(
        "EdgeZoneUnsupported",
        Kind.UNSUPPORTED,
        "The VM is in the edge zone {zone}; this product recovers VMs between regions and their zones only.",
        "Protect the VM in the portal, or move it into a region.",
        ENABLE,
    ),
    Known(
        "NetworkInterfaceNotFound",
        Kind.NEEDS_CHANGE,
        "No network interface of the VM could be read.",
        "Attach a network interface, or grant the app read access to it.",
        NETWORK,
    ),
    Known(
        "VirtualNetworkNotFound",
        Kind.NEEDS_CHANGE,
        "The virtual network of the VM's primary network interface could not be read.",
        "Grant the app read access to the virtual network.",
        NETWORK,
    ),
    Known(
        "AvailabilitySetNotFound",
        Kind.NEEDS_CHANGE,
        "The availability set {id} of the VM could not be read.",
        "Grant the app read access to the availability set.",
        ENABLE,
    ),
    Known(
        "SecurityTypeUncertain",
        Kind.WARNING,
        "The VM's security type is {kind}; for {system} the documents do not promise that it is replicated.",
        "Nothing, if enabling works; else redeploy the VM with standard security.",
        "https://learn.microsoft.com/azure/site-recovery/concepts-trusted-vm",
    ),
    Known(
        "DiskControllerUnsupported",
        Kind.UNSUPPORTED,
        "The VM's disks are behind an {controller} controller, which Site Recovery does not support.",
        "Convert the VM to the SCSI controller, or resize it to a size that has one.",
        MATRIX,
    ),
    Known(
        "HostEncryptionNotCarried",
        Kind.WARNING,
        "The VM is encrypted at host; Site Recovery does not switch that on for the VM that it recovers.",
        "Nothing now. After a failover, switch encryption at host on for the recovered VM.",
        MATRIX,
    ),
    Known(
        "SystemUnlisted",
        Kind.WARNING,
        "The guest runs {system}, which the support matrix of {date} does not list; Azure's own answer decides.",
        "Nothing, if enabling works; else upgrade the guest to a version that Site Recovery supports.",
        MATRIX,
    ),
    Known(
        "GenerationUnlisted",
        Kind.WARNING,
        "The VM is of generation {generation}, which the support matrix of {date} does not list; Azure's own answer "
        "decides.",
        "Nothing, if enabling works; else redeploy the VM as one of generation V1 or V2.",
        MATRIX,
    ),
    Known(
        "PlacementGroupNotCarried",
        Kind.WARNING,
        "The VM is in the proximity placement group {id}; on the recovery side it is in none, since reserved "
        "capacity, a scale set or an availability set without a group was chosen there.",
        "Nothing, if it may stand apart; else choose a set that is in a group, or do without the reserved capacity.",
        "https://learn.microsoft.com/azure/site-recovery/how-to-enable-replication-proximity-placement-groups",
    ),
    Known(
        "CapacityReservationNotCarried",
        Kind.WARNING,
        "The VM has capacity reserved in {id}; in the recovery region nothing is reserved for it.",
        "Make a group there and name it in the tag {tag:recovery-capacity-reservation-group}.",
        ENABLE,
    ),
    Known(
        "ScaleSetNotCarried",
        Kind.WARNING,
        "The VM is in the flexible scale set {id}; on the recovery side it is in none.",
        "Make a flexible scale set there and name it in the tag {tag:recovery-scale-set}.",
        MATRIX,
    ),
    Known(
        "ExtensionFailed",
        Kind.WARNING,
        "Extensions of the VM have failed: {names}. Site Recovery installs its agent as one, which may fail, too.",
        "Repair or remove the failed extensions.",
        ERRORS,
    ),
)
