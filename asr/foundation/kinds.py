"""Every kind of requirement, by the name of the activity that ensures it."""

from collections.abc import Mapping
from typing import Any

from asr.foundation.accounts import STORAGE_ACCOUNT
from asr.foundation.container_mappings import CONTAINER_MAPPING
from asr.foundation.containers import CONTAINER
from asr.foundation.fabrics import FABRIC
from asr.foundation.groups import RESOURCE_GROUP
from asr.foundation.kind import Kind
from asr.foundation.network_mappings import NETWORK_MAPPING
from asr.foundation.networks import VIRTUAL_NETWORK
from asr.foundation.placements import PROXIMITY_PLACEMENT_GROUP
from asr.foundation.policies import POLICY
from asr.foundation.sets import AVAILABILITY_SET
from asr.foundation.vaults import VAULT

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
