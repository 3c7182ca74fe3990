"""What is written from the table of rights: docs/rights.md and the roles in infra/."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from asr.data.rights import Purpose, Right, read_rights

PAGE = Path(__file__).parent / "rights.md"
BEGIN, END = "<!-- rights: begin", "<!-- rights: end -->"
ROLE, READER = "ASR autoprotect", "ASR autoprotect reader"

_SECTIONS: Mapping[Purpose, tuple[str, str]] = {
    "run": ("To protect, and to keep protected", "Every run and every sweep."),
    "enabling": (
        "What Site Recovery asks of whoever protects a VM",
        "When a VM is protected, Azure checks that whoever asks may use the group, the network, the account and the "
        "disks that Site Recovery is given "
        "([source](https://learn.microsoft.com/azure/site-recovery/site-recovery-role-based-linked-access-control)). "
        "The app itself does none of it. A refusal is `LinkedAuthorizationFailed`.",
    ),
    "before": (
        "To know before",
        "What stands in the way is found before anything is written. Without one of these the plan, the status and the "
        "run say so (`RightMissing`), and Azure itself refuses what cannot be, later and in fewer words.",
    ),
    "end": ("To end a protection", "Asked for by a person, by a tag that was removed, or because the VM is gone."),
    "clean-up": ("To clean up", "Only what the app made itself and nobody uses any more, and only when a person asks."),
    "failover": ("To fail over, and to drill", "Commands of people, and drills by schedule."),
}


def role(name: str, rights: Iterable[Right]) -> str:
    """The text of a role's file: a line for each action."""
    rows = [{"action": one.action, "why": one.why, **({"optional": True} if one.optional else {})} for one in rights]
    lines = ",\n".join(f"    {json.dumps(row)}" for row in rows)
    return f'{{\n  "roleName": {json.dumps(name)},\n  "actions": [\n{lines}\n  ]\n}}\n'


def whole_role() -> str:
    """The text of infra/role.json."""
    return role(ROLE, read_rights())


def reader_role() -> str:
    """The text of infra/role-reader.json."""
    return role(READER, (one for one in read_rights() if one.reads))


def document() -> str:
    """The text of docs/rights.md: written by hand but for its tables."""
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.index("\n", page.index(BEGIN)), page.index(END)
    sections = "".join(_section(purpose, read_rights()) for purpose in _SECTIONS)
    return f"{page[:before]}\n{_counted()}{sections}\n{page[after:]}"


def _counted() -> str:
    rights = read_rights()
    needed = sum(not one.optional for one in rights)
    return f"\n{len(rights)} actions, of which {needed} are needed.\n"


def _section(purpose: Purpose, rights: Iterable[Right]) -> str:
    title, about = _SECTIONS[purpose]
    rows = [
        f"| `{one.action}` | {one.why} | {'no' if one.optional else 'yes'} | {'yes' if one.reads else ''} |\n"
        for one in rights
        if one.purpose == purpose
    ]
    table = "| action | why | needed | reader |\n| --- | --- | --- | --- |\n"
    return f"\n## {title}\n\n{about}\n\n{table}{''.join(rows)}"
