"""What nobody has recorded: each such behaviour of Site Recovery is a named switch with its choices.

A switch is set through `POST /_emulator/settings` (`{"site_recovery.item_while_enabling": "present"}`).
docs/emulator-site-recovery.md shows this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from local.emulator.arm.cloud import Cloud
from local.emulator.providers.site_recovery.failures import Failure

PREFIX = "site_recovery."


@dataclass(frozen=True, slots=True)
class Switch:
    """One unknown.

    Attributes:
        name: what it is called, without the prefix.
        choices: the behaviours there are; the first is the default.
        question: what is not known.
    """

    name: str
    choices: tuple[str, ...]
    question: str


ITEM_WHILE_ENABLING = Switch(
    "item_while_enabling", ("absent", "present"), "Does GET of an item answer 404 while its EnableDr operation runs?"
)
DUPLICATE_ENABLE = Switch(
    "duplicate_enable", ("fail", "accept"), "Does enabling the same item again fail, or succeed without doing anything?"
)
PERCENTAGE = Switch(
    "initial_replication_percentage", ("ramp", "zero"), "Does the percentage of initial replication rise, or stay at 0?"
)
GROUP_IN_SOURCE_REGION = Switch(
    "recovery_group_in_source_region", ("fail", "accept"), "Is a recovery resource group in the source region refused?"
)
UNMAPPED_NETWORK = Switch(
    "unmapped_network",
    ("fail", "accept"),
    "Does enabling fail when no recovery network is given and the source network is not mapped?",
)
STATUS_RETRY_AFTER = Switch(
    "retry_after_on_status", ("absent", "present"), "Do status documents of running operations repeat Retry-After?"
)
REMOVAL_IN_USE = Switch(
    "removal_in_use", ("fail", "accept"), "Does removing what others depend on fail, or take the others along?"
)
FAILURE_CODES = Switch(
    "unknown_failure_codes",
    ("named", "numeric"),
    "Which number has a failure whose code is not public: shown by the condition's name, or as the stand-in 150000?",
)
COMPLETED_WITH_INFORMATION = Switch(
    "completed_with_information",
    ("description", "state"),
    "Does a job that completed with information say so in stateDescription (state Succeeded) or in state itself?",
)
ERROR_DETAILS = Switch(
    "status_error_details", ("absent", "present"), "Does the error of a failed status document carry possible causes?"
)
CANCEL_FAILOVER = Switch(
    "cancel_failover",
    ("refused", "allowed"),
    "Can an unplanned failover that was not committed be cancelled? Then replication begins anew.",
)
TEST_FAILOVER_STATE = Switch(
    "test_failover_state",
    ("WaitingForUserInput", "TestFailoverCompleted", "MarkedForDeletion"),
    "What is testFailoverState called while a test machine runs?",
)

BUSY_ITEM = Switch(
    "busy_item",
    ("fail", "conflict"),
    "Is an action of an item that another job is working on accepted and fails, or refused at once with 409?",
)
FAILED_ENABLING = Switch(
    "item_after_failed_enabling",
    ("present", "absent"),
    "Does an item whose enabling failed inside of the machine stay (EnablingFailed) until it is disabled?",
)
VAULT_IN_SOURCE_REGION = Switch(
    "vault_in_source_region",
    ("fail", "accept"),
    "Does enabling fail when the vault is in the region of the machine, unless it goes from zone to zone?",
)
PURGE_IN_USE = Switch(
    "purge_in_use",
    ("take_along", "fail"),
    "Does the forced removal (DELETE) of a fabric or container mapping in use take along what stands on it?",
)
EXTENSION_AFTER_DISABLE = Switch(
    "extension_after_disable",
    ("removed", "stays"),
    "Does disabling take the mobility service's extension off the machine, or is that left to people?",
)
ITEM_IN_PLAN = Switch(
    "disable_in_plan",
    ("leaves", "fail"),
    "Does disabling take an item out of its recovery plans, or fail while one holds it?",
)
UNNAMED_MACHINE = Switch(
    "unnamed_recovered_machine",
    ("source", "item"),
    "What is a recovered machine whose recoveryAzureVMName nobody set called: as the source (recorded) or its item?",
)
UPDATE_LEAVING_OUT = Switch(
    "update_leaving_out",
    ("reset", "keep"),
    "Does an update of an item reset what it leaves out (NIC settings, set, groups, test network), or keep it?",
)
MACHINE_AT_HOME = Switch(
    "machine_at_home",
    ("same", "another"),
    "Has a machine that was failed back the vmId that it had at home before, or one of its own?",
)

SWITCHES: Mapping[str, Switch] = {
    switch.name: switch
    for switch in (
        ITEM_WHILE_ENABLING,
        DUPLICATE_ENABLE,
        PERCENTAGE,
        GROUP_IN_SOURCE_REGION,
        UNMAPPED_NETWORK,
        STATUS_RETRY_AFTER,
        REMOVAL_IN_USE,
        ERROR_DETAILS,
        COMPLETED_WITH_INFORMATION,
        FAILURE_CODES,
        CANCEL_FAILOVER,
        TEST_FAILOVER_STATE,
        BUSY_ITEM,
        FAILED_ENABLING,
        VAULT_IN_SOURCE_REGION,
        PURGE_IN_USE,
        UNNAMED_MACHINE,
        UPDATE_LEAVING_OUT,
        EXTENSION_AFTER_DISABLE,
        ITEM_IN_PLAN,
        MACHINE_AT_HOME,
    )
}
"""Every switch by name."""

ALLOWED: Mapping[str, tuple[str, ...]] = {PREFIX + switch.name: switch.choices for switch in SWITCHES.values()}
"""The switches as the emulator's core takes them."""

STAND_IN_CODE = "150000"


def chosen(cloud: Cloud, switch: Switch) -> str:
    """Return the behaviour that is set for `switch`."""
    return cloud.switch(PREFIX + switch.name)


def failure_code(cloud: Cloud, failure: Failure) -> str:
    """Return the code to show for `failure`: Azure's own, else the condition's name or the stand-in number."""
    if failure.code_is_known or chosen(cloud, FAILURE_CODES) == "named":
        return failure.code
    return STAND_IN_CODE
