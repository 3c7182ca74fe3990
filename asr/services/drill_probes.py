"""A drill's test VM: that its test was begun, which VM it made, and what its probes say."""

from dataclasses import dataclass, replace
from functools import partial

from asr.errors import Rejected
from asr.gateway.clock import now
from asr.gateway.drills import change_machine, note_open, read_called_off, read_machine
from asr.gateway.machines import read_interfaces
from asr.gateway.probes import ProbeFailed, probe_http, probe_tcp
from asr.gateway.scripts import run_script
from asr.gateway.session import Azure
from asr.gateway.site_recovery import get_protected_item
from asr.gateway.site_recovery.jobs import read_job_tasks
from asr.gateway.site_recovery.running import find_running_scenario
from asr.model.drill import DrillRequest, MachineDrill, Moment, ProbeResult
from asr.model.evidence import JobTask
from asr.model.failover import FailoverAction
from asr.model.probe import Probe, ProbeKind
from asr.model.vm_facts import ProtectedItem, VirtualMachine
from asr.planning.drill import DEFAULT_PROBES, is_open, rto_seconds
from asr.planning.failover import has_test_vm, is_doing, loss_seconds
from asr.planning.unread import refusal_told
from asr.services.decide import find_machine
from asr.services.failover import RUNNING

SITE_RECOVERY = "Site Recovery"
"""Who says so, in a timeline."""


async def note_begun(azure: Azure, vm_id: str, drill: str, item: ProtectedItem) -> bool:
    """Note that the test failover of this part is begun: from here on a test VM that stands is the drill's own.

    False if somebody else's stands or comes up, which was begun after the gates were read: that is nothing of ours.
    """
    machine = await read_machine(azure, drill, vm_id)
    if machine is None or machine.begun_at is not None:
        return machine is not None
    if has_test_vm(item):
        return False
    if is_doing(item, FailoverAction.TEST) and await find_running_scenario(azure, item) is not None:
        return False
    at = (await now(azure.settings)).isoformat()
    begun = replace(
        machine, begun_at=at, timeline=(*machine.timeline, Moment(at, "test failover begun", SITE_RECOVERY))
    )
    await change_machine(azure, drill, vm_id, lambda _: begun)
    await note_open(azure, begun)
    return True


@dataclass(frozen=True, slots=True)
class Probed:
    """Whether something is still to be asked, whether all has passed, and whether the drill was called off before."""

    is_open: bool = False
    has_passed: bool = False
    is_off: bool = False


async def probe_machine(azure: Azure, vm_id: str, request: DrillRequest, point_at: str | None) -> Probed:
    """Ask once what has not passed yet; nothing any more once the drill is called off. `point_at` is the time of the
    point that the test VM came up from.
    """
    at = (await now(azure.settings)).isoformat()
    machine = await read_machine(azure, request.drill, vm_id)
    if machine is None:
        return Probed()
    if machine.probing_since is None or machine.test_vm_id is None:
        machine = await _begun_probing(azure, machine, request, at, point_at)
        await change_machine(azure, request.drill, vm_id, partial(_kept, machine))
        await note_open(azure, machine)  # before anything is asked that may be refused
    if machine.probed_at is None and await read_called_off(azure, request.drill) is not None:
        return Probed(is_off=True)
    test_vm = await _find(azure, machine.test_vm_id)
    results = list(machine.probes)
    probes = request.probes or DEFAULT_PROBES
    since = machine.probing_since or at
    for position, probe in enumerate(probes):
        if is_open(probe, results[position], since, at):
            results[position] = await _asked(azure, probe, f"asr-drill-{position}", results[position], test_vm)
    moments = [
        Moment(result.passed_at, f"{result.where} passed", "probe")
        for before, result in zip(machine.probes, results, strict=True)
        if result.passed_at is not None and before.passed_at is None
    ]
    made = _made(test_vm) if test_vm and not machine.made else machine.made
    probed = replace(
        machine,
        probes=tuple(results),
        made=made,
        rto_seconds=rto_seconds(request.asked_at, results),
        timeline=(*machine.timeline, *moments),
    )
    still_open = any(is_open(probe, result, since, at) for probe, result in zip(probes, results, strict=True))
    probed = probed if still_open else replace(probed, probed_at=at)
    await change_machine(azure, request.drill, vm_id, lambda _: probed)
    await note_open(azure, probed)
    return Probed(still_open, all(one.passed_at is not None for one in results))


