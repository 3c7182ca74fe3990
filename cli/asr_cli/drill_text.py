"""A drill for people: what each machine's test came to, and that nothing of it is left."""

from collections.abc import Iterator

from rich.text import Text

from asr_cli.columns import colour_of
from asr_cli.exits import CliError, ExitCode
from asr_cli.table import Column
from asr_cli.wire import Json
from asr_cli.words import did_you_mean, name_of, plain, seconds_shown, when, without_ids

PROBES = ("vmRunning", "agentReady", "tcp", "http")
MACHINES = (
    Column("VM", lambda one: name_of(one.get("vmId"))),
    Column("STATUS", lambda one: one.get("status"), style=colour_of),
    Column("RTO", lambda one: one.get("rtoSeconds")),
    Column("RPO", lambda one: one.get("rpoSeconds")),
    Column("POINT", lambda one: one.get("recoveryPoint")),
    Column("CLEAN", lambda one: bool((one.get("cleanUp") or {}).get("done"))),
)
"""Of a drill as TSV."""


def probe_of(text: str) -> Json:
    """`tcp:22` or `http:8080/health` as the API takes it.

    Raises:
        CliError: it is no probe.
    """
    kind, _, rest = text.partition(":")
    if kind not in PROBES:
        raise CliError(f"There is no probe '{kind}'.{did_you_mean(kind, PROBES)}", ExitCode.USAGE)
    port, slash, path = rest.partition("/")
    if not rest:
        return {"kind": kind}
    if not port.isascii() or not port.isdigit():
        raise CliError(f"'{text}' names no port.", ExitCode.USAGE, "Such as tcp:22 or http:8080/health")
    return {"kind": kind, "port": int(port), **({"path": f"/{path}"} if slash else {})}


def drill_lines(told: Json) -> Iterator[Text]:
    """The drill, each machine with its figures, probes and clean-up, and its evidence."""
    status = plain(told.get("status"))
    by = plain((told.get("requestedBy") or {}).get("name"))
    counted = f"{told.get('passed')} of {told.get('total')}"
    head = f" ({counted}); asked by {by} at {when(told.get('askedAt'))}"
    yield Text.assemble((plain(told.get("id")), "bold"), " ", (status, colour_of(status)), head)
    for one in told.get("machines") or ():
        yield from _machine(one)
    evidence = told.get("evidence")
    if evidence:
        yield Text(f"evidence {evidence.get('number')}, sha256 {plain(evidence.get('hash'))}")


def _machine(one: Json) -> Iterator[Text]:
    status = plain(one.get("status"))
    rto, rpo = (seconds_shown(one.get(name)) or "not measured" for name in ("rtoSeconds", "rpoSeconds"))
    target = one.get("target") or {}
    wanted = [f"{name[:3].upper()} {target[name]:g} min" for name in ("rtoMinutes", "rpoMinutes") if target.get(name)]
    against = f" (target {', '.join(wanted)})" if wanted else ""
    yield Text.assemble(
        "  ", (name_of(one.get("vmId")), "bold"), " ", (status, colour_of(status)), f"  RTO {rto}, RPO {rpo}{against}"
    )
    for gate in one.get("gates") or ():
        if gate.get("holds") is False:
            yield Text(f"    gate {plain(gate.get('name'))} does not hold")
    for probe in one.get("probes") or ():
        passed = probe.get("passedAt")
        came = f"passed {when(passed)}" if passed else plain(probe.get("problem")) or "not passed"
        kind, where = plain(probe.get("kind")), plain(probe.get("where"))
        yield Text(f"    probe {kind}{f' {where}' if where != kind else ''}: {came}")
    clean = one.get("cleanUp") or {}
    reads = clean.get("reads") or {}
    gone = sum(1 for exists in reads.values() if exists is False)
    left = "nothing is left" if clean.get("done") else "not done yet"
    yield Text(f"    clean-up: {left}" + (f" ({gone} of {len(reads)} read as gone)" if reads else ""))
    for reason in one.get("reasons") or ():
        yield Text(f"    {plain(reason.get('code'))}: {without_ids(plain(reason.get('sentence')))}")
