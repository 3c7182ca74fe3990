"""The tables at the end. Pure: from JSON answers to sheets."""

from collections.abc import Iterable, Mapping

from local.demo.arm import name_of
from local.demo.http import Json
from local.demo.screen import Sheet
from local.demo.traffic import Traffic


def replicated_items(items: Iterable[Json]) -> Sheet:
    """The protected items of a vault."""
    rows = sorted(_item(item["properties"]) for item in items)
    return Sheet("Replicated items", ("VM", "state", "health", "RPO", "target", "disks"), tuple(rows))


def _item(item: Json) -> tuple[str, ...]:
    details = item["providerSpecificDetails"]
    rpo = details["rpoInSeconds"]
    landing = [details["recoveryAzureResourceGroupId"], details["recoveryAvailabilitySet"]]
    disks = [*(details["protectedManagedDisks"] or ()), *(details["protectedDisks"] or ())]
    return (
        item["friendlyName"],
        item["protectionStateDescription"],
        item["replicationHealth"],
        "not known yet" if rpo is None else f"{rpo} s",
        f"{details['recoveryFabricLocation']}: {' / '.join(name_of(part) for part in landing if part)}",
        str(len(disks)),
    )


def run_with_most_steps(runs: Iterable[Json]) -> Json:
    """The run that built the foundation and then protected its machine; most others found it built.

    Raises:
        ValueError: there are no runs.
    """
    return max(runs, key=lambda run: len(run["steps"]))


def steps(run: Json) -> Sheet:
    """The steps of one run as its durable history tells them."""
    return Sheet(
        f"Steps of run {run['run']} (cause: {run['cause']}), from durable history",
        ("step", "result", "calls", "seconds", "detail"),
        tuple(_step(step) for step in run["steps"]),
    )


def _step(step: Json) -> tuple[str, ...]:
    seconds = step["seconds"]
    faults = [f"fault: {fault}" for fault in step["faults"]]
    detail = str(step["detail"] or "")
    shown = name_of(detail) if detail.startswith("/") else detail
    return (
        step["step"],
        step["result"],
        str(step["calls"]),
        "" if seconds is None else f"{seconds:.1f}",
        # Most steps are named after what they ensure: it need not be told twice.
        "; ".join(part for part in ("" if step["step"].endswith(shown) else shown, *faults) if part),
    )


def requests(traffic: Traffic) -> Sheet:
    """ARM requests by provider and method."""
    methods = sorted({method for _, method in traffic.by_provider})
    providers = sorted({provider for provider, _ in traffic.by_provider})
    rows = [
        (
            provider,
            *(str(traffic.by_provider.get((provider, method), 0)) for method in methods),
            _sum(traffic, provider),
        )
        for provider in providers
    ]
    sums = [sum(n for (_, one), n in traffic.by_provider.items() if one == method) for method in methods]
    rows.append(("all", *(str(number) for number in sums), str(traffic.total)))
    return Sheet("ARM requests of the app", ("provider", *methods, "all"), tuple(rows))


def _sum(traffic: Traffic, provider: str) -> str:
    return str(sum(count for (one, _), count in traffic.by_provider.items() if one == provider))


def requests_by_machine(traffic: Traffic) -> Sheet:
    """ARM requests by what they were about."""
    rows = [(name, str(count)) for name, count in traffic.by_machine.items()]
    return Sheet("ARM requests by machine", ("about", "requests"), (*rows, ("shared", str(traffic.shared))))


def marks(vm_ids: Mapping[str, str], items: Iterable[Json]) -> dict[str, tuple[str, ...]]:
    """The ids by which a request is about a machine: its own and its protected item's."""
    item_ids = {
        str(item["properties"]["providerSpecificDetails"]["fabricObjectId"]).lower(): str(item["id"]) for item in items
    }
    return {
        name: (vm_id, item_ids[vm_id.lower()]) if vm_id.lower() in item_ids else (vm_id,)
        for name, vm_id in vm_ids.items()
    }
