"""What the documents say cannot be, and what they say is lost: judged before anything is begun, each on both sides."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.decision import Action, Decision
from asr.model.preflight_facts import PreflightFacts, Size
from asr.model.vm_facts import (
    AvailabilitySet,
    Image,
    IpConfiguration,
    NamedTarget,
    NetworkInterface,
    VirtualMachine,
    VmFacts,
)
from asr.planning.protection import decide
from asr.planning.systems import image_system
from tests.unit.planning.contoso import GROUP, SET_ID, SUBSCRIPTION, account, blob, facts, request, vm
from tests.words import sentence

NEAR = f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr/providers/Microsoft.Compute/proximityPlacementGroups/near"
TWIN = f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr/providers/Microsoft.Compute/availabilitySets/dr-set"
UPDATER = f"{GROUP}/providers/Microsoft.Automation/automationAccounts/updates"
UNMANAGED = vm(managed_disks=(), unmanaged_disks=(blob("os", None, "stoa"), blob("data", 0, "stoa")))
CLASSIC = AvailabilitySet(SET_ID, "eastasia", 3, 5, "Classic")
ACCOUNTS = {"storage_accounts": (account("stoa"),), "availability_set": CLASSIC}


def decided(known: VmFacts, **tags: str) -> Decision:
    """The decision about the VM of these facts."""
    return decide(known.vm.id, known, request(**tags))


def refusals(known: VmFacts, **tags: str) -> list[str]:
    """The codes that stand against it; none: it is protected."""
    decision = decided(known, **tags)
    if decision.action is Action.PROTECT:
        return []
    assert decision.action is Action.REFUSE
    assert decision.plan is None
    assert decision.outcome is not None
    return [one.code for one in decision.outcome.reasons if one not in decision.warnings]


def losses(known: VmFacts) -> dict[str, str]:
    """What is told beside a plan, sentences by code."""
    decision = decided(known)
    assert decision.action is Action.PROTECT
    return {one.code: sentence(one) for one in decision.warnings}


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({"image": Image("paloaltonetworks", "vmseries-flex", "byol")}, ["ApplianceUnsupported"]),
        ({"image": Image("PaloAltoNetworks", "vmseries1", "bundle1")}, ["ApplianceUnsupported"]),
        ({"plan_publisher": "paloaltonetworks"}, ["ApplianceUnsupported"]),
        ({"image": Image("Canonical", "ubuntu-24_04-lts", "server"), "plan_publisher": "contoso"}, []),
        ({"security_type": "ConfidentialVM"}, ["SecurityTypeUnsupported"]),
        ({"security_type": "TrustedLaunch"}, []),
    ],
)
def test_machines_that_are_not_taken(changes: dict[str, Any], codes: list[str]) -> None:
    """Appliances by the publisher of their image or of their plan, whatever its casing; confidential VMs."""
    assert refusals(facts(vm(**changes))) == codes


RHEL, SUSE = Image("RedHat", "RHEL", "9-lvm-gen2"), Image("SUSE", "sles-15-sp5", "gen2")
UBUNTU, DEBIAN = Image("Canonical", "ubuntu-24_04-lts", "server"), Image("Debian", "debian-12", "12-gen2")


@pytest.mark.parametrize(
    ("controller", "changes", "codes"),
    [
        ("NVMe", {"os_type": "Windows"}, ["DiskControllerUnsupported"]),
        ("NVMe", {"os_type": "Windows", "os_name": "Windows Server 2022 Datacenter"}, ["DiskControllerUnsupported"]),
        ("NVMe", {"os_name": "ubuntu", "os_version": "22.04"}, ["DiskControllerUnsupported"]),
        ("NVMe", {"os_name": "rhel", "os_version": "8.10"}, ["DiskControllerUnsupported"]),
        ("NVMe", {"os_name": "sles", "os_version": "15-SP3"}, ["DiskControllerUnsupported"]),
        ("NVMe", {"os_name": "Linux", "image": Image("SUSE", "sles-15-sp3", "gen2")}, ["DiskControllerUnsupported"]),
        ("NVMe", {"os_name": "ubuntu", "os_version": "24.04"}, []),
        ("NVMe", {"os_name": "redhat", "os_version": "9.4"}, []),
        ("NVMe", {"os_name": "sles", "os_version": "15-SP4"}, []),
        ("NVMe", {"os_name": "Linux", "image": UBUNTU}, []),
        ("NVMe", {"image": RHEL}, []),
        ("NVMe", {"image": SUSE}, []),
        ("NVMe", {"image": DEBIAN}, ["DiskControllerUnsupported"]),
        ("NVMe", {"image": Image("contoso", "golden", "9")}, []),
        ("NVMe", {}, []),
        ("SCSI", {"os_type": "Windows"}, []),
        (None, {"os_type": "Windows"}, []),
    ],
)
def test_an_nvme_controller_goes_with_some_systems_only(
    controller: str | None, changes: dict[str, Any], codes: list[str]
) -> None:
    """The text of Azure's error 151273 lists them; one that nobody tells is left to Azure, with a word about it."""
    known = facts(vm(**{"os_type": "Linux", **changes}, disk_controller=controller))

    assert refusals(known) == codes
    if controller == "NVMe" and not codes:
        assert "DiskControllerUncertain" in losses(known)


