"""Which region a VM is recovered to, with the reason in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from asr.model.matrix import Regions
from asr.model.outcome import Reason
from asr.model.vm_facts import Region, Vault
from asr.reasons import reason


@dataclass(frozen=True, slots=True)
class RegionChoice:
    """The recovery region; `because` is the recorded reason, `warnings` what should be known about it."""

    name: str
    because: str
    warnings: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class RegionCandidate:
    """A region that a rule proposes. The customer who names a restricted region is taken to have access to it."""

    name: str
    score: int
    rule: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class RankedRegion:
    """A region as a list to choose from shows it: one that does not suit has the score 0 and says why not."""

    name: str
    score: int
    because: str
    suits: bool = True


def region_name(text: str) -> str:
    """The name by which regions are compared: `East Asia` and `eastasia` are one."""
    return text.lower().replace(" ", "")


def choose_region(
    source: str,
    asked: Sequence[str],
    vaults: Sequence[Vault],
    regions: Sequence[Region],
    known: Regions,
    geography: str = "prefer",
) -> RegionChoice | Reason:
    """The first suitable region of: those asked for; the only vault's; the pair; the same geography, best score first.

    `asked` are the regions that somebody chose, in order; if there are any, only they count. `vaults` are those that
    the product did not make itself. `regions` are those that the subscription sees; none means that this was not read,
    and then only their names are compared. `known` is what the documents say about single ones. `geography` `require`
    bars every region outside the source's geography; `group` lets the last rule go on to its neighbours.
    """
    if closed := _closed(source, known):
        return reason("SourceRegionClosed", source=source, because=closed)
    turned_down: list[str] = []
    for candidate in candidates(source, asked, vaults, regions, wider=geography == "group"):
        obstacle = _obstacle(source, candidate, regions, known, geography)
        if obstacle is None:
            return RegionChoice(candidate.name, _sentence(candidate, turned_down), _warnings(candidate.name, known))
        turned_down.append(f"{candidate.name} ({candidate.rule}) {obstacle}")
    because = "; ".join(dict.fromkeys(turned_down)) or "it has no pair and no other region in its geography"
    if asked:
        return reason("RecoveryRegionUnsuitable", source=source, because=because)
    neighbours = [one.name for one in _neighbours(source, regions) if not unsuitable(source, one.name, regions, known)]
    return reason("RecoveryRegionNotFound", source=source, because=because, candidates=neighbours)


def ranked_regions(
    source: str,
    asked: Sequence[str],
    vaults: Sequence[Vault],
    regions: Sequence[Region],
    known: Regions,
    geography: str = "prefer",
) -> tuple[RankedRegion, ...]:
    """Every region, in the order in which `choose_region` would take them; those that cannot be are last.

    The first is the one that it chooses, if it chooses any. Behind what the rules propose come those of the same group
    of geographies, then all others: they count only if somebody names them.
    """
    proposed = list(candidates(source, asked, vaults, regions, wider=geography == "group"))
    if asked:
        proposed += [
            _renamed(one, f"{one.rule}; not among those asked for") for one in candidates(source, (), vaults, regions)
        ]
    proposed += [
        _renamed(one, f"{one.rule}; only if it is named, or neighbours are allowed")
        for one in _neighbours(source, regions)
    ]
    proposed += [RegionCandidate(one.name, 10, "elsewhere; only if it is named") for one in regions]
    first = {candidate.name: candidate for candidate in reversed(proposed)}
    if closed := _closed(source, known):
        return tuple(RankedRegion(name, 0, f"{source} is closed: {closed}", suits=False) for name in sorted(first))
    found = [
        RankedRegion(one.name, 0, f"{one.rule}; {obstacle}", suits=False)
        if (obstacle := _obstacle(source, one, regions, known, geography))
        else RankedRegion(one.name, one.score, one.rule)
        for one in first.values()
    ]
    places = {one.name: place for place, one in reversed(list(enumerate(proposed)))}
    return tuple(sorted(found, key=lambda one: (not one.suits, places[one.name])))


def _neighbours(source: str, regions: Sequence[Region]) -> list[RegionCandidate]:
    """Those that the rules would propose if they might go on to the same group of geographies."""
    return list(candidates(source, (), (), regions, wider=True))


def _renamed(candidate: RegionCandidate, rule: str) -> RegionCandidate:
    return RegionCandidate(candidate.name, min(candidate.score, 30), rule)


def _obstacle(
    source: str, candidate: RegionCandidate, regions: Sequence[Region], known: Regions, geography: str
) -> str | None:
    obstacle = unsuitable(source, candidate.name, regions, known, named=candidate.named)
    if obstacle is None and geography == "require":
        return _abroad(source, candidate.name, regions)
    return obstacle


def unsuitable(
    source: str, target: str, regions: Sequence[Region], known: Regions, *, named: bool = False
) -> str | None:
    """Why VMs of the source region cannot be recovered to the target, as the end of a sentence; None if they can."""
    only = known.only_targets.get(source)
    obstacles = (
        (target == source, "is the source region"),
        (bool(regions) and all(region.name != target for region in regions), "is not open to the subscription"),
        (known.circle(source) != known.circle(target), "is in another closed circle of regions"),
        (target in known.not_targets, "can be protected but not recovered to"),
        (only is not None and target not in only, f"cannot be reached from {source}"),
        (target in known.on_request and not named, "is opened on request only"),
    )
    return next((text for holds, text in obstacles if holds), None)


def _abroad(source: str, target: str, regions: Sequence[Region]) -> str | None:
    geographies = {region.name: region.geography for region in regions}
    home, there = geographies.get(source), geographies.get(target)
    return None if home == there else f"is outside the geography that is required, {home}"


def _closed(source: str, known: Regions) -> str | None:
    if source in known.not_sources:
        return "it can be recovered to, but not protected"
    return None


def candidates(
    source: str, asked: Sequence[str], vaults: Sequence[Vault], regions: Sequence[Region], *, wider: bool = False
) -> Iterator[RegionCandidate]:
    """In order. Scores say what the rules thought: 100 asked for, 80 the vault's, 60 the pair, 40 and more the same
    geography, 20 and more its group of geographies.
    """
    if asked:
        yield from (RegionCandidate(name, 100, "asked for", named=True) for name in asked)
        return
    if len(vaults) == 1:
        yield RegionCandidate(
            region_name(vaults[0].location), 80, f"region of the only vault, {vaults[0].name}", named=True
        )
    home = next((region for region in regions if region.name == source), None)
    if home is None:
        return
    if home.paired:
        yield RegionCandidate(home.paired, 60, f"paired region of {source}")
    neighbours = [
        _neighbour(home, region, wider=wider) for region in regions if region.name not in (source, home.paired)
    ]
    found = [candidate for candidate in neighbours if candidate is not None]
    yield from sorted(found, key=lambda candidate: (-candidate.score, candidate.name))


def _neighbour(home: Region, other: Region, *, wider: bool) -> RegionCandidate | None:
    """More for a region that calls the source its pair, for one with a pair of its own, and for one with zones."""
    extra = 10 * (other.paired == home.name) + 5 * bool(other.paired) + bool(other.zones)
    if other.geography == home.geography:
        return RegionCandidate(other.name, 40 + extra, f"in the same geography, {home.geography}")
    if wider and other.geography_group == home.geography_group:
        return RegionCandidate(other.name, 20 + extra, f"in the same group of geographies, {home.geography_group}")
    return None


def _sentence(candidate: RegionCandidate, turned_down: Sequence[str]) -> str:
    rest = f"; not {', not '.join(dict.fromkeys(turned_down))}" if turned_down else ""
    return f"{candidate.name}: {candidate.rule} (score {candidate.score}){rest}"


def _warnings(target: str, known: Regions) -> tuple[Reason, ...]:
    meant_for = known.on_request.get(target)
    return (reason("RecoveryRegionRestricted", region=target, kept=meant_for),) if meant_for else ()
