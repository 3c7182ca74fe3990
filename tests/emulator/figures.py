"""How much of the recorded traffic of the providers other than Site Recovery is answered key by key.

`python -m tests.emulator.figures` writes the figures into docs/emulator.md; a test holds them.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.emulator.coverage import PAGE
from local.emulator.server import Emulator
from tests.emulator.conftest import Arm
from tests.emulator.recorded_requests import COMPARED, answered
from tests.emulator.truth import missing, shapes

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
DEVIATIONS: Mapping[str, str] = {}
"""Key path that is recorded and not answered -> why."""


@dataclass(slots=True)
class Figure:
    """One provider's figure.

    Attributes:
        answers: how many recorded answers are compared.
        keys: how many keys they have.
        lacking: which of them ours lack, or have with another type.
    """

    answers: int
    keys: int
    lacking: list[str]


def measured() -> dict[str, Figure]:
    """Replay the recorded requests, each in an emulator of its own, and return the figures by provider."""
    figures: defaultdict[str, Figure] = defaultdict(lambda: Figure(0, 0, []))
    for index, answer in COMPARED.values():
        recorded, ours = answered(index), _ours(answer)
        figure = figures[_provider(recorded)]
        figure.answers += 1
        figure.keys += len(shapes(recorded))
        figure.lacking += missing(recorded, ours)
    return dict(sorted(figures.items()))


def _ours(answer: Callable[[Arm], object]) -> object:
    with Emulator() as emulator:
        arm = Arm(emulator)
        try:
            return answer(arm)
        finally:
            arm.close()


def _provider(recorded: dict[str, object]) -> str:
    kind = recorded.get("type")
    return str(kind).partition("/")[0] if kind else "lists"


def table(figures: Mapping[str, Figure]) -> str:
    """Return the figures as a table, with what is lacking and why."""
    rows = [
        f"| {name} | {one.answers} | {one.keys} | {1 - len(one.lacking) / one.keys:.1%} | {_reasons(one)} |"
        for name, one in figures.items()
    ]
    head = [
        "| provider | recorded answers | keys | ours, with their types | lacking |",
        "| --- | --- | --- | --- | --- |",
    ]
    return "\n".join([*head, *rows])


def _reasons(figure: Figure) -> str:
    return "; ".join(f"`{key}`{_why(key)}" for key in sorted(set(figure.lacking))) or "nothing"


def _why(key: str) -> str:
    return f" ({DEVIATIONS[key]})" if key in DEVIATIONS else ""


def page_with_figures(page: str) -> str:
    """Return the page with the present figures between its markers.

    Raises:
        ValueError: a marker is missing.
    """
    before, after = page.index(BEGIN) + len(BEGIN), page.index(END)
    return f"{page[:before]}\n\n{table(measured())}\n\n{page[after:]}"


def main() -> int:
    """Write the figures into the page."""
    PAGE.write_text(page_with_figures(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
