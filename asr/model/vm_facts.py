"""What was read from Azure about one VM and what it stands on. Facts hold no decision.

Sizes are GiB unless a name says otherwise. Ids keep the casing Azure answered with; compare with `resource_id.same`.
"""

from dataclasses import dataclass, replace

from asr.model.item_around import NOTHING_READ, ItemAround
from asr.model.matrix import UNKNOWN, Matrix
from asr.model.outcome import Reason
from asr.model.preflight_facts import PreflightFacts, Unread
from asr.model.request import SeenVm
from asr.model.resource_id import parse
from asr.model.vault_facts import Account


@dataclass(frozen=True, slots=True)
class ManagedDisk:
    """A managed disk of a VM. `lun` is None for the OS disk. `guest_encrypted` is Azure Disk Encryption.

    Source: Virtual Machines - Get; Disks - Get.
    """

    id: str
    name: str
    lun: int | None
    sku: str | None
    size_gib: int | None = None
    write_accelerator: bool = False
    max_shares: int = 1
    encryption_set_id: str | None = None
    guest_encrypted: bool = False


@dataclass(frozen=True, slots=True)
class UnmanagedDisk:
    """A page blob used as a VM's disk. `account_name` is the storage account in the blob's URI.

    `guest_encrypted` is Azure Disk Encryption.
    """

    uri: str
    name: str
    lun: int | None
    account_name: str
    size_gib: int | None = None
    guest_encrypted: bool = False


@dataclass(frozen=True, slots=True)
class IpConfiguration:
    """One IP configuration of a NIC. `address` is None until Azure has handed one out. `pool_ids` are the load
    balancers' back-end pools that it is in.
    """

    name: str
    primary: bool
    subnet_id: str | None
    address: str | None
    static: bool
    public_address_id: str | None = None
    pool_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkInterface:
    """Source: Network Interfaces - Get."""

    id: str
    primary: bool
    ip_configurations: tuple[IpConfiguration, ...]
    security_group_id: str | None = None
    accelerated: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """The image that a VM was made from, as far as it was one of a publisher's."""

    publisher: str
    offer: str
    sku: str


@dataclass(frozen=True, slots=True)
class VirtualMachine:
    """A VM with its instance view. `power_state` is the last part of `PowerState/running`; None when Azure gives none.

    `agent_status` is the display status of the guest agent (`instanceView.vmAgent.statuses`), None when not reported.
    `extensions` are the names of its extensions, `failed_extensions` of those whose provisioning failed.
    `security_type` is `TrustedLaunch` or `ConfidentialVM`, None for a standard VM. `os_name` and `os_version` are
    what the guest agent says, None while it says nothing. `generation` is `V1` or `V2`; `disk_controller` is `SCSI`
    or `NVMe`, None where Azure gives none. `edge_zone` is the extended location that the VM is in. `plan_publisher`
    is whose marketplace plan it was bought under. `identity` is the type of its managed identity, such as
    `SystemAssigned, UserAssigned`. `guid` is `properties.vmId`, which another VM never has.
    `mobility_service` tells whether Site Recovery's extension is on it: no VM is protected without;
    `mobility_services` are the names of such extensions. `created` is when it was made, in seconds since 1970; None
    where Azure tells no time.
    Source: Virtual Machines - Get with $expand=instanceView.
    """

    id: str
    name: str
    location: str
    tags: dict[str, str]
    size: str
    os_type: str
    provisioning_state: str
    power_state: str | None
    managed_disks: tuple[ManagedDisk, ...]
    unmanaged_disks: tuple[UnmanagedDisk, ...]
    interface_ids: tuple[str, ...]
    availability_set_id: str | None = None
    zones: tuple[str, ...] = ()
    ephemeral_os_disk: bool = False
    dedicated_host_id: str | None = None
    agent_status: str | None = None
    failed_extensions: tuple[str, ...] = ()
    security_type: str | None = None
    placement_group_id: str | None = None
    capacity_group_id: str | None = None
    scale_set_id: str | None = None
    os_name: str | None = None
    os_version: str | None = None
    generation: str | None = None
    disk_controller: str | None = None
    encryption_at_host: bool = False
    edge_zone: str | None = None
    guid: str | None = None
    mobility_service: bool = False
    mobility_services: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    image: Image | None = None
    plan_publisher: str | None = None
    identity: str | None = None
    created: float | None = None


