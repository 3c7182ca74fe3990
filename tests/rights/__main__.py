"""`make prove-role`: every story with the whole role, then without each of its actions; a table of what was said.

Every story has to work with the role and to ask for nothing else, every action has to be used, and whatever is taken
away has to be named: by a refusal or failure, or by a warning where everything else goes on. Then the same for the
other one of two subscriptions, which has to be named, too.
"""

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue

from tests.rights.across import HUB, STORY
from tests.rights.proof import Line, Proof, proof, users
from tests.rights.roles import actions_of, optional_actions
from tests.rights.stories import STORIES

AT_ONCE = 2
ACROSS = "across subscriptions"
type Task = Callable[[Proof], Line]


def main() -> int:
    """Print the table.

    Returns:
        0 if the role is the smallest one by which everything works; 1 if not, and why on standard error.
    """
    used, wrong = _whole()
    lines = _taken(used, wrong)
    lines += _across(wrong)
    _print(lines)
    wrong += [f"without {one.action} ({one.story}) nothing names it" for one in lines if not one.said]
    for one in wrong:
        sys.stderr.write(f"{one}\n")
    stories = len(STORIES) + 1
    _say(f"\n{len(actions_of())} actions, {stories} stories, {len(lines)} taken away: {len(wrong)} wrong.")
    return 1 if wrong else 0


def _whole() -> tuple[dict[str, frozenset[str]], list[str]]:
    """What each story uses with the whole role; what was wrong."""
    used, wrong = dict[str, frozenset[str]](), list[str]()
    with proof() as playing:
        for name, story in STORIES.items():
            told, roles = playing.whole(story)
            used[name] = roles.used()
            sys.stderr.write(f"{name}: {len(used[name])} actions\n")
            wrong += [] if told.passed else [f"{name} does not work with the whole role: {told.answer}"]
            wrong += [f"{name} asks for {one}, which the role lacks" for one in sorted(roles.refused())]
    return used, wrong


def _taken(used: dict[str, frozenset[str]], wrong: list[str]) -> list[Line]:
    tasks: list[Task] = []
    for action in actions_of():
        names = users(STORIES, used, action)
        if names:
            tasks.append(_task(action, names[0]))
        else:
            wrong.append(f"{action} is used by no story")
    queue = SimpleQueue[Task]()
    for task in tasks:
        queue.put(task)
    with ThreadPoolExecutor(AT_ONCE) as workers:
        found = [line for lines in workers.map(lambda _: list(_work(queue)), range(AT_ONCE)) for line in lines]
    order = [one.lower() for one in actions_of()]
    return sorted(found, key=lambda line: order.index(line.action.lower()))


def _task(action: str, name: str) -> Task:
    return lambda playing: playing.without(action, name, STORIES[name])


def _work(queue: "SimpleQueue[Task]") -> Iterable[Line]:
    with proof() as playing:
        while True:
            try:
                task = queue.get_nowait()
            except Empty:
                return
            yield task(playing)


def _across(wrong: list[str]) -> list[Line]:
    """The same for what is used in the other subscription, taken away there alone."""
    with proof("cross-subscription", HUB, ASR_TARGETS=HUB) as playing:
        told, roles = playing.whole(STORY)
        wrong += [] if told.passed else [f"{ACROSS} does not work: {told.answer}"]
        there = sorted({one["action"] for one in roles.asked() if one["subscription"] == HUB})
        return [playing.without(action, ACROSS, STORY, HUB) for action in there]


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _print(lines: Iterable[Line]) -> None:
    optional = {one.lower() for one in optional_actions()}
    _say("| action taken away | needed | story | ended | said |\n| --- | --- | --- | --- | --- |")
    for one in lines:
        needed = "no" if one.action.lower() in optional else "yes"
        ended = "went on, and told" if one.passed else "refused, failed, or done in part"
        _say(f"| `{one.action}` | {needed} | {one.story} | {ended} | {one.said or 'NOTHING'} |")


if __name__ == "__main__":
    sys.exit(main())