@pytest.mark.parametrize(
    ("image", "system"),
    [
        (UBUNTU, ("ubuntu", "24.04")),
        (Image("Canonical", "0001-com-ubuntu-server-jammy", "22_04-lts-gen2"), ("ubuntu", "22.04")),
        (RHEL, ("rhel", "9")),
        (Image("RedHat", "RHEL", "9_4"), ("rhel", "9.4")),
        (Image("RedHat", "RHEL", "94_gen2"), ("rhel", "9.4")),
        (Image("RedHat", "RHEL", "8-LVM"), ("rhel", "8")),
        (Image("redhat", "rhel", "10-lvm"), ("rhel", "10")),
        (SUSE, ("sles", "15.5")),
        (Image("SUSE", "sles-sap-15-sp6", "gen2"), ("sles", "15.6")),
        (DEBIAN, ("debian", "12")),
        (Image("Oracle", "Oracle-Linux", "ol94-lvm-gen2"), ("oracle", "9.4")),
        (Image("almalinux", "almalinux-x86_64", "9-gen2"), ("almalinux", "9")),
        (Image("contoso", "golden", "9"), None),
        (Image("Canonical", "ubuntu", "latest"), None),
    ],
)
def test_the_names_of_an_image_tell_its_system(image: Image, system: tuple[str, str] | None) -> None:
    """As the publishers write them today."""
    assert image_system(image) == system


@pytest.mark.parametrize(
    ("machine", "tags", "codes"),
    [
        (UNMANAGED, {"high_churn": "true"}, ["HighChurnUnmanaged"]),
        (UNMANAGED, {}, []),
        (UNMANAGED, {"recovery_proximity_placement_group": NEAR}, ["PlacementGroupUnmanaged"]),
        (replace(UNMANAGED, placement_group_id=NEAR), {}, ["PlacementGroupUnmanaged"]),
        (vm(), {"high_churn": "true"}, []),
        (vm(), {"recovery_proximity_placement_group": NEAR}, []),
    ],
)
def test_what_is_for_managed_disks_only(machine: VirtualMachine, tags: dict[str, str], codes: list[str]) -> None:
    """High churn and placement groups, asked for or come by."""
    near = NamedTarget("proximity_placement_group", NEAR, "southeastasia")
    known = facts(machine, named=(near,), **(ACCOUNTS if machine.unmanaged_disks else {}))

    assert refusals(known, **tags) == codes


@pytest.mark.parametrize(
    ("sku", "disks", "codes"),
    [("Premium_LRS", 9, ["UnmanagedDisksTooLarge"]), ("Premium_LRS", 8, []), ("Standard_LRS", 9, [])],
)
def test_a_premium_account_holds_35_tebibytes_of_page_blobs(sku: str, disks: int, codes: list[str]) -> None:
    """All unmanaged disks of a VM go to one account."""
    blobs = tuple(replace(blob(f"d{lun}", lun, "stoa"), size_gib=4095) for lun in range(disks))
    machine = replace(UNMANAGED, unmanaged_disks=(blob("os", None, "stoa"), *blobs))

    assert refusals(facts(machine, **{**ACCOUNTS, "storage_accounts": (account("stoa", sku=sku),)})) == codes


