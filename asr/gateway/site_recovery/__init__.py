"""Azure Site Recovery, region to region, through its own SDK."""

from asr.gateway.site_recovery.eligibility import eligibility
from asr.gateway.site_recovery.ending import (
    begin_leave_plan,
    begin_purge_protection,
    begin_test_cleanup,
    list_plans_of,
    read_item_ends,
)
from asr.gateway.site_recovery.fabrics import (
    begin_create_container,
    begin_create_fabric,
    list_containers,
    list_fabrics,
)
from asr.gateway.site_recovery.ids import (
    container_id,
    container_mapping_id,
    fabric_id,
    item_id,
    network_mapping_id,
    policy_id,
)
from asr.gateway.site_recovery.item_changes import (
    ItemDocument,
    begin_add_disks,
    begin_change_item,
    begin_dismiss_errors,
    lacking,
    read_item,
)
from asr.gateway.site_recovery.items import get_protected_item, list_protected_items
from asr.gateway.site_recovery.links import find_protected_item, find_protection, read_links
from asr.gateway.site_recovery.mappings import (
    begin_create_container_mapping,
    begin_create_network_mapping,
    begin_update_agents,
    list_agent_updates,
    list_container_mappings,
    list_network_mappings,
    mapped_networks,
)
from asr.gateway.site_recovery.points import newest_point
from asr.gateway.site_recovery.policies import begin_change_policy, begin_create_policy, list_policies
from asr.gateway.site_recovery.protection import (
    Enable,
    begin_disable_protection,
    begin_enable_protection,
)
from asr.gateway.site_recovery.running import find_running_enable, find_running_end

__all__ = [
    "Enable",
    "ItemDocument",
    "begin_add_disks",
    "begin_change_item",
    "begin_change_policy",
    "begin_create_container",
    "begin_create_container_mapping",
    "begin_create_fabric",
    "begin_create_network_mapping",
    "begin_create_policy",
    "begin_disable_protection",
    "begin_dismiss_errors",
    "begin_enable_protection",
    "begin_leave_plan",
    "begin_purge_protection",
    "begin_test_cleanup",
    "begin_update_agents",
    "container_id",
    "container_mapping_id",
    "eligibility",
    "fabric_id",
    "find_protected_item",
    "find_protection",
    "find_running_enable",
    "find_running_end",
    "get_protected_item",
    "item_id",
    "lacking",
    "list_agent_updates",
    "list_container_mappings",
    "list_containers",
    "list_fabrics",
    "list_network_mappings",
    "list_plans_of",
    "list_policies",
    "list_protected_items",
    "mapped_networks",
    "network_mapping_id",
    "newest_point",
    "policy_id",
    "read_item",
    "read_item_ends",
    "read_links",
]
