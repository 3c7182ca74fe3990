"""The story, from the first tag to the last check."""

from collections.abc import Callable
from dataclasses import dataclass

from local.demo import report, scenery, story
from local.demo.app import App
from local.demo.arm import Operator
from local.demo.checks import EndState, Finding, check_story
from local.demo.deadline import Deadline
from local.demo.follow import follow
from local.demo.screen import Screen
from local.demo.traffic import count


@dataclass(frozen=True, slots=True)
class Stage:
    """What the story is played on.

    Attributes:
        arm: where the emulator answers.
        operator: the operator's access to Azure.
        app: the app under demonstration.
        alive: raises when emulator or host have ended.
        deadline: when to give up.
    """

    arm: str
    operator: Operator
    app: App
    alive: Callable[[], None]
    deadline: Deadline


def play(stage: Stage, screen: Screen) -> tuple[Finding, ...]:
    """Tag, follow, check, report. Answers what is wrong: nothing, if all is as it should be.

    Raises:
        DemoError: the story could not be played to its end.
        Interrupted: the end was asked for.
    """
    vm_ids = {role.name: story.vm_id(stage.operator.subscription, role) for role in story.CAST}
    for move in story.tag_everything(stage.operator):
        screen.say(move)
        stage.deadline.pause()
    with screen:
        for rows in follow(stage.app.status, vm_ids, stage.deadline, stage.alive):
            screen.rows(rows)
    stage.deadline.pause()
    end = EndState(stage.operator, stage.app)
    wrong = tuple(finding for finding in _shown(screen, end) if not finding.ok)
    if end.vaults:
        _tell(stage, screen, end, vm_ids)
    return wrong


def _shown(screen: Screen, end: EndState) -> list[Finding]:
    screen.say("")
    screen.say("The end state, read back through plain ARM GETs")
    findings = []
    for finding in check_story(end):
        screen.verdict(ok=finding.ok, line=str(finding))
        findings.append(finding)
    return findings


def _tell(stage: Stage, screen: Screen, end: EndState, vm_ids: dict[str, str]) -> None:
    items = end.in_vault("replicationProtectedItems")
    screen.sheet(report.replicated_items(items))
    runs = [run for role in story.PROTECTED for run in end.history(role)]
    screen.sheet(report.steps(report.run_with_most_steps(runs)))
    traffic = count(scenery.requests(stage.arm), report.marks(vm_ids, items))
    for sheet in (report.requests(traffic), report.requests_by_machine(traffic)):
        screen.sheet(sheet)
    screen.say(
        f"{traffic.total} requests, {traffic.writes} of them writes; {traffic.total / len(vm_ids):.0f} per machine. "
        f"The reads include those of {stage.app.looks} looks at a status."
    )
