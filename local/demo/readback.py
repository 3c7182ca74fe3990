"""Whether the story has ended as it must, read back from Azure and not from what the app says of itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
