"""A VM that comes up under another name on the recovery side is called as it was once it is at home again."""

from tests.e2e.keeping import details_of
from tests.e2e.stack import VM_API, stack
from tests.e2e.test_failover_commands import can_fail_over, command, made, power, protect, state

NAME = "web-0"
AWAY = "web-0-dr"


def test_a_vm_with_another_name_there_comes_home_under_its_own() -> None:
    """The item is turned with the other name; it is set back before the fail-back, and the source VM is the one."""
    with stack("east-asia") as up:
        vm = up.vm(NAME)
        up.tag(vm, asr_recovery_name=AWAY)
        protect(up, vm)
        up.until(lambda: details_of(up, NAME)["recoveryAzureVMName"] == AWAY)
        command(up, vmIds=[vm], kind="planned", confirm=NAME)
        assert made(up, AWAY)
        command(up, "/commit", vmIds=[vm], confirm=NAME)
        command(up, "/reprotect", vmIds=[vm], confirm=NAME)
        up.until(lambda: can_fail_over(up))
        [item] = up.site_recovery("replicationProtectedItems")
        assert item["properties"]["providerSpecificDetails"]["recoveryAzureVMName"] == AWAY
        away = f"{up.group('contoso-app-asr')}/providers/Microsoft.Compute/virtualMachines/{AWAY}"
        home = command(up, "/failback", vmIds=[away], confirm=AWAY)
        assert (home["vmId"].lower(), home["outcome"]["state"]) == (vm.lower(), "enabling"), home
        up.until(lambda: state(up, vm) == "protected")
        assert power(up, vm) == "PowerState/running"
        wrong = f"{up.group('contoso-app')}/providers/Microsoft.Compute/virtualMachines/{AWAY}"
        assert up.call("GET", wrong, VM_API).status_code == 404
        assert details_of(up, NAME)["fabricObjectId"].lower() == vm.lower()
