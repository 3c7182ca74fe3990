"""Resource types of Site Recovery, and ids in the casing that the service answers with."""

from local.emulator.arm.ids import ResourceId

NAMESPACE = "Microsoft.RecoveryServices"
VAULTS = f"{NAMESPACE}/vaults"
FABRICS = f"{VAULTS}/replicationFabrics"
CONTAINERS = f"{FABRICS}/replicationProtectionContainers"
CONTAINER_MAPPINGS = f"{CONTAINERS}/replicationProtectionContainerMappings"
PROTECTED_ITEMS = f"{CONTAINERS}/replicationProtectedItems"
RECOVERY_POINTS = f"{PROTECTED_ITEMS}/recoveryPoints"
NETWORKS = f"{FABRICS}/replicationNetworks"
NETWORK_MAPPINGS = f"{NETWORKS}/replicationNetworkMappings"
POLICIES = f"{VAULTS}/replicationPolicies"
RECOVERY_PLANS = f"{VAULTS}/replicationRecoveryPlans"
JOBS = f"{VAULTS}/replicationJobs"
MACHINES = "Microsoft.Compute/virtualMachines"
GROUPS = "Microsoft.Resources/resourceGroups"
VIRTUAL_NETWORKS = "Microsoft.Network/virtualNetworks"
STORAGE_ACCOUNTS = "Microsoft.Storage/storageAccounts"
AVAILABILITY_SETS = "Microsoft.Compute/availabilitySets"
ELIGIBILITY = f"{NAMESPACE}/replicationEligibilityResults"

CANONICAL_SEGMENTS = {
    segment.lower(): segment
    for kind in (
        CONTAINER_MAPPINGS,
        RECOVERY_POINTS,
        NETWORK_MAPPINGS,
        POLICIES,
        RECOVERY_PLANS,
        JOBS,
    )
    for segment in kind.split("/")
}


def canonical(vault: ResourceId, path: str) -> ResourceId:
    """Return the id that the service keeps for `path`, a resource below `vault`.

    The service writes the subscription segment with a capital S and its own spelling of every type; names keep the
    casing they were first written in.
    """
    base = f"/Subscriptions/{vault.subscription}/resourceGroups/{vault.group}/providers/{VAULTS}/{vault.name}"
    below = ResourceId.parse(path).text[len(vault.text) :].strip("/")
    segments = below.split("/") if below else []
    spelled = [
        segment if index % 2 else CANONICAL_SEGMENTS.get(segment.lower(), segment)
        for index, segment in enumerate(segments)
    ]
    return ResourceId.parse("/".join([base, *spelled]))


def vault_of(resource_id: ResourceId) -> ResourceId:
    """Return the id of the vault that a Site Recovery resource is in (or the id itself when it is a vault's)."""
    segments = resource_id.text.strip("/").split("/")
    return ResourceId.parse("/".join(segments[:8]))


def lowered(resource_id: str) -> str:
    """Return an id as the service echoes disks, machines and networks: entirely in lower case."""
    return resource_id.lower()


def name_of(resource_id: str) -> str:
    """Return the last segment of an id."""
    return resource_id.rstrip("/").rsplit("/", 1)[-1]