def _kept(machine: MachineDrill, _before: MachineDrill | None) -> MachineDrill:
    return machine


async def _begun_probing(
    azure: Azure, machine: MachineDrill, request: DrillRequest, at: str, point_at: str | None
) -> MachineDrill:
    """The test VM is there: which one it is, from which point, and how old that was when the drill was asked for."""
    item = await get_protected_item(azure, machine.item_id) if machine.item_id else None
    test_vm = item.test_vm_id if item else None
    return replace(
        machine,
        test_vm_id=test_vm,
        point_at=point_at,
        rpo_seconds=loss_seconds(point_at, request.asked_at),
        probing_since=machine.probing_since or at,
        tasks=await _tasks(azure, item),
        timeline=(*machine.timeline, *((Moment(at, f"test VM {test_vm} is there", SITE_RECOVERY),) if test_vm else ())),
    )


async def _tasks(azure: Azure, item: ProtectedItem | None) -> tuple[JobTask, ...]:
    """Those of the test failover, which is what Site Recovery did last; none if it does not tell."""
    if item is None or item.scenario_job_id is None or not is_doing(item, FailoverAction.TEST):
        return ()
    try:
        return await read_job_tasks(azure, item.scenario_job_id)
    except Rejected:
        return ()


async def _asked(azure: Azure, probe: Probe, name: str, before: ProbeResult, vm: VirtualMachine | None) -> ProbeResult:
    if vm is not None and probe.kind is ProbeKind.RUN_COMMAND:
        return await _run(azure, probe, f"{name}-{before.attempts}", before, vm)
    problem = "the test VM is not there" if vm is None else await probe_problem(azure, probe, vm)
    return await _answered(azure, before, problem)


async def _answered(azure: Azure, before: ProbeResult, problem: str | None) -> ProbeResult:
    asked = replace(before, attempts=before.attempts + 1)
    if problem is None:
        return replace(asked, passed_at=(await now(azure.settings)).isoformat(), problem=None)
    return replace(asked, problem=problem)


async def _run(azure: Azure, probe: Probe, name: str, before: ProbeResult, vm: VirtualMachine) -> ProbeResult:
    """Each attempt is a script of its own name; one that runs is no attempt yet, so that a next look finds it again."""
    try:
        end = await run_script(azure, vm, name, probe.script or "", probe.timeout_seconds)
    except Rejected as refusal:
        return await _answered(azure, before, f"the VM takes no script: {refusal_told(refusal.reason)}")
    if end is None:
        return replace(before, problem="it has not ended")
    code = "without an exit code" if end.exit_code is None else f"with {end.exit_code}"
    problem = None if end.is_good else f"it ended {code} ({end.state[:40]})"
    return replace(await _answered(azure, before, problem), output=end.output or None)


async def probe_problem(azure: Azure, probe: Probe, vm: VirtualMachine) -> str | None:
    """What is wrong with the VM by this probe, asked once; None: it passes."""
    match probe.kind:
        case ProbeKind.VM_RUNNING:
            return None if vm.power_state == RUNNING else f"it is {vm.power_state or 'in no known power state'}"
        case ProbeKind.AGENT_READY:
            return None if vm.agent_status == "Ready" else f"its agent is {vm.agent_status or 'silent'}"
    address = await _address(azure, vm)
    if address is None:
        return "it has no address"
    proxy = azure.settings.probe_proxy
    try:
        if probe.kind is ProbeKind.TCP:
            await probe_tcp(address, probe.port or 0, proxy)
        else:
            await probe_http(address, probe.port or 80, probe.path, probe.status, proxy)
    except ProbeFailed as failed:
        return str(failed)
    return None


async def _address(azure: Azure, vm: VirtualMachine) -> str | None:
    interfaces = await read_interfaces(azure, vm)
    addresses = (one.address for interface in interfaces for one in interface.ip_configurations if one.address)
    return next(addresses, None)


def _made(vm: VirtualMachine) -> tuple[str, ...]:
    """What the test made: its VM, the VM's NICs and disks, by their ids."""
    return (vm.id, *vm.interface_ids, *(disk.id for disk in vm.managed_disks))


async def _find(azure: Azure, vm_id: str | None) -> VirtualMachine | None:
    return await find_machine(azure, vm_id) if vm_id else None
