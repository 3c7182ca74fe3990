"""Plans as Terraform's are read: a sign and a line for each resource, totals and cost last."""

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.text import Text

from asr_cli.table import cut_to
from asr_cli.wire import Json
from asr_cli.words import counted, name_of, plain, without_ids

_SIGNS = {
    "create": ("+", "green", "to create"),
    "update": ("~", "yellow", "to update"),
    "act": ("~", "yellow", "to update"),
    "delete": ("-", "red", "to delete"),
    "follow": ("-", "red", "to delete"),
    "reuse": ("=", "dim", "to reuse"),
    "adopt": ("=", "dim", "to reuse"),
    "none": ("=", "dim", "to reuse"),
    "wait": ("=", "dim", "to reuse"),
    "refuse": ("!", "red", "refused"),
}
_ORDER = ("to create", "to update", "to delete", "to reuse", "refused")
LEGEND = "+ create  ~ update  - delete  = reuse  ! refuse"
_KIND = 20


def plan_lines(plans: Sequence[Json], width: int | None, *, fancy: bool) -> Iterator[Text]:
    """Every machine with its changes; what an earlier machine's plan makes is told there alone."""
    told: set[str] = set()
    counts: Counter[str] = Counter()
    for plan in plans:
        yield from _machine(plan, told, counts, width, fancy=fancy)
        yield Text()
    yield sums(plans, counts)
    yield Text(LEGEND, "dim")


def sums(plans: Sequence[Json], counts: Counter[str] | None = None) -> Text:
    """`Plan: 16 to create ...; 17 writes; about 121.87 USD a month`."""
    if counts is None:
        counts, told = Counter(), set[str]()
        for plan in plans:
            list(_machine(plan, told, counts, None, fancy=False))
    parts = ", ".join(f"{counts[what]} {what}" for what in _ORDER if counts[what] or what == "to create")
    writes = sum(int(plan.get("armWrites") or 0) for plan in plans)
    return Text(f"Plan: {parts}; {counted(writes, 'write')}{_cost(plans)}", "bold")


def _machine(plan: Json, told: set[str], counts: Counter[str], width: int | None, *, fancy: bool) -> Iterator[Text]:
    region = plan.get("region") or {}
    name = plain(plan.get("name"))
    where = f"  {plain(region.get('source'))} -> {plain(region.get('recovery'))}" if region else ""
    because = f"  ({_short(plain(region.get('because')))})" if region else ""
    yield Text.assemble((name, "bold"), f"{where}{because}")
    item = plan.get("protectedItem")
    changes = [*(plan.get("resources") or ()), *([item | {"name": name}] if item else [])]
    above = 0
    for change in changes:
        _, _, what = _SIGNS.get(str(change.get("action")), ("?", "", "to update"))
        if what == "to reuse" and str(change.get("id")).lower() in told:
            above += 1
            continue
        told.add(str(change.get("id")).lower())
        counts[what] += 1
        yield _change(change, width, fancy=fancy)
    if above:
        yield Text(f"  = {above} as above", "dim")
    reasons = plan.get("reasons") or ()
    counts["refused"] += 1 if reasons else 0
    for reason in reasons:
        yield Text.assemble(
            ("  ! ", "red"), (plain(reason.get("code")), "red"), f": {without_ids(plain(reason.get('sentence')))}"
        )
        yield Text(f"    fix: {plain(reason.get('fix'))}")
    outcome = (plan.get("decision") or {}).get("outcome") or {}
    if not changes and not reasons and outcome:
        yield Text(f"  = {plain(outcome.get('sentence'))}", "dim")
    for warning in plan.get("warnings") or ():
        yield Text.assemble(
            ("  note ", "yellow"), f"{plain(warning.get('code'))}: {without_ids(plain(warning.get('sentence')))}"
        )


def _change(change: Json, width: int | None, *, fancy: bool) -> Text:
    sign, colour, _ = _SIGNS.get(str(change.get("action")), ("?", "", ""))
    kind, name = plain(change.get("kind")), plain(change.get("name")) or name_of(change.get("id"))
    line = f"{kind:<{_KIND}} {name}"
    because = plain(change.get("because"))
    if width is None:
        rest = f"  {because}" if because else ""
    else:
        line = cut_to(line, width - 4, fancy=fancy)
        room = width - 6 - len(line)
        rest = f"  {cut_to(because, room, fancy=fancy)}" if because and room >= min(len(because), 24) else ""
    return Text.assemble("  ", (sign, colour), f" {line}", (rest, "dim"))


def _short(because: str) -> str:
    """Why this region, without naming it again."""
    return because.split(": ", 1)[-1].split(" (score", 1)[0]


def _cost(plans: Sequence[Json]) -> str:
    costs = [plan["estimatedCost"] for plan in plans if plan.get("estimatedCost")]
    if not costs:
        return ""
    total = sum(float(cost.get("perMonth") or 0) for cost in costs)
    first = costs[0]
    return f"; about {total:,.2f} {plain(first.get('currency'))} a month (prices of {plain(first.get('pricesAsOf'))})"