@dataclass(frozen=True, slots=True)
class AvailabilitySet:
    """`sku` is `Aligned` for managed disks and `Classic` for unmanaged ones. `ours`: its tag says that the app made it.

    Source: Availability Sets - Get.
    """

    id: str
    location: str
    fault_domains: int
    update_domains: int
    sku: str
    placement_group_id: str | None = None
    ours: bool = False


@dataclass(frozen=True, slots=True)
class PlacementGroup:
    """A proximity placement group. Source: Proximity Placement Groups - Get."""

    id: str
    location: str
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Subnet:
    """A subnet's name and address prefixes; security groups and routes are left out on purpose: none are copied."""

    name: str
    address_prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VirtualNetwork:
    """`security_groups` pair the name of a subnet with its network security group. `ours`: its tag says that the app
    made it. `state` is its provisioning state.

    Source: Virtual Networks - Get.
    """

    id: str
    location: str
    address_prefixes: tuple[str, ...]
    subnets: tuple[Subnet, ...]
    security_groups: tuple[tuple[str, str], ...] = ()
    ours: bool = False
    state: str = "Succeeded"


@dataclass(frozen=True, slots=True)
class StorageAccount:
    """Source: Storage Accounts - Get Properties."""

    id: str
    name: str
    location: str
    kind: str
    sku: str
    tags: dict[str, str]
    minimum_tls: str | None = None
    public_blobs: bool | None = None


@dataclass(frozen=True, slots=True)
class EligibilityError:
    """One reason ASR itself gives against protecting a VM, verbatim. Source: Replication Eligibility Results - Get."""

    code: str
    message: str
    possible_causes: str
    recommended_action: str


@dataclass(frozen=True, slots=True)
class Vault:
    """A Recovery Services vault and the region of the group that holds it.

    `pairs` are the (source, recovery) regions it already protects between, by its container mappings.
    Source: Vaults - List By Subscription Id.
    """

    id: str
    name: str
    location: str
    group_location: str | None = None
    pairs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Region:
    """A physical Azure region. `paired` is None where Azure names no pair; `zones` are empty where it has none.

    Source: Subscriptions - List Locations.
    """

    name: str
    display_name: str
    geography: str
    geography_group: str
    paired: str | None
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthError:
    """One health error of a protected item, verbatim. `id` is by which it can be dismissed, None where Azure does not
    let people do so.
    """

    code: str
    message: str
    level: str
    recommended_action: str
    possible_causes: str = ""
    category: str = ""
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ItemAddress:
    """An IP configuration of a NIC: `address` is the source's own, `recovery_address` a static one that is wanted."""

    name: str
    primary: bool
    address: str | None = None
    static: bool = False
    recovery_subnet: str | None = None
    recovery_address: str | None = None
    public_address_id: str | None = None


@dataclass(frozen=True, slots=True)
class ItemInterface:
    """A NIC as its protected item sees it; exists only once the item is Protected.

    `accelerated` says whether the recovered NIC has accelerated networking. `source_network_id` is that of the VM.
    """

    nic_id: str
    source_id: str
    recovery_network_id: str | None
    recovery_subnet: str | None
    test_network_id: str | None
    test_subnet: str | None
    ip_configuration: str | None
    source_network_id: str | None = None
    security_group_id: str | None = None
    accelerated: bool | None = None
    addresses: tuple[ItemAddress, ...] = ()


@dataclass(frozen=True, slots=True)
class ItemDisk:
    """A disk that is replicated: a managed disk's id, or the URI of the blob. SKUs are of managed disks only.

    `recovery_id` is the managed disk that it becomes on the other side.
    """

    id: str
    recovery_sku: str | None = None
    replica_sku: str | None = None
    encryption_set_id: str | None = None
    key_vault_id: str | None = None
    secret_url: str | None = None
    key_url: str | None = None
    name: str = ""
    recovery_id: str | None = None

    @property
    def is_managed(self) -> bool:
        """Whether it is a managed disk, and no blob."""
        return self.id.startswith("/")


