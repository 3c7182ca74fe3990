"""What a protection would cost a month: an estimate from list prices and stated assumptions. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from asr.model.decision import ProtectionPlan
from asr.model.resource_id import same
from asr.model.vm_facts import VirtualMachine

DAYS = 30
"""Days of a month, for what is charged by the day."""

WRITES_PER_GIB = 1024 / 4
"""Blocks of 4 MiB in a GiB: each is one write to the cache."""

BILLED_GIB = (4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32767)
"""A managed disk is charged as the next of these sizes.

Source: https://learn.microsoft.com/azure/virtual-machines/disks-understand-billing
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """One price. `basis` is `reported` for a list price as others report it, else `assumption`."""

    name: str
    price: float
    unit: str
    basis: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Prices:
    """A dated price table. `churn_per_day` is the share of a disk that changes in a day."""

    currency: str
    as_of: str
    rates: Mapping[str, Rate]
    churn_per_day: float
    disk_gib: int


@dataclass(frozen=True, slots=True)
class CostInput:
    """One line of an estimate: so much of something at a rate. `because` says where the quantity comes from."""

    what: str
    quantity: float
    rate: Rate
    because: str

    @property
    def per_month(self) -> float:
        """In the table's currency."""
        return self.quantity * self.rate.price


@dataclass(frozen=True, slots=True)
class Estimate:
    """The lines of one VM, and the table they come from."""

    prices: Prices
    inputs: tuple[CostInput, ...]

    @property
    def per_month(self) -> float:
        """In the table's currency."""
        return sum(line.per_month for line in self.inputs)


@dataclass(frozen=True, slots=True)
class _Replica:
    name: str
    sku: str | None
    gib: float
    because: str


def estimate(prices: Prices, plan: ProtectionPlan, vm: VirtualMachine) -> Estimate:
    """The cost of protecting this VM as planned, once its free days are over; the recovery side stays switched off."""
    replicas = tuple(_replicas(prices, plan, vm))
    changed = sum(replica.gib for replica in replicas) * prices.churn_per_day
    tier = plan.cache.sku.split("_")[0]
    share = f"{prices.churn_per_day:.0%} of the disks a day, assumed"
    days = plan.policy.values.recovery_point_minutes / (24 * 60)
    return Estimate(
        prices,
        (
            CostInput("protected instance", 1, prices.rates["protectedInstance"], "one VM"),
            *(
                CostInput(f"replica of {replica.name}", replica.gib, _disk_rate(prices, replica.sku), replica.because)
                for replica in replicas
            ),
            CostInput(
                "recovery points",
                changed * days,
                prices.rates["snapshot"],
                f"{share}, kept {days:g} {'day' if days == 1 else 'days'}",
            ),
            CostInput("transfer to the recovery region", changed * DAYS, prices.rates["transfer"], share),
            CostInput("cache storage", changed, prices.rates[f"cache.{tier}"], f"{share}, kept a day"),
            CostInput(
                "cache writes",
                changed * DAYS * WRITES_PER_GIB / 10_000,
                prices.rates[f"cacheWrites.{tier}"],
                f"{share}, in blocks of 4 MiB",
            ),
        ),
    )


def billed_gib(size: float) -> int:
    """The size as which a managed disk of this size is charged."""
    return next((step for step in BILLED_GIB if size <= step), BILLED_GIB[-1])


def _replicas(prices: Prices, plan: ProtectionPlan, vm: VirtualMachine) -> Iterable[_Replica]:
    for disk in plan.disks:
        managed = next((one for one in vm.managed_disks if same(one.id, disk.id)), None)
        unmanaged = next((one for one in vm.unmanaged_disks if same(one.uri, disk.uri)), None)
        source = managed or unmanaged
        size = source.size_gib if source else None
        name = source.name if source else (disk.id or disk.uri or "").rsplit("/", 1)[-1]
        if size is None:
            yield _Replica(name, disk.replica_sku, prices.disk_gib, "its size was not told, so one is assumed")
        elif disk.uri is not None:
            yield _Replica(name, "unmanaged", size, f"{size} GiB")
        else:
            yield _Replica(name, disk.replica_sku, billed_gib(size), f"{size} GiB, charged as {billed_gib(size)}")


def _disk_rate(prices: Prices, sku: str | None) -> Rate:
    return prices.rates.get(f"disk.{sku}", prices.rates["disk.other"])
