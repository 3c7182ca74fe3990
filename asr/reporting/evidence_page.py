"""The evidence of a drill as one self-contained page that prints well: no script, nothing from elsewhere. Pure."""

from collections.abc import Iterable
from html import escape

from asr.model.drill import Evidence
from asr.planning.evidence import is_whole
from asr.reporting.answers.drills import Drill, MachineDrill

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1b1b1b; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid #999; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #ddd; }
code { overflow-wrap: anywhere; } .passed { color: #0b6b2e; } .failed, .cancelled { color: #a4161a; }
@media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } table { break-inside: avoid; } }
@media (prefers-color-scheme: dark) { body { background: #121212; color: #eee; } th, td { border-color: #444; }
 .passed { color: #7bd88f; } .failed, .cancelled { color: #ff8a8a; } }
"""


def evidence_page(drill: Drill, evidence: Evidence | None) -> str:
    """The page. Whatever Azure or a caller wrote is text in it, never markup."""
    parts = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        f"<title>Drill {_text(drill.id)}</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>Drill {_text(drill.id)}: <span class='{drill.status.value}'>{drill.status.value}</span></h1>",
        _table("The drill", _about(drill, evidence)),
    ]
    parts += [_machine(machine) for machine in drill.machines]
    parts.append("</main></body></html>")
    return "\n".join(parts)


def _about(drill: Drill, evidence: Evidence | None) -> list[tuple[str, object]]:
    by = drill.requested_by
    rows: list[tuple[str, object]] = [
        ("Asked for by", f"{by.name} ({'verified' if by.verified else 'as the caller said'})"),
        ("Approved by", "not recorded"),
        ("Asked for at", drill.asked_at),
        ("VMs passed", f"{drill.passed} of {drill.total}"),
    ]
    if evidence is None:
        return [*rows, ("Evidence", "not kept yet: the drill is not over")]
    facts = evidence.facts
    return [
        *rows,
        ("Scenario", facts.get("scenario")),
        ("Version of the app", facts.get("toolVersion")),
        ("Configuration", facts.get("configurationHash")),
        ("Not measured", ", ".join(str(one) for one in facts.get("notMeasured", ())) or "nothing"),
        ("Evidence", f"number {evidence.number}, kept at {evidence.kept_at}"),
        ("Hash", evidence.hash),
        ("Hash before", evidence.previous or "none: it is the first"),
        ("As it was written", "yes" if is_whole(evidence) else "NO: it was changed since"),
    ]


def _machine(machine: MachineDrill) -> str:
    name = machine.vm_id.rpartition("/")[2]
    measured = [
        ("RTO", _measured(machine.rto_seconds, machine.target.rto_minutes)),
        ("RPO", _measured(machine.rpo_seconds, machine.target.rpo_minutes)),
        ("Recovery point", machine.recovery_point or "none"),
        ("Test VM", machine.test_vm_id or "none"),
        ("Test network", machine.network_id or "none"),
        *((f"Network: {what}", reads or "none") for what, reads in machine.isolation.items()),
    ]
    probes = [(one.where, one.passed_at or f"never: {one.problem}", one.attempts) for one in machine.probes]
    timeline = [(one.at, one.what, one.source) for one in machine.timeline]
    gone = {True: "still there", False: "gone", None: "not known"}
    cleaned = [(id_, gone[exists]) for id_, exists in machine.clean_up.reads.items()]
    reasons = [(one.code, one.severity.value, one.sentence) for one in machine.reasons]
    return "\n".join(
        [
            f"<h2>{_text(name)}: <span class='{machine.status.value}'>{machine.status.value}</span></h2>",
            f"<p><code>{_text(machine.vm_id)}</code></p>",
            _table("Measured", measured),
            _table("Probes", probes, ("Probe", "Passed", "Attempts")),
            _table("Timeline", timeline, ("At", "What", "Source")),
            _table("What the test made, read afterwards", cleaned, ("Id", "Now")),
            _table("Deviations", reasons, ("Code", "Severity", "What")),
        ]
    )


def _measured(seconds: float | None, minutes: float | None) -> str:
    found = "not measured" if seconds is None else f"{seconds:.0f} s"
    return found if minutes is None else f"{found}, target {minutes * 60:.0f} s"


def _table(caption: str, rows: Iterable[tuple[object, ...]], heads: tuple[str, ...] = ()) -> str:
    shown = list(rows)
    if not shown:
        return f"<p>{_text(caption)}: none.</p>"
    head = f"<thead><tr>{''.join(f'<th scope=col>{_text(one)}</th>' for one in heads)}</tr></thead>" if heads else ""
    body = "".join(
        f"<tr><th scope=row>{_text(first)}</th>{''.join(f'<td>{_text(one)}</td>' for one in rest)}</tr>"
        for first, *rest in shown
    )
    return f"<table><caption>{_text(caption)}</caption>{head}<tbody>{body}</tbody></table>"


def _text(value: object) -> str:
    match value:
        case list() | tuple():
            return escape(", ".join(map(str, value)))
        case None:
            return ""
    return escape(str(value))
