"""A protected item as Azure's document tells it.

The SDK's own models are not used for reading: to make one of each of a vault's thousands of items takes a minute.
Source: Replication Protected Items - Get.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from asr.gateway.document import Json, flag, number, section, sections, text, text_or_none, texts
from asr.gateway.error_body import MOST_ERRORS
from asr.gateway.redact import quoted
from asr.gateway.resources import VIRTUAL_MACHINE, region_name
from asr.model.resource_id import parse
from asr.model.vm_facts import HealthError, ItemAddress, ItemAgent, ItemDisk, ItemInterface, ProtectedItem

_CHURN = {"high": True, "normal": False}
"""Words of `churnOptionSelected`."""

_PENDING = ("dataPendingAtSourceAgentInMB", "dataPendingInStagingStorageAccountInMB")


def item_of(document: Json) -> ProtectedItem | None:
    """The protected item; None for one that is not of Azure-to-Azure replication."""
    about, details = section(document, "properties"), section(document, "properties", "providerSpecificDetails")
    if text(details, "instanceType") != "A2A" or not text(document, "id"):
        return None
    disks = tuple(_disks(details))
    test_network = text_or_none(details, "selectedTfoAzureNetworkId")
    state, scenario = text(about, "protectionState"), section(about, "currentScenario")
    return ProtectedItem(
        id=text(document, "id"),
        name=text(document, "name"),
        vm_id=text(details, "fabricObjectId"),
        state=state,
        state_description=text(about, "protectionStateDescription"),
        health=text(about, "replicationHealth"),
        percent=None if state == "Protected" else number(details, "monitoringPercentageCompletion"),
        rpo_seconds=number(details, "rpoInSeconds"),
        recovery_region=region_name(text(details, "recoveryFabricLocation")) or None,
        recovery_group_id=text_or_none(details, "recoveryAzureResourceGroupId"),
        recovery_availability_set_id=text_or_none(details, "recoveryAvailabilitySet"),
        recovery_network_id=text_or_none(details, "selectedRecoveryAzureNetworkId"),
        test_network_id=test_network,
        interfaces=tuple(_interface(nic, test_network) for nic in sections(details, "vmNics")),
        disk_ids=tuple(disk.id for disk in disks),
        health_errors=tuple(map(_health_error, sections(about, "healthErrors")[:MOST_ERRORS])),
        consistency_group=text_or_none(details, "multiVmGroupName"),
        cache_account_ids=_distinct(text(disk, "primaryStagingAzureStorageAccountId") for disk in _replicated(details)),
        source_region=region_name(text(details, "primaryFabricLocation")) or None,
        recovery_zone=text_or_none(details, "recoveryAvailabilityZone"),
        recovery_placement_group_id=text_or_none(details, "recoveryProximityPlacementGroupId"),
        recovered_vm_ids=tuple(_recovered(details)),
        lifecycle_id=text_or_none(details, "lifecycleId"),
        failed_over_at=time_of(text(about, "lastSuccessfulFailoverTime")),
        rpo_at=time_of(text(details, "lastRpoCalculatedTime")),
        disks=disks,
        unreplicated_luns=tuple(
            lun for disk in sections(details, "unprotectedDisks") if (lun := number(disk, "diskLunId")) is not None
        ),
        policy_id=text_or_none(about, "policyId"),
        high_churn=_CHURN.get(text(details, "churnOptionSelected").lower()),
        recovery_capacity_group_id=text_or_none(details, "recoveryCapacityReservationGroupId"),
        recovery_scale_set_id=text_or_none(details, "recoveryVirtualMachineScaleSetId"),
        boot_diagnostics_account_id=text_or_none(details, "recoveryBootDiagStorageAccountId"),
        recovery_account_ids=_distinct(
            text(disk, "recoveryAzureStorageAccountId") for disk in sections(details, "protectedDisks")
        ),
        recovery_vm_name=text_or_none(details, "recoveryAzureVMName"),
        recovery_vm_size=text_or_none(details, "recoveryAzureVMSize"),
        recovery_fabric_id=text_or_none(about, "recoveryFabricId"),
        pending_mb=_pending(details) if state != "Protected" else None,
        home_region=region_name(text(details, "initialPrimaryFabricLocation")) or None,
        home_zone=text_or_none(details, "initialPrimaryZone"),
        source_zone=text_or_none(details, "primaryAvailabilityZone"),
        active_location=text(about, "activeLocation"),
        recovered_vm_id=text_or_none(details, "recoveryFabricObjectId"),
        recovery_container_id=text(about, "recoveryContainerId"),
        allowed=texts(about, "allowedOperations"),
        scenario=text_or_none(scenario, "scenarioName"),
        scenario_job_id=_job_id(scenario),
        test_vm_id=text_or_none(details, "testFailoverRecoveryFabricObjectId"),
        test_state=text(about, "testFailoverState"),
        point_id=text_or_none(about, "failoverRecoveryPointId"),
        generation=text_or_none(details, "recoveryAzureGeneration"),
        agent=_agent(details),
    )


def _job_id(scenario: Json) -> str | None:
    """Azure writes a job's id, and `None` in words or an empty text where there is none."""
    try:
        known = parse(text(scenario, "jobId"))
    except ValueError:
        return None
    is_job = known.types[-1].lower() == "replicationjobs" and known.name.lower() != "none"
    return str(known) if is_job else None


