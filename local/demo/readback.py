"""Whether all is as it must be, read from Azure and not from what the app says of itself. Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from local.demo.azure import Json


@dataclass(frozen=True, slots=True)
class Found:
    """What Azure has of one machine, and whether it is what it must have."""

    name: str
    what: str
    ok: bool


def read_back(
    vms: Sequence[Json], items: Sequence[Json], *, protected: Collection[str], others: Collection[str], region: str
) -> Iterator[Found]:
    """What became of each machine, by name; a machine that must not be there is one of them.

    Args:
        vms: all virtual machines of the subscription.
        items: the properties of all protected items.
        protected: the names of the machines that must be protected.
        others: the names of those that must not.
        region: where to.
    """
    by_name = {str(vm["name"]): vm for vm in vms}
    for name in sorted({*by_name, *protected, *others}):
        vm = by_name.get(name)
        if vm is None:
            yield Found(name, "is gone", ok=False)
            continue
        mine = [one for one in items if str(_details(one)["fabricObjectId"]).lower() == str(vm["id"]).lower()]
        tag = (vm.get("tags") or {}).get("asr-protect", "none")
        what = " and ".join(map(_told, mine)) or f"not protected; the VM is there, its tag asr-protect is {tag}"
        as_it_must = [_is_protected(one, region) for one in mine] == [True] if name in protected else not mine
        if name not in {*protected, *others}:
            yield Found(name, "is one machine too many", ok=False)
        else:
            yield Found(name, what, as_it_must and vm["properties"]["provisioningState"] == "Succeeded")


def _details(item: Json) -> Json:
    details: Json = item["providerSpecificDetails"]
    return details


def _disks(item: Json) -> int:
    details = _details(item)
    return len([*(details["protectedManagedDisks"] or ()), *(details["protectedDisks"] or ())])


def _is_protected(item: Json, region: str) -> bool:
    found = item["protectionState"], item["replicationHealth"], _details(item)["recoveryFabricLocation"]
    return found == ("Protected", "Normal", region) and _disks(item) > 0


def _told(item: Json) -> str:
    where = _details(item)["recoveryFabricLocation"]
    return f"{item['protectionState']} in {where}, health {item['replicationHealth']}, {_disks(item)} disks"
