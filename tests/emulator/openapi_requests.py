"""The requests of the examples, sent to the emulator, and what became of them, for docs/emulator.md.

`python -m tests.emulator.openapi_requests` writes the figures into the page; a test holds them.
"""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import httpx

from local.emulator.coverage import PAGE
from local.emulator.server import Emulator
from tests.emulator.conftest import Arm
from tests.emulator.openapi_examples import Example, examples, served
from tests.emulator.openapi_parents import make_groups, make_named

BEGIN, END = "<!-- examples: begin -->", "<!-- examples: end -->"
GROUPS = "ResourceGroups_CreateOrUpdate"


@dataclass(slots=True)
class Figure:
    """What became of the requests of one provider's examples.

    Attributes:
        operations: how many operations of its files are served.
        asked: how many examples they have, each of which was sent.
        answered: how many were answered with a success (that fits the file: `Arm` sees to it).
        refused: error code -> how many were refused with it.
    """

    operations: int = 0
    asked: int = 0
    answered: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def measured() -> dict[str, Figure]:
    """Send every example's request to an emulator with an empty world and return the figures by provider.

    Raises:
        AssertionError: an answer does not fit the file.
    """
    with Emulator() as emulator:
        router = emulator.resource_manager.router
        figures: dict[str, Figure] = {}
        for operation in served(router):
            figures.setdefault(operation.file.partition("/")[0], Figure()).operations += 1
        arm, found = Arm(emulator), examples(router)
        for one in found:
            arm.control("POST", "/reset")
            _count(figures[one.provider], _asked(arm, one, found))
        arm.close()
    return dict(sorted(figures.items()))


def _count(figure: Figure, answer: httpx.Response) -> None:
    figure.asked += 1
    error = answer.json().get("error") if answer.content else None
    if error:
        figure.refused[error["code"]] += 1
    else:
        assert answer.is_success, answer.text
        figure.answered += 1


def _asked(arm: Arm, example: Example, found: Sequence[Example]) -> httpx.Response:
    """Make what the example takes for granted, send its request and return the last answer to it."""
    subscription = arm.emulator.subscription
    values = example.values(subscription)
    if example.operation.name != GROUPS:
        make_groups(arm, values)
    for maker in _makers(example, found):
        body = maker.values(subscription)[maker.body or ""]
        make_groups(arm, {"body": body})
        make_named(arm, body)
        made = arm.request("PUT", example.path(subscription, maker.operation.template), body)
        if made.is_success:
            arm.finish(made)
    body = values.get(example.body or "")
    make_named(arm, body)
    answer = arm.request(example.operation.method, f"{arm.emulator.url}{example.path(subscription)}", body)
    return arm.finish(answer) if answer.is_success else answer


def _makers(example: Example, found: Sequence[Example]) -> list[Example]:
    """Return examples that make what this one is about, outermost first; without itself for one that makes it."""
    own = example.operation
    makers = {
        one.operation.template: one
        for one in reversed(found)  # of several that make the same kind the first is taken
        if one.operation.method == "PUT"
        and one.operation.name != GROUPS
        and "{resourceGroupName}" in one.operation.template
        and f"{own.template}/".startswith(f"{one.operation.template}/")
        and (own.method, own.template) != ("PUT", one.operation.template)
    }
    return [makers[template] for template in sorted(makers, key=len)]


def table(figures: Mapping[str, Figure]) -> str:
    """Return the figures as a table."""
    rows = [
        f"| {name} | {one.operations} | {one.asked} | {one.answered} | {_refusals(one)} |"
        for name, one in figures.items()
    ]
    head = [
        "| provider | operations served | their examples | answered, fitting the file | refused |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def _refusals(figure: Figure) -> str:
    return ", ".join(f"`{code}` {number}" for code, number in sorted(figure.refused.items())) or "none"


def main() -> int:
    """Write the figures into the page."""
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.index(BEGIN) + len(BEGIN), page.index(END)
    PAGE.write_text(f"{page[:before]}\n\n{table(measured())}\n\n{page[after:]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