def _agent(details: Json) -> ItemAgent | None:
    """None before there is one. An end in the year 9999 is none."""
    version = text(details, "agentVersion")
    if not version:
        return None
    return ItemAgent(
        version,
        _end(text(details, "agentExpiryDate")),
        flag(details, "isReplicationAgentUpdateRequired") is True,
        _end(text(details, "agentCertificateExpiryDate")),
        flag(details, "isReplicationAgentCertificateUpdateRequired") is True,
    )


def _end(written: str) -> str | None:
    return None if written.startswith("9999-") else time_of(written)


def _pending(details: Json) -> float | None:
    """What all disks together have still to send, in MB; None where nothing is told."""
    told = [disk.get(name) for disk in _replicated(details) for name in _PENDING]
    amounts = [one for one in told if isinstance(one, int | float) and not isinstance(one, bool)]
    return float(sum(amounts)) if amounts else None


def _disks(details: Json) -> Iterator[ItemDisk]:
    for disk in _replicated(details):
        managed = text(disk, "diskId")
        id_ = managed or text(disk, "diskUri")
        if id_:
            yield ItemDisk(
                id_,
                recovery_sku=text_or_none(disk, "recoveryTargetDiskAccountType") if managed else None,
                replica_sku=text_or_none(disk, "recoveryReplicaDiskAccountType") if managed else None,
                encryption_set_id=text_or_none(disk, "recoveryDiskEncryptionSetId"),
                key_vault_id=text_or_none(disk, "dekKeyVaultArmId"),
                secret_url=text_or_none(disk, "secretIdentifier"),
                key_url=text_or_none(disk, "keyIdentifier"),
                name=text(disk, "diskName"),
                recovery_id=text_or_none(disk, "recoveryTargetDiskId") if managed else None,
            )


def _replicated(details: Json) -> tuple[Json, ...]:
    return (*sections(details, "protectedManagedDisks"), *sections(details, "protectedDisks"))


def _recovered(details: Json) -> Iterator[str]:
    """Site Recovery knows both VMs by name before it makes them."""
    group = text(details, "recoveryAzureResourceGroupId")
    for name in (text(details, "recoveryAzureVMName"), text(details, "tfoAzureVMName")):
        if name and group:
            yield f"{group}/providers/{VIRTUAL_MACHINE}/{name}"


def _interface(nic: Json, test_network_id: str | None) -> ItemInterface:
    """A NIC that tells no test network of its own has the item's: updates name the network once, for all NICs."""
    configurations = sections(nic, "ipConfigs")
    primary = next((one for one in configurations if flag(one, "isPrimary")), None)
    shown: Json = primary or (configurations[0] if configurations else {})
    return ItemInterface(
        nic_id=text(nic, "nicId"),
        source_id=text(nic, "sourceNicArmId"),
        recovery_network_id=text_or_none(nic, "recoveryVMNetworkId"),
        recovery_subnet=text_or_none(shown, "recoverySubnetName"),
        test_network_id=text_or_none(nic, "tfoVMNetworkId") or test_network_id,
        test_subnet=text_or_none(shown, "tfoSubnetName"),
        ip_configuration=text_or_none(shown, "name"),
        source_network_id=text_or_none(nic, "vMNetworkName"),
        security_group_id=text_or_none(nic, "recoveryNetworkSecurityGroupId"),
        accelerated=flag(nic, "enableAcceleratedNetworkingOnRecovery"),
        addresses=tuple(map(_address, configurations)),
    )


def _address(configuration: Json) -> ItemAddress:
    return ItemAddress(
        name=text(configuration, "name"),
        primary=flag(configuration, "isPrimary") is True,
        address=text_or_none(configuration, "staticIPAddress"),
        static=text(configuration, "ipAddressType").lower() == "static",
        recovery_subnet=text_or_none(configuration, "recoverySubnetName"),
        recovery_address=text_or_none(configuration, "recoveryStaticIPAddress"),
        public_address_id=text_or_none(configuration, "recoveryPublicIPAddressId"),
    )


def _health_error(error: Json) -> HealthError:
    return HealthError(
        code=text(error, "errorCode"),
        message=quoted(text(error, "errorMessage") or text(error, "summaryMessage")),
        level=text(error, "errorLevel"),
        recommended_action=quoted(text(error, "recommendedAction")),
        possible_causes=quoted(text(error, "possibleCauses")),
        category=text(error, "errorCategory"),
        id=text_or_none(error, "errorId") if text(error, "customerResolvability") == "Allowed" else None,
    )


def _distinct(ids: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(id_ for id_ in ids if id_))


def time_of(written: str) -> str | None:
    """A time as text in UTC, whose zone Site Recovery leaves out here and there; None where there is none."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
