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
class _Candidate:
    """A region that a rule proposes. The customer who names a restricted region is taken to have access to it."""

    name: str
    score: int
    rule: str
    named: bool = False


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
    the product did not make itself. `regions` are those
    that the subscription sees; none means that this was not read, and then only their names are judged. `known` is what
    the documents say about single ones. `geography`
    `require` bars every region outside the source's geography; `group` lets the last rule go on to its neighbours.
    """
    if closed := _closed(source, known):
        return reason("SourceRegionClosed", source=source, because=closed)
    turned_down: list[str] = []
    for candidate in _candidates(source, asked, vaults, regions, wider=geography == "group"):
        obstacle = unsuitable(source, candidate.name, regions, known, named=candidate.named)
        if obstacle is None and geography == "require":
            obstacle = _abroad(source, candidate.name, regions)
        if obstacle is None:
            return RegionChoice(candidate.name, _sentence(candidate, turned_down), _warnings(candidate.name, known))
        turned_down.append(f"{candidate.name} ({candidate.rule}) {obstacle}")
    because = "; ".join(dict.fromkeys(turned_down)) or "it has no pair and no other region in its geography"
    return reason("RecoveryRegionUnsuitable" if asked else "RecoveryRegionNotFound", source=source, because=because)


def unsuitable(source: str, target: str, regions: Sequence[Region], known: Regions, *, named: bool) -> str | None:
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


def _candidates(
    source: str, asked: Sequence[str], vaults: Sequence[Vault], regions: Sequence[Region], *, wider: bool
) -> Iterator[_Candidate]:
    """In order. Scores say what the rules thought: 100 asked for, 80 the vault's, 60 the pair, 40 and more the same
    geography, 20 and more its group of geographies.
    """
    if asked:
        yield from (_Candidate(name, 100, "asked for", named=True) for name in asked)
        return
    if len(vaults) == 1:
        yield _Candidate(region_name(vaults[0].location), 80, f"region of the only vault, {vaults[0].name}", named=True)
    home = next((region for region in regions if region.name == source), None)
    if home is None:
        return
    if home.paired:
        yield _Candidate(home.paired, 60, f"paired region of {source}")
    neighbours = [
        _neighbour(home, region, wider=wider) for region in regions if region.name not in (source, home.paired)
    ]
    found = [candidate for candidate in neighbours if candidate is not None]
    yield from sorted(found, key=lambda candidate: (-candidate.score, candidate.name))


def _neighbour(home: Region, other: Region, *, wider: bool) -> _Candidate | None:
    """More for a region that calls the source its pair, for one with a pair of its own, and for one with zones."""
    extra = 10 * (other.paired == home.name) + 5 * bool(other.paired) + bool(other.zones)
    if other.geography == home.geography:
        return _Candidate(other.name, 40 + extra, f"in the same geography, {home.geography}")
    if wider and other.geography_group == home.geography_group:
        return _Candidate(other.name, 20 + extra, f"in the same group of geographies, {home.geography_group}")
    return None


def _sentence(candidate: _Candidate, turned_down: Sequence[str]) -> str:
    rest = f"; not {', not '.join(dict.fromkeys(turned_down))}" if turned_down else ""
    return f"{candidate.name}: {candidate.rule} (score {candidate.score}){rest}"


def _warnings(target: str, known: Regions) -> tuple[Reason, ...]:
    meant_for = known.on_request.get(target)
    return (reason("RecoveryRegionRestricted", region=target, kept=meant_for),) if meant_for else ()