@dataclass(frozen=True, slots=True)
class ItemAgent:
    """Site Recovery's agent on the VM. `expires_at` and `certificate_expires_at` are None where no end is known;
    `is_outdated`, `is_certificate_outdated`: Site Recovery wants a newer one.
    """

    version: str
    expires_at: str | None = None
    is_outdated: bool = False
    certificate_expires_at: str | None = None
    is_certificate_outdated: bool = False


@dataclass(frozen=True, slots=True)
class ProtectedItem:
    """ASR's record of a protected VM. `rpo_seconds` is None until ASR has measured one.

    `percent` is the progress of initial replication as ASR reports it: it may stay 0 or jump, so nothing waits on it.
    Once the VM is Protected there is none: what ASR goes on to report then (0, as a rule) is not told.
    `recovered_vm_ids` are the ids of the VMs that a failover and a test failover make. `lifecycle_id` stays the same
    over a fail-back; `failed_over_at` is when the last failover ended. `rpo_at` is when ASR measured the RPO.
    `unreplicated_luns` are those of data disks that the VM has and the item has not. `high_churn` is None where ASR
    does not tell it. `recovery_vm_name` and `recovery_vm_size` are those that the VM comes up with. `pending_mb` is
    what its disks have still to send. `generation` is that of the VM that comes up.

    `vm_id` is the VM that replicates; after a reprotection that is the one which the failover made. `home_region` and
    `home_zone` are where the VM was protected from first. `recovered_vm_id` is the VM that the last failover made,
    `test_vm_id` the one of a test. `allowed` are the operations that it takes now, `scenario` is what Site Recovery is
    doing or did last, and `scenario_job_id` its job. `point_id` is the recovery point of the last failover.
    Source: Replication Protected Items - Get.
    """

    id: str
    name: str
    vm_id: str
    state: str
    state_description: str
    health: str
    percent: int | None
    rpo_seconds: int | None
    recovery_region: str | None
    recovery_group_id: str | None
    recovery_availability_set_id: str | None
    recovery_network_id: str | None
    test_network_id: str | None
    interfaces: tuple[ItemInterface, ...]
    disk_ids: tuple[str, ...]
    health_errors: tuple[HealthError, ...] = ()
    consistency_group: str | None = None
    cache_account_ids: tuple[str, ...] = ()
    source_region: str | None = None
    recovered_vm_ids: tuple[str, ...] = ()
    recovery_zone: str | None = None
    recovery_placement_group_id: str | None = None
    lifecycle_id: str | None = None
    failed_over_at: str | None = None
    rpo_at: str | None = None
    disks: tuple[ItemDisk, ...] = ()
    unreplicated_luns: tuple[int, ...] = ()
    policy_id: str | None = None
    high_churn: bool | None = None
    recovery_capacity_group_id: str | None = None
    recovery_scale_set_id: str | None = None
    boot_diagnostics_account_id: str | None = None
    recovery_account_ids: tuple[str, ...] = ()
    recovery_vm_name: str | None = None
    recovery_vm_size: str | None = None
    pending_mb: float | None = None
    recovery_fabric_id: str | None = None
    home_region: str | None = None
    home_zone: str | None = None
    source_zone: str | None = None
    active_location: str = ""
    recovered_vm_id: str | None = None
    recovery_container_id: str = ""
    allowed: tuple[str, ...] = ()
    scenario: str | None = None
    scenario_job_id: str | None = None
    test_vm_id: str | None = None
    test_state: str = ""
    point_id: str | None = None
    generation: str | None = None
    agent: ItemAgent | None = None

    @property
    def is_protected(self) -> bool:
        """Whether initial replication is over and the VM can be failed over."""
        return self.state == "Protected"

    @property
    def is_home(self) -> bool:
        """Whether the VM replicates from where it was first protected; between zones of one region the zone tells."""
        if self.home_region is None or self.home_region != self.source_region:
            return self.home_region is None
        between_zones = self.source_region == self.recovery_region
        return not between_zones or self.home_zone is None or self.home_zone == self.source_zone

    @property
    def next_vm_id(self) -> str | None:
        """The VM that a failover would make; after a reprotection that is the one at home."""
        if not self.recovery_group_id or not self.recovery_vm_name:
            return None
        return f"{self.recovery_group_id}/providers/Microsoft.Compute/virtualMachines/{self.recovery_vm_name}"

    @property
    def home_vm_id(self) -> str:
        """The VM that was protected first: the one whose tags ask, and under whose id its runs are kept."""
        return self.vm_id if self.is_home or self.next_vm_id is None else self.next_vm_id

    @property
    def is_away(self) -> bool:
        """Whether the VM runs on the recovery side: failed over, and also after that was turned around."""
        return self.is_home == (self.active_location.lower() == "recovery")

    @property
    def running_vm_id(self) -> str:
        """The VM that runs now: the one that replicates, or the one that a failover made of it."""
        if self.active_location.lower() != "recovery":
            return self.vm_id
        return self.recovered_vm_id or self.next_vm_id or self.vm_id

    @property
    def container_id(self) -> str:
        """The protection container that the item lies in."""
        return self.id.rpartition("/replicationProtectedItems/")[0]

    @property
    def turned_id(self) -> str | None:
        """The id that the item has after a reprotection: under the container of the other side, by the same name."""
        if not self.recovery_container_id:
            return None
        return f"{self.recovery_container_id}/replicationProtectedItems/{self.id.rpartition('/')[2]}"

    @property
    def vault_id(self) -> str:
        """The vault that holds the item."""
        parsed = parse(self.id)
        return str(replace(parsed, types=parsed.types[:1], names=parsed.names[:1]))

    @property
    def unmanaged_disks(self) -> int:
        """How many of its disks are blobs."""
        return sum(not disk.is_managed for disk in self.disks)


