"""What a drill would do, for people: networks, recovery points against their target, gates, probes and waves."""

from collections.abc import Iterator

from rich.text import Text

from asr_cli.failover_text import reason_line
from asr_cli.table import Column
from asr_cli.wire import Json
from asr_cli.words import counted, name_of, plain, seconds_shown, when

ROWS = (
    Column("VM", lambda one: name_of(one.get("vmId"))),
    Column("POSSIBLE", lambda one: one.get("possible")),
    Column("NETWORK", lambda one: one.get("networkId")),
    Column("AGE", lambda one: (one.get("recoveryPoint") or {}).get("ageSeconds")),
    Column("REASONS", lambda one: ",".join(plain(reason.get("code")) for reason in one.get("reasons") or ())),
)
"""Of a drill's or failover's plan as TSV."""


def drill_forecast_lines(forecast: Json) -> Iterator[Text]:
    """A block for each machine, then what is asked of the test machines and whether the drill would be begun."""
    machines = [one for one in forecast.get("vms") or () if isinstance(one, dict)]
    target = forecast.get("target") or {}
    waves = [one for one in forecast.get("waves") or () if isinstance(one, dict)]
    numbers = {plain(vm).lower(): one.get("wave") for one in waves for vm in one.get("vmIds") or ()}
    for one in machines:
        wave = numbers.get(plain(one.get("vmId")).lower()) if len(waves) > 1 else None
        yield from _machine(one, wave, target.get("rpoMinutes"))
    for reason in forecast.get("reasons") or ():
        yield reason_line(reason)
    probes = [
        f"{plain(one.get('where'))} within {seconds_shown(one.get('timeoutSeconds'))}"
        for one in forecast.get("probes") or ()
    ]
    if probes:
        yield Text(f"  probes: {', '.join(probes)}")
    wanted = [f"{name} {target[field]:g} min" for name, field in _TARGETS if target.get(field) is not None]
    if wanted:
        yield Text(f"  targets: {', '.join(wanted)}")
    possible = "can be begun" if forecast.get("possible") else "would be refused"
    yield Text(f"Drill of {counted(len(machines), 'machine')}: {possible}", "bold")


_TARGETS = (("RTO", "rtoMinutes"), ("RPO", "rpoMinutes"))


def _machine(one: Json, wave: object, most: float | None) -> Iterator[Text]:
    yield Text.assemble((name_of(one.get("vmId")), "bold"), "" if wave is None else f"  wave {wave}")
    size = f", size {plain(one.get('size'))}" if one.get("size") else ""
    if one.get("networkId"):
        yield Text(f"  + a test machine in {name_of(one['networkId'])}, {plain(one.get('region'))}{size}")
    point = one.get("recoveryPoint")
    if point:
        consistent = "app-consistent" if point.get("appConsistent") else "crash-consistent"
        age = seconds_shown(point.get("ageSeconds"))
        against = "" if most is None else f", target {seconds_shown(most * 60)}"
        text = f"from the {consistent} point of {when(point.get('at'))}, {age} old{against}"
        late = one.get("meetsRpo") is False
        yield Text.assemble("  ", ("!", "red") if late else "+", f" {text}{': too old' if late else ''}")
    held = [plain(gate.get("name")) for gate in one.get("gates") or () if gate.get("holds")]
    if held:
        yield Text(f"  = holds: {', '.join(held)}", "dim")
    for gate in one.get("gates") or ():
        if gate.get("holds") is None:
            yield Text(f"  ? not told: {plain(gate.get('name'))}")
        elif not gate.get("holds"):
            yield Text.assemble(("  ! ", "red"), f"does not hold: {plain(gate.get('name'))}")
    if one.get("told") is False:
        yield Text("  ? its gates were not read in time; its own run reads them")
    for reason in one.get("reasons") or ():
        yield reason_line(reason)
        if reason.get("severity") == "error" and reason.get("fix"):
            yield Text(f"    fix: {plain(reason.get('fix'))}")
