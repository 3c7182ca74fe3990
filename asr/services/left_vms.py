"""VMs that a fail-back left: remembered by their GUIDs, so that their copied tags are no request later on either."""

from dataclasses import replace

from asr.gateway.requests import read_request, remember_request
from asr.gateway.session import Azure
from asr.model.outcome import Reason
from asr.model.vm_facts import VirtualMachine
from asr.planning.fleet_rows import is_left_anew, needs_record
from asr.planning.readings import VmReading
from asr.planning.requests import left_by_failover, left_vm
from asr.services.known import remembered_request


async def copied_tags(azure: Azure, vm: VirtualMachine) -> Reason | None:
    """Why the VM's tags are no request, as far as the store tells: a failover copied them. See `left_by_failover`."""
    return left_by_failover(await remembered_request(azure, vm.id), vm.guid)


async def with_record(azure: Azure, read: VmReading) -> VmReading:
    """The reading with the record of who asked, where that has to be read, and with what that says of a VM whose item,
    by which a failover had made it, is gone. That a fail-back left the VM is remembered when it is seen first.

    Raises:
        Unreadable: the record is there and cannot be read.
    """
    if needs_record(read):
        read = replace(read, remembered=await read_request(azure, read.vm_id))
    if read.machine is None:
        return read
    guid = read.machine.guid
    if is_left_anew(read) and (left := left_vm(read.made_by, guid)):
        read = replace(read, remembered=await remember_request(azure, read.vm_id, left))
    if read.item is None and read.made_by is None and read.tagged:
        read = replace(read, made_by=left_by_failover(read.remembered, guid))
    return read
