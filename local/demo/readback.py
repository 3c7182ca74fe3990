"""Whether the story has ended as it must, read back from Azure and not from what the app says of itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from asr_cli.words import seconds_shown
from local.demo.operator import Json
from local.demo.progress import Progress
from local.demo.story import CAST, RECOVERY_REGION, Machine


@dataclass(frozen=True, slots=True)
class ReadBack:
    """Of one machine: whether it is as it must be, what was found, and what the app tells its owner to do."""

    ok: bool
    found: str
    told: tuple[str, ...] = ()


def read_back(subscription: str, items: Sequence[Json], seen: Mapping[str, Progress]) -> Iterator[ReadBack]:
    """What became of each machine of the story.

    Args:
        subscription: the subscription's GUID.
        items: the properties of all protected items, as Azure has them.
        seen: what the app told last, by machine.
    """
    for machine in CAST:
        mine = [item for item in items if _source(item) == machine.id(subscription).lower()]
        if machine.refusal:
            yield _refused(machine, mine, seen[machine.name])
        else:
            yield _protected(machine, mine)


def read_back_drill(machine: Machine, kept: Json, test_vm: Json | None) -> ReadBack:
    """What a drill has proved.

    Args:
        machine: the machine that was drilled.
        kept: the drill's evidence.
        test_vm: the test VM, as Azure still has it; None if it is gone, as it must be.
    """
    facts: Json = kept["facts"]
    about = [one for one in facts["machines"] if str(one["vmId"]).lower().endswith(f"/{machine.name.lower()}")]
    if len(about) != 1:
        return ReadBack(ok=False, found=f"{machine.name} has {len(about)} parts in the evidence, not one")
    result, rto, rpo = about[0]["result"], about[0]["rto"], about[0]["rpo"]
    left = "its test VM is left" if test_vm else "nothing of it is left"
    return ReadBack(
        ok=result == facts["result"] == "passed" and rto["met"] is True and rpo["met"] is True and test_vm is None,
        found=f"{machine.name}'s drill has {result}, {left}",
        told=(
            f"RTO {_against(rto)}, RPO {_against(rpo)}.",
            f"It is kept as evidence {kept['number']}.",
        ),
    )


def _against(measured: Json) -> str:
    """A figure and its target."""
    return f"{seconds_shown(measured['seconds']) or 'not measured'} (target {seconds_shown(measured['targetSeconds'])})"


def read_back_end(machine: Machine, subscription: str, items: Sequence[Json], vm: Json | None) -> ReadBack:
    """What became of a machine whose protection was ended.

    Args:
        machine: the machine.
        subscription: the subscription's GUID.
        items: the properties of all protected items, as Azure has them.
        vm: the machine, as Azure has it; None if it is gone, which it must not be.
    """
    mine = [item for item in items if _source(item) == machine.id(subscription).lower()]
    others = {one.id(subscription).lower() for one in CAST if not one.refusal and one != machine}
    lost = others - {_source(item) for item in items}
    if mine or lost:
        has = "still has a protected item" if mine else f"took {len(lost)} other protected items along"
        return ReadBack(ok=False, found=f"{machine.name} {has}")
    if vm is None:
        return ReadBack(ok=False, found=f"{machine.name} is gone, and must stand")
    state, tag = vm["properties"]["provisioningState"], (vm.get("tags") or {}).get("asr-protect")
    return ReadBack(
        ok=(state, tag) == ("Succeeded", "false"),
        found=f"{machine.name} has no protected item any more, and the VM stands",
        told=(f"The VM is {state}, its tag asr-protect is {tag}.",),
    )


def _source(item: Json) -> str:
    return str(item["providerSpecificDetails"]["fabricObjectId"]).lower()


def _protected(machine: Machine, items: Sequence[Json]) -> ReadBack:
    if len(items) != 1:
        return ReadBack(ok=False, found=f"{machine.name} has {len(items)} protected items, not one")
    item, details = items[0], items[0]["providerSpecificDetails"]
    disks = len([*(details["protectedManagedDisks"] or ()), *(details["protectedDisks"] or ())])
    state, health, region = item["protectionState"], item["replicationHealth"], details["recoveryFabricLocation"]
    return ReadBack(
        ok=(state, health, region) == ("Protected", "Normal", RECOVERY_REGION) and disks > 0,
        found=f"{machine.name} is {state} in {region}, health {health}, {disks} disks",
    )


def _refused(machine: Machine, items: Sequence[Json], seen: Progress) -> ReadBack:
    if items:
        return ReadBack(ok=False, found=f"{machine.name} has a protected item, and must have none")
    reasons = ", ".join(seen.reasons) or "without a reason"
    return ReadBack(machine.refusal in seen.reasons, f"{machine.name} is {seen.now}: {reasons}", seen.told)