@dataclass(frozen=True, slots=True)
class NamedTarget:
    """A resource that a tag or profile names. `location` is None when the resource does not exist.

    `role` is what it is meant for, as in `asr.planning.targets.ROLES`. `subnets` are told of a network, `account` of a
    cache account, `placement_group_id` of an availability set or scale set that is in a proximity placement group.
    `sku` is that of the resource itself, `identity` the type of its managed identity.
    """

    role: str
    id: str
    location: str | None
    subnets: tuple[str, ...] = ()
    account: Account | None = None
    placement_group_id: str | None = None
    sku: str | None = None
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class VmFacts:
    """Everything a decision about one VM is made from.

    `networks` are the virtual networks of the VM's NICs, primary NIC first. `storage_accounts` are those that hold
    unmanaged disks. `item` is the VM's protected item in whatever vault the VM's resource links name, else None.
    `stale_links` are links of an earlier protection that lead nowhere. `preflight_facts` is what only a VM that
    would otherwise be protected is worth asking for; None: not asked. `matrix` is what Site Recovery can do.
    `around` is what stands around the item, as far as it is compared; `seen` is the VM that the item was made for.
    `completed`: its item was completed before. `item_network` is the network that the item leads to, and
    `free_addresses` are those of the VM's static addresses that are free there: read only to complete an item;
    `addresses_unread` is what the app may not ask about them.
    `contested` are the fields that somebody else sets back again and again. `copied` says that a failover copied the
    tags that ask, so that they are no request.
    """

    vm: VirtualMachine
    interfaces: tuple[NetworkInterface, ...] = ()
    networks: tuple[VirtualNetwork, ...] = ()
    availability_set: AvailabilitySet | None = None
    storage_accounts: tuple[StorageAccount, ...] = ()
    eligibility: tuple[EligibilityError, ...] = ()
    vaults: tuple[Vault, ...] = ()
    regions: tuple[Region, ...] = ()
    item: ProtectedItem | None = None
    named: tuple[NamedTarget, ...] = ()
    stale_links: tuple[str, ...] = ()
    preflight_facts: PreflightFacts | None = None
    matrix: Matrix = UNKNOWN
    around: ItemAround = NOTHING_READ
    seen: SeenVm | None = None
    completed: bool = False
    item_network: VirtualNetwork | None = None
    free_addresses: frozenset[str] = frozenset()
    addresses_unread: tuple[Unread, ...] = ()
    contested: frozenset[str] = frozenset()
    copied: Reason | None = None
