"""Whether a network security group lets the VM reach the services that replication needs.

Source: https://learn.microsoft.com/azure/site-recovery/azure-to-azure-about-networking
"""

from collections.abc import Iterable

from asr.model.decision import ProtectionPlan
from asr.model.preflight_facts import SecurityGroup, SecurityRule

SERVICE_TAGS = ("Storage", "AzureActiveDirectory", "EventHub", "AzureSiteRecovery")
"""What every VM has to reach over HTTPS."""

KEY_TAG, UPDATE_TAG = "AzureKeyVault", "GuestAndHybridManagement"
"""What a VM that is encrypted in the guest has to reach, and one whose agent an automation account updates."""

HTTPS = 443

_EVERYTHING = frozenset({"*", "internet", "0.0.0.0/0", "azurecloud"})
"""Destinations that hold all service tags."""


def needed_tags(plan: ProtectionPlan) -> tuple[str, ...]:
    """The services that a VM so protected has to reach."""
    more = ((KEY_TAG, any(disk.keys for disk in plan.disks)), (UPDATE_TAG, plan.automation_account_id is not None))
    return (*SERVICE_TAGS, *(tag for tag, needed in more if needed))


def blocked_tags(group: SecurityGroup, tags: Iterable[str] = SERVICE_TAGS) -> tuple[str, ...]:
    """The tags whose traffic the group's rules deny. The first rule by priority that matches decides."""
    return tuple(tag for tag in tags if not _allows(group, tag))


def _allows(group: SecurityGroup, tag: str) -> bool:
    """An allowing rule may name a tag of one region (`Storage.EastAsia`): it is taken to be the right one.

    A denying rule counts only for the whole tag. Rules for single addresses are not resolved to tags.
    """
    for rule in sorted(group.rules, key=lambda rule: rule.priority):
        if _is_https(rule) and _reaches(rule, tag):
            return rule.allow
    return False


def _is_https(rule: SecurityRule) -> bool:
    return rule.protocol.lower() in ("*", "tcp") and any(_holds(ports, HTTPS) for ports in rule.ports)


def _holds(ports: str, port: int) -> bool:
    if ports == "*":
        return True
    first, _, last = ports.partition("-")
    return first.isdigit() and int(first) <= port <= int(last if last.isdigit() else first)


def _reaches(rule: SecurityRule, tag: str) -> bool:
    for destination in rule.destinations:
        lowered = destination.lower()
        regional = rule.allow and lowered.startswith(f"{tag.lower()}.")
        if lowered in _EVERYTHING or lowered == tag.lower() or regional:
            return True
    return False
