"""Each rule on both sides, and Azure's own answer beside ours."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.vm_facts import EligibilityError, VirtualMachine
from asr.planning.eligibility import ineligibilities
from tests.unit.planning.contoso import blob, disk, facts, request, vm
from tests.words import fix, sentence


def codes(machine: VirtualMachine, **tags: str) -> list[str]:
    """The codes of everything against this VM."""
    return [reason.code for reason in ineligibilities(facts(machine), request(**tags))]


def with_data(**changes: Any) -> VirtualMachine:
    """A VM whose data disk at LUN 3 is special."""
    return vm(managed_disks=(disk("os", None), disk("data3", 3, **changes)))


def with_os(**changes: Any) -> VirtualMachine:
    """A VM whose OS disk is special."""
    return vm(managed_disks=(disk("os", None, **changes),))


def with_disks(count: int) -> VirtualMachine:
    """A VM with so many data disks."""
    return vm(managed_disks=(disk("os", None), *(disk(f"d{lun}", lun) for lun in range(count))))


def with_blob(size_gib: int) -> VirtualMachine:
    """A VM with unmanaged disks, the data disk of this size."""
    data = replace(blob("data0", 0, "a"), size_gib=size_gib)
    return vm(managed_disks=(), unmanaged_disks=(blob("os", None, "a"), data))


HOST = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/hostGroups/h/hosts/1"

RULES = [
    ("AzureVmIsNotInDesiredPowerState", vm(power_state="deallocated"), vm(power_state="running")),
    ("AzureVmIsNotInDesiredPowerState", vm(power_state="stopped"), vm(power_state=None)),
    ("AzureVmIsNotInDesiredProvisioningState", vm(provisioning_state="Updating"), vm(provisioning_state="succeeded")),
    ("AzureVmAgentNotReady", vm(agent_status="Not Ready"), vm(agent_status="Ready")),
    ("AzureVmAgentNotReady", vm(agent_status="Not Ready"), vm(agent_status=None)),
    ("DedicatedHostUnsupported", vm(dedicated_host_id=HOST), vm()),
    ("EdgeZoneUnsupported", vm(edge_zone="losangeles"), vm(edge_zone=None)),
    (
        "EncryptedUnmanagedDisk",
        vm(managed_disks=(), unmanaged_disks=(replace(blob("o", None, "a"), guest_encrypted=True),)),
        vm(managed_disks=(), unmanaged_disks=(blob("o", None, "a"),)),
    ),
    ("DiskControllerUnsupported", vm(disk_controller="NVMe"), vm(disk_controller="SCSI")),
    ("DiskControllerUnsupported", vm(disk_controller="NVMe"), vm(disk_controller=None)),
    ("EphemeralOsDiskUnsupported", vm(ephemeral_os_disk=True, managed_disks=()), vm()),
    (
        "OsDiskNotFound",
        vm(managed_disks=(disk("data0", 0),)),
        vm(managed_disks=(), unmanaged_disks=(blob("o", None, "a"),)),
    ),
    ("TooManyDataDisks", with_disks(65), with_disks(64)),
    ("OsDiskTooLarge", with_os(size_gib=4096), with_os(size_gib=4095)),
    ("DataDiskTooLarge", with_data(size_gib=32768), with_data(size_gib=32767)),
    ("DataDiskTooSmall", with_data(size_gib=0), with_data(size_gib=1)),
    ("DataDiskTooSmall", with_data(size_gib=0), with_data(size_gib=None)),
    ("DataDiskTooLarge", with_blob(4096), with_blob(4095)),
    ("DataDiskTooSmall", with_data(size_gib=0), with_blob(0)),
    ("WriteAcceleratorUnsupported", with_data(write_accelerator=True), with_data()),
    ("SharedDiskUnsupported", with_data(max_shares=2), with_data(max_shares=1)),
    ("DiskEncryptionSetMissing", with_data(encryption_set_id="/set"), with_data()),
    ("DiskEncryptionKeysMissing", with_os(guest_encrypted=True), with_os()),
]


@pytest.mark.parametrize(("code", "refused", "taken"), RULES)
def test_a_rule_has_two_sides(code: str, refused: VirtualMachine, taken: VirtualMachine) -> None:
    """The code for the one, nothing at all for the other."""
    assert codes(refused) == [code]
    assert codes(taken) == []


def test_a_disk_that_is_excluded_is_not_checked() -> None:
    """That is what the tag is for."""
    assert codes(with_data(max_shares=2, write_accelerator=True), exclude_disks="3") == []


def test_a_lun_that_the_vm_does_not_have_is_a_typing_error() -> None:
    """The disk that was meant would be replicated."""
    assert codes(vm(), exclude_disks="0,1") == []
    assert codes(vm(), exclude_disks="1,7") == ["ExcludedDiskNotFound"]


def test_an_encrypted_disk_is_taken_with_what_it_needs() -> None:
    """A set for a customer's key; a vault and a secret for Azure Disk Encryption, of each disk."""
    vault = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/keys"
    secret = "https://keys.vault.azure.net/secrets/"
    both = vm(managed_disks=(disk("os", None, guest_encrypted=True), disk("d", 2, guest_encrypted=True)))

    def missing(secrets: str) -> list[str]:
        return codes(both, recovery_key_vault=vault, recovery_encryption_secret=secrets)

    assert codes(with_data(encryption_set_id="/set"), recovery_disk_encryption_set="des") == []
    assert missing(f"{secret}all") == missing(f"os={secret}a/0,2={secret}b/1") == []
    assert missing(f"os={secret}a") == ["DiskEncryptionKeysMissing"]
    assert codes(both, recovery_encryption_secret=f"{secret}all") == ["DiskEncryptionKeysMissing"] * 2


