"""What a vault already holds of Site Recovery: read by the gateway, compared by `asr.planning.reconcile`.

Only what a comparison needs. Ids and names keep the casing Azure answered with; compare with `resource_id.same`.
"""

from dataclasses import dataclass

from asr.model.preflight_facts import Unread


@dataclass(frozen=True, slots=True)
class Fabric:
    """An Azure fabric: one region as the vault sees it.

    `location` is `properties.customDetails.location`, lower case without spaces. Fabrics of other kinds (VMware,
    Hyper-V) are left out by the reader. Source: Replication Fabrics - List.
    """

    id: str
    name: str
    location: str


@dataclass(frozen=True, slots=True)
class Container:
    """A protection container of a fabric. Source: Replication Protection Containers - List."""

    id: str
    name: str
    fabric_id: str


@dataclass(frozen=True, slots=True)
class PolicyValues:
    """What a replication policy says; minutes throughout, 0 app-consistent minutes means none are taken.

    Azure answers `recoveryPointHistory`, `crashConsistentFrequencyInMinutes`, `appConsistentFrequencyInMinutes` and
    `multiVmSyncStatus`. Source: Replication Policies - Get, `A2APolicyDetails`.
    """

    recovery_point_minutes: int
    crash_consistent_minutes: int
    app_consistent_minutes: int
    multi_vm_sync: bool


@dataclass(frozen=True, slots=True)
class Policy:
    """An Azure-to-Azure replication policy of the vault. Source: Replication Policies - List."""

    id: str
    name: str
    values: PolicyValues


@dataclass(frozen=True, slots=True)
class ContainerMapping:
    """Pairs a source container with a target container under a policy; `state` is `Paired` when it can be used.

    Source: Replication Protection Container Mappings - List.
    """

    id: str
    name: str
    source_container_id: str
    target_container_id: str
    policy_id: str
    state: str


@dataclass(frozen=True, slots=True)
class AgentUpdates:
    """How a container mapping keeps the agents of its VMs up to date: by an automation account, None if it does not.

    Source: Replication Protection Container Mappings - List, `A2AProtectionContainerMappingDetails`.
    """

    mapping_id: str
    container_id: str
    policy_id: str
    automation_account_id: str | None


@dataclass(frozen=True, slots=True)
class NetworkMapping:
    """Says which network a protected VM of `primary_network_id` fails over to; `state` is `Paired` when in force.

    `recovery_fabric_id` is None where Azure leaves `recoveryFabricArmId` out.
    Source: Replication Network Mappings - List.
    """

    id: str
    name: str
    primary_network_id: str
    recovery_network_id: str
    recovery_fabric_id: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Account:
    """A storage account that exists where one is wanted.

    `soft_delete` is whether blob soft delete is on (a cache account must not have it); None when it was not read;
    `soft_delete_unread` is why, where it was refused.
    `keys_allowed` is `allowSharedKeyAccess`, which Azure leaves out where it is allowed.
    Source: Storage Accounts - Get Properties; Blob Services - Get Service Properties.
    """

    id: str
    location: str
    kind: str
    sku: str
    provisioning_state: str = "Succeeded"
    minimum_tls: str | None = None
    public_blobs: bool | None = None
    https_only: bool | None = None
    soft_delete: bool | None = None
    keys_allowed: bool = True
    soft_delete_unread: Unread | None = None
