"""What a failover would do, for people: the point it comes up from, what would be lost, what stands against it."""

from collections.abc import Iterator

from rich.text import Text

from asr_cli.wire import Json
from asr_cli.words import counted, name_of, plain, seconds_shown, when, without_ids


def forecast_lines(forecast: Json) -> Iterator[Text]:
    """A block for each machine, then waves, quotas and whether it would be begun."""
    machines = [one for one in forecast.get("vms") or () if isinstance(one, dict)]
    for one in machines:
        yield from _machine(one)
    for quota in forecast.get("quotas") or ():
        sign = "=" if quota.get("enough") else "!"
        figures = f"{quota.get('needed')} needed, {quota.get('free')} free"
        yield Text(f"  {sign} quota {plain(quota.get('name'))} in {plain(quota.get('region'))}: {figures}")
    for reason in forecast.get("reasons") or ():
        yield reason_line(reason)
    possible = "can be begun" if forecast.get("possible") else "would be refused"
    losses = [one["recoveryPoint"]["ageSeconds"] for one in machines if one.get("recoveryPoint")]
    lost = f"; up to {seconds_shown(max(losses))} would be lost" if losses else ""
    kind = plain(forecast.get("kind"))
    yield Text(f"{kind.capitalize()} failover of {counted(len(machines), 'machine')}: {possible}{lost}", "bold")


def _machine(one: Json) -> Iterator[Text]:
    where = f" -> {name_of(one.get('makes'))} in {plain(one.get('region'))}" if one.get("makes") else ""
    wave = f"  wave {one['wave']}" if one.get("wave") else ""
    yield Text.assemble((name_of(one.get("vmId")), "bold"), f"{where}{wave}")
    point = one.get("recoveryPoint")
    if point:
        consistent = "app-consistent" if point.get("appConsistent") else "crash-consistent"
        age = seconds_shown(point.get("ageSeconds"))
        yield Text(f"  + from the {consistent} point of {when(point.get('at'))}, {age} old")
    addresses = [plain(entry.get("recoveryAddress")) or "next free" for entry in one.get("addresses") or ()]
    if addresses:
        yield Text(
            f"  + in {name_of(one.get('networkId'))}, size {plain(one.get('size'))}, address {', '.join(addresses)}"
        )
    for reason in (*(one.get("reasons") or ()), *(one.get("notCarried") or ())):
        yield reason_line(reason)


def reason_line(reason: Json) -> Text:
    """What stands against it, or is worth knowing."""
    stops = reason.get("severity") == "error"
    sign, colour = ("!", "red") if stops else ("note", "yellow")
    return Text.assemble(
        (f"  {sign} ", colour), f"{plain(reason.get('code'))}: {without_ids(plain(reason.get('sentence')))}"
    )