def test_links_that_lead_nowhere_stand_in_the_way() -> None:
    """Azure refuses with 150226; here they are named."""
    (found,) = ineligibilities(facts(stale_links=("ASR-Protect-1",)), request())

    assert (found.code, "ASR-Protect-1" in sentence(found)) == ("StaleLinks", True)


def test_a_stopped_vm_is_not_blamed_for_its_agent() -> None:
    """A guest that does not run has no agent."""
    assert codes(vm(power_state="deallocated", agent_status="Not Ready")) == ["AzureVmIsNotInDesiredPowerState"]


def test_every_reason_is_told() -> None:
    """Not only the first, and each disk on its own."""
    shared = [disk(f"d{lun}", lun, max_shares=2) for lun in (0, 1)]
    found = codes(vm(provisioning_state="Failed", power_state="stopped", managed_disks=(disk("os", None), *shared)))

    assert found == [
        "AzureVmIsNotInDesiredProvisioningState",
        "AzureVmIsNotInDesiredPowerState",
        "SharedDiskUnsupported",
        "SharedDiskUnsupported",
    ]


def test_azures_own_reasons_are_passed_on_verbatim() -> None:
    """Code, message, causes and recommendation as Azure gave them."""
    error = EligibilityError("A2AOperatingSystemNotSupported", "OS X.", "Old.", "Upgrade.")
    (found,) = ineligibilities(facts(eligibility=(error,)), request())

    assert (found.code, sentence(found), fix(found)) == ("A2AOperatingSystemNotSupported", "OS X.", "Upgrade.")
    assert found.azure == {
        "code": "A2AOperatingSystemNotSupported",
        "message": "OS X.",
        "possibleCauses": "Old.",
        "recommendedAction": "Upgrade.",
    }


def test_a_code_that_both_give_is_told_once() -> None:
    """In our words, with Azure's beside them."""
    error = EligibilityError("AzureVmIsNotInDesiredPowerState", "Not running.", "Stopped.", "Start it.")
    stopped = facts(vm(power_state="deallocated"), eligibility=(error,))
    (found,) = ineligibilities(stopped, request())

    assert "deallocated" in sentence(found)
    assert found.azure is not None
    assert found.azure["message"] == "Not running."
    assert [one.azure for one in ineligibilities(replace(stopped, eligibility=()), request())] == [None]
