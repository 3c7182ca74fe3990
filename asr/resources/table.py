"""Every kind of requirement, by the name of the activity that ensures it."""

from collections.abc import Mapping
from typing import Any

from asr.resources.availability_sets import AVAILABILITY_SET
from asr.resources.container_mappings import CONTAINER_MAPPING
from asr.resources.containers import CONTAINER
from asr.resources.fabrics import FABRIC
from asr.resources.kind import Kind
from asr.resources.network_mappings import NETWORK_MAPPING
from asr.resources.placement_groups import PROXIMITY_PLACEMENT_GROUP
from asr.resources.policies import POLICY
from asr.resources.resource_groups import RESOURCE_GROUP
from asr.resources.storage_accounts import STORAGE_ACCOUNT
from asr.resources.vaults import VAULT
from asr.resources.virtual_networks import VIRTUAL_NETWORK

KINDS: Mapping[str, Kind[Any, Any]] = {
    "ensure_resource_group": RESOURCE_GROUP,
    "ensure_vault": VAULT,
    "ensure_storage_account": STORAGE_ACCOUNT,
    "ensure_proximity_placement_group": PROXIMITY_PLACEMENT_GROUP,
    "ensure_availability_set": AVAILABILITY_SET,
    "ensure_virtual_network": VIRTUAL_NETWORK,
    "ensure_fabric": FABRIC,
    "ensure_container": CONTAINER,
    "ensure_policy": POLICY,
    "ensure_container_mapping": CONTAINER_MAPPING,
    "ensure_network_mapping": NETWORK_MAPPING,
}
