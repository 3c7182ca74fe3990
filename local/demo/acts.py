"""The two acts after protection: a drill that leaves evidence and nothing else, and the end of a protection."""

from asr_cli.words import without_ids
from local.demo.operator import Json, Operator
from local.demo.readback import ReadBack, read_back_drill, read_back_end
from local.demo.screen import Screen
from local.demo.story import RECOVERY_REGION, Machine
from local.demo.waiting import Waiting

_STEPS = {"decide": "deciding", "disable_protection": "ending the protection"}


def drill(machine: Machine, operator: Operator, screen: Screen, waiting: Waiting) -> ReadBack:
    """Fail a machine over for a test, into a network made for it, and read the evidence.

    Raises:
        DemoError: the drill was turned down, or time is up.
        Interrupted: the end was asked for.
    """
    network = operator.make_drill_network()
    screen.say(f"made the isolated network drill in {RECOVERY_REGION}")
    name = operator.start_drill(machine.id(operator.subscription), network)
    screen.say(f"asked for a drill of {machine.name} ({name})")
    told = ["asked for"]
    for seconds in waiting.rounds(lambda: f"\n  {machine.name}: {told[-1]}"):
        found = operator.drill(name)
        events = [event for part in found["machines"] for event in part.get("timeline") or ()]
        for what in (without_ids(str(event["what"])) for event in events):
            if what not in told:
                screen.line(seconds, machine.name, what)
                told.append(what)
        if "evidence" in found:
            break
    kept = operator.evidence(found["evidence"]["number"])
    # A drill that failed early has made no test VM, and names none.
    test_vm = next((part["testVmId"] for part in found["machines"] if part.get("testVmId")), None)
    return read_back_drill(machine, kept, operator.machine(test_vm) if test_vm else None)


def end(machine: Machine, operator: Operator, screen: Screen, waiting: Waiting) -> ReadBack:
    """End a machine's protection, and read back what Azure holds.

    Raises:
        DemoError: it was turned down, or time is up.
        Interrupted: the end was asked for.
    """
    vm_id = machine.id(operator.subscription)
    name = operator.end_protection(vm_id)
    screen.say(f"asked for the end of {machine.name}'s protection, its tag included")
    told = ["waiting for its turn"]
    for seconds in waiting.rounds(lambda: f"\n  {machine.name}: {told[-1]}"):
        run = operator.run(name)
        now = _come_to(run)
        if now not in ("", told[-1]):
            screen.line(seconds, machine.name, now)
            told.append(now)
        if run.get("output"):
            break
    return read_back_end(machine, operator.subscription, operator.protected_items(), operator.machine(vm_id))


def _come_to(run: Json) -> str:
    """The step that a run is at, or the outcome with the codes of its reasons; nothing before it begins."""
    outcome: Json | None = run.get("output")
    if outcome is None:
        step = str((run.get("customStatus") or {}).get("step") or "")
        return _STEPS.get(step, step.replace("_", " "))
    codes = ", ".join(str(reason["code"]) for reason in outcome.get("reasons") or ())
    return f"{outcome['state']}{f': {codes}' if codes else ''}"
