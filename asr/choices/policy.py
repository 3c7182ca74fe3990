"""How replication goes on."""

from asr.choices import readers, shapes
from asr.choices.option import Option
from asr.choices.profiles import MOST_MINUTES

_QUESTIONS = "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-common-questions"

TABLE = (
    Option(
        "recovery-point-minutes",
        "recovery_point_minutes",
        readers.whole(0, MOST_MINUTES),
        f"a number of minutes from 0 to {MOST_MINUTES} (15 days)",
        "1440 (24 hours)",
        "at most 4320 (3 days) for a VM with unmanaged disks",
        _QUESTIONS,
    ),
    Option(
        "app-consistent-minutes",
        "app_consistent_minutes",
        readers.whole(0, MOST_MINUTES),
        "0 (none), or a number of minutes from 60 to the retention",
        "60; 0 where recovery points are kept for less than an hour",
        "0, or 60 to recovery-point-minutes",
        _QUESTIONS,
    ),
    Option(
        "multi-vm-sync",
        "multi_vm_sync",
        readers.flag,
        "true or false",
        "true",
        "true where a consistency group is named",
        _QUESTIONS,
    ),
    Option(
        "consistency-group",
        "consistency_group",
        readers.matching(r"[a-z0-9][a-z0-9-]{0,63}", lower=True),
        "a group's name: letters, digits and hyphens, at most 64",
        "none",
        "at most 16 VMs; a VM that is protected already is not added",
        _QUESTIONS,
    ),
    Option(
        "automation-account",
        "automation_account",
        readers.target_id(*shapes.AUTOMATION_ACCOUNT),
        "an automation account's id",
        "none: agents are not updated automatically",
        "exists; signs in with its system-assigned identity; counts when the container mapping is made",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-autoupdate",
    ),
    Option(
        "test-network-id",
        "test_network_id",
        readers.target_id(*shapes.NETWORK),
        "a virtual network's id",
        "none",
        "exists in the recovery region; written once the VM is Protected",
        "https://learn.microsoft.com/azure/site-recovery/azure-to-azure-tutorial-dr-drill",
    ),
)