@pytest.mark.parametrize(
    ("identity", "codes"),
    [
        (None, ["AutomationAccountWithoutIdentity"]),
        ("UserAssigned", ["AutomationAccountWithoutIdentity"]),
        ("None", ["AutomationAccountWithoutIdentity"]),
        ("SystemAssigned", []),
        ("SystemAssigned, UserAssigned", []),
    ],
)
def test_agents_are_updated_by_a_system_assigned_identity(identity: str | None, codes: list[str]) -> None:
    """Run-as accounts are gone."""
    known = facts(named=(NamedTarget("automation_account", UPDATER, "eastasia", identity=identity),))

    assert refusals(known, automation_account=UPDATER) == codes


@pytest.mark.parametrize(
    ("machine", "sku", "codes"),
    [
        (vm(), "Classic", ["AvailabilitySetUnsuitable"]),
        (vm(), "Aligned", []),
        (vm(), None, []),
        (UNMANAGED, "Aligned", ["AvailabilitySetUnsuitable"]),
        (UNMANAGED, "Classic", []),
    ],
)
def test_a_named_set_is_for_the_vms_kind_of_disks(machine: VirtualMachine, sku: str | None, codes: list[str]) -> None:
    """Azure would refuse the VM when it fails over, which is the worst moment to learn it."""
    known = facts(
        machine,
        named=(NamedTarget("availability_set", TWIN, "southeastasia", sku=sku),),
        **(ACCOUNTS if machine.unmanaged_disks else {}),
    )

    assert refusals(known, recovery_availability_set=TWIN) == codes


def test_a_set_of_managed_disks_is_made_aligned() -> None:
    """Also where the source's set was read as something else."""
    plan = decided(facts(availability_set=replace(CLASSIC, sku="Classic"))).plan

    assert plan is not None
    assert plan.availability_set is not None
    assert plan.availability_set.sku == "Aligned"


SIZES = (Size("Standard_B2s", "standardBSFamily", 2, 4.0),)


@pytest.mark.parametrize(
    ("around", "told"),
    [
        (PreflightFacts(sizes=SIZES, home_sizes=SIZES), True),
        (PreflightFacts(sizes=SIZES), False),
        (PreflightFacts(home_sizes=SIZES), False),
        (PreflightFacts(), False),
    ],
)
def test_a_size_that_no_region_lists_is_told(around: PreflightFacts, told: bool) -> None:
    """Judged only where both lists were read."""
    assert ("SizeUnlisted" in losses(facts(preflight_facts=around))) is told


def nic(*configurations: IpConfiguration, group: str | None = None) -> NetworkInterface:
    """The VM's interface."""
    return NetworkInterface(f"{GROUP}/providers/Microsoft.Network/networkInterfaces/nic", True, configurations, group)


def address(name: str, *, primary: bool = False, **more: Any) -> IpConfiguration:
    """An IP configuration of it."""
    subnet = facts().interfaces[0].ip_configurations[0].subnet_id
    return IpConfiguration(name, primary, subnet, None, static=False, **more)


def test_every_loss_is_told_once() -> None:
    """Each kind in one warning that names what is lost; what Site Recovery brings itself is none."""
    pool = f"{GROUP}/providers/Microsoft.Network/loadBalancers/front/backendAddressPools/web"
    public = f"{GROUP}/providers/Microsoft.Network/publicIPAddresses/web-ip"
    machine = vm(extensions=("AzureMonitor", "SiteRecovery-Windows", "Custom"), identity="SystemAssigned")
    known = facts(
        machine,
        interfaces=(
            nic(
                address("second", pool_ids=(pool,)),
                address("first", primary=True, public_address_id=public, pool_ids=(pool,)),
                group="/nsg/nic-nsg",
            ),
        ),
        preflight_facts=PreflightFacts(roles=("/a", "/b")),
    )

    told = losses(known)

    assert set(told) == {
        "ExtensionsNotCarried",
        "IdentityNotCarried",
        "RolesNotCarried",
        "SecondaryAddressesNotCarried",
        "PublicAddressesNotCarried",
        "LoadBalancersNotCarried",
        "InterfaceSecurityGroupsNotCarried",
    }
    assert "AzureMonitor, Custom." in told["ExtensionsNotCarried"]
    assert "nic/second would" in told["SecondaryAddressesNotCarried"]
    assert "web-ip" in told["PublicAddressesNotCarried"]
    assert "front/web;" in told["LoadBalancersNotCarried"]
    assert told["RolesNotCarried"].startswith("2 role assignments")


def test_a_plain_machine_loses_nothing() -> None:
    """One address, and an identity that a user made."""
    known = facts(vm(identity="UserAssigned", extensions=("SiteRecovery-Linux",)))

    assert losses(known) == {}
