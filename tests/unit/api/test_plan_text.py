"""A plan for people: what several machines share is told once, and counted once."""

from asr.model.change import Change, ChangeType
from asr.model.decision import Action, Decision
from asr.planning.plan import VmPlan
from asr.reporting.plan import vm_plan
from asr.reporting.plan_text import tell


def _change(what: ChangeType, kind: str) -> Change:
    return Change(what, f"/{kind}/Site", f"why {kind}", {}, kind=kind)


def test_what_an_earlier_machine_makes_is_told_there_alone() -> None:
    """The second one finds it; what it finds that nobody made before is told."""
    first = VmPlan("/vms/web-0", Decision(Action.PROTECT, "/vms/web-0"), (_change(ChangeType.CREATE, "vault"),))
    found = (_change(ChangeType.REUSE, "vault"), _change(ChangeType.REUSE, "fabric"))
    second = VmPlan("/vms/web-1", Decision(Action.PROTECT, "/vms/web-1"), found)

    told = tell([vm_plan(plan, "asr-") for plan in (first, second)])

    assert told.lines == (
        ("web-0: protect", "  + vault                Site  why vault"),
        ("web-1: protect", "  = fabric               Site  why fabric", "  = 1 as above"),
    )
    assert told.summary == "Plan: 1 to create, 1 to reuse; 1 write"
