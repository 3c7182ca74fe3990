"""What was measured beside what it is to reach, one row for each figure."""

from collections.abc import Iterator, Sequence

from bench.burst import Burst
from bench.importing import Importing
from bench.sweeping import Sweep
from bench.tables import table

TOLERANCE = 1.25
"""So much longer than Azure's limits and the tagging take may a burst take."""

MACHINES_A_PAGE, ITEMS_A_PAGE, A_VAULT = 1000, 100, 1000
"""Rows of a page of Resource Graph, of one of Site Recovery, and items of a vault of the fleets that are swept."""

type Row = tuple[str, str, str, str]
"""What, what it is to reach, what was measured, and whether that reaches it."""


def goals(imported: Importing, bursts: Sequence[Burst], sweeps: Sequence[Sweep]) -> str:
    """The table; what was not measured this time says so."""
    rows = [*_throttled(bursts), *_counted(bursts), *_quick(bursts), *_swept(sweeps), _imported(imported)]
    return table(("figure", "to reach", "measured", ""), rows)


def _throttled(bursts: Sequence[Burst]) -> Iterator[Row]:
    hundred, thousand = _burst(bursts, 100, throttling=True), _burst(bursts, 1000, throttling=True)
    name = "100 VMs at once, limits on"
    if hundred:
        told = f"{hundred.done} after {hundred.seconds:.1f} s; limits and tagging take {hundred.bound_seconds:.1f} s"
        yield _row(name, "all", told, reached=hundred.done == 100)
    name = "1,000 VMs at once, limits on"
    if thousand is None:
        yield _missing(name, "all")
        return
    yield _row(name, "all", str(thousand.done), reached=thousand.done == 1000)
    ratio, part = thousand.seconds / thousand.bound_seconds, 100 * thousand.throttled / max(thousand.requests, 1)
    told = f"{thousand.seconds:.1f} s, {ratio:.2f} x, with {_cores(thousand):.2f} cores"
    most = TOLERANCE * thousand.bound_seconds
    yield _row(f"{name}: wall", f"<= {most:.0f} s ({TOLERANCE} x)", told, reached=thousand.seconds <= most)
    yield _row(f"{name}: 429s", "<= 1 %", f"{part:.1f} %", reached=part <= 1)
    reads = thousand.reads / thousand.machines
    yield _row(f"{name}: reads per VM", "<= 2.8", f"{reads:.2f}", reached=reads <= 2.8)


def _counted(bursts: Sequence[Burst]) -> Iterator[Row]:
    first = _burst(bursts, 1, throttling=False)
    if first:
        told = f"{first.requests}, of them {first.writes} writes"
        yield _row("requests of a first VM", "<= 60", told, reached=first.requests <= 60)
    kilobytes: dict[int, float] = {}
    for less, more in ((10, 100), (100, 1000)):
        name = f"requests of each further VM, {less} to {more:,}"
        one, other = _burst(bursts, less, throttling=False), _burst(bursts, more, throttling=False)
        if one is None or other is None:
            yield _missing(name, "<= 4, <= 1.1 writes")
            continue
        count = more - less
        requests, writes = (other.requests - one.requests) / count, (other.writes - one.writes) / count
        kilobytes[more] = (other.kilobytes - one.kilobytes) / count
        reached = requests <= 4 and writes <= 1.1
        yield _row(name, "<= 4, <= 1.1 writes", f"{requests:.2f}, {writes:.2f} writes", reached=reached)
    for size, each in kilobytes.items():
        yield _row(f"KB of each further VM, to {size:,}", "<= 20", f"{each:.1f}", reached=each <= 20)
    if len(kilobytes) == 2:
        rise = kilobytes[1000] / kilobytes[100] - 1
        yield _row("KB of a further VM at 1,000 against 100", "<= +10 %", f"{100 * rise:+.0f} %", reached=rise <= 0.1)


def _quick(bursts: Sequence[Burst]) -> Iterator[Row]:
    hundred, thousand = _burst(bursts, 100, throttling=False), _burst(bursts, 1000, throttling=False)
    wide = _burst(bursts, 1000, throttling=False, networks=20)
    if hundred is None or thousand is None:
        yield _missing("runs a second at 1,000", ">= 20, >= 0.9 of 100")
        return
    rate, before = thousand.done / thousand.seconds, hundred.done / hundred.seconds
    told = f"{rate:.1f}, {rate / before:.2f} of 100, with {_cores(thousand):.2f} cores"
    yield _row("runs a second at 1,000", ">= 20, >= 0.9 of 100", told, reached=rate >= 20 and rate >= 0.9 * before)
    if wide:
        told = f"{wide.done / wide.seconds:.1f} with {_cores(wide):.2f} cores"
        yield _row("the same on twenty networks", ">= 20", told, reached=wide.done / wide.seconds >= 20)
    each = 1000 * thousand.cpu.get("worker", 0) / thousand.machines
    yield _row("processor of the app for a run", "<= 50 ms", f"{each:.0f} ms", reached=each <= 50)


def _swept(sweeps: Sequence[Sweep]) -> Iterator[Row]:
    small, large = _sweep(sweeps, 1000), _sweep(sweeps, 10_000)
    if small:
        told = f"{small.history / 1000:.1f} KB, {small.events} events"
        yield _row("history of a sweep at 1,000", "< 50 KB", told, reached=small.history < 50_000)
    name = "sweep of 10,000 with nothing to do"
    if large is None:
        yield _missing(name, "< 60 s")
        return
    pages = large.machines // MACHINES_A_PAGE + large.protected // ITEMS_A_PAGE
    most = pages + large.protected // A_VAULT + 1
    yield _row(f"{name}: requests", f"pages + vaults ({most})", str(large.requests), reached=large.requests <= most)
    yield _row(f"{name}: wall", "< 60 s", f"{large.seconds:.1f} s", reached=large.seconds < 60)
    told = f"{large.worker_megabytes:.0f} MB"
    yield _row(f"{name}: memory", "< 300 MB", told, reached=large.worker_megabytes < 300)
    told = f"{large.history / 1000:.1f} KB, {large.events} events"
    yield _row(f"{name}: history", "< 50 KB", told, reached=large.history < 50_000)
    slowest = max(large.answers, key=lambda one: one.again)
    told = f"{slowest.again:.2f} s ({slowest.what}); after a sweep {large.answers[0].first:.2f} s"
    yield _row("answers about 10,000 VMs", "< 0.5 s", told, reached=slowest.again < 0.5)


def _imported(one: Importing) -> Row:
    told = f"{one.ratio:.2f} x; {one.app_megabytes:.0f} MB against {one.empty_megabytes:.0f}"
    return _row("import and index against an empty app", "<= 1.5 x", told, reached=one.ratio <= 1.5)


def _cores(one: Burst) -> float:
    return sum(one.cpu.values()) / one.seconds


def _burst(bursts: Sequence[Burst], machines: int, *, throttling: bool, networks: int = 1) -> Burst | None:
    wanted = (machines, throttling, networks)
    return next((one for one in bursts if (one.machines, one.throttling, one.networks) == wanted), None)


def _sweep(sweeps: Sequence[Sweep], machines: int) -> Sweep | None:
    return next((one for one in sweeps if one.machines == machines), None)


def _row(name: str, goal: str, told: str, *, reached: bool) -> Row:
    return name, goal, told, "reached" if reached else "not reached"


def _missing(name: str, goal: str) -> Row:
    return name, goal, "by FULL=1", ""
