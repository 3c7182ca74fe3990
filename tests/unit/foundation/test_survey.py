"""A survey asks once, and knows what is supposed."""

import asyncio

from asr.foundation.survey import Shelf, Survey
from asr.gateway.session import Azure

GROUP = "/subscriptions/s/resourceGroups/new"


class Questions:
    """A shelf that records what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.shelf = Shelf[str | None](self._read, None)

    async def _read(self, _azure: Azure, id_: str) -> str | None:
        self.asked.append(id_)
        await asyncio.sleep(0)
        return f"read {id_.lower()}"


def survey() -> Survey:
    """A survey whose session nothing here uses."""
    return Survey(Azure.__new__(Azure))


def test_a_question_is_asked_once_whatever_the_casing() -> None:
    """Also when it is put twice at the same time."""
    questions = Questions()

    async def ask() -> list[str | None]:
        look = survey()
        return list(await asyncio.gather(look.see(questions.shelf, "/A"), look.see(questions.shelf, "/a")))

    assert asyncio.run(ask()) == ["read /a", "read /a"]
    assert questions.asked == ["/A"]


def test_what_is_supposed_is_the_answer() -> None:
    """Before and after it was asked."""
    questions = Questions()

    async def ask() -> list[str | None]:
        look = survey()
        before = await look.see(questions.shelf, "/a")
        look.suppose(questions.shelf, "/a", "made")
        return [before, await look.see(questions.shelf, "/A")]

    assert asyncio.run(ask()) == ["read /a", "made"]


def test_in_something_new_is_nothing_but_suppositions() -> None:
    """A new group is not asked about; a group whose name only begins alike is."""
    questions = Questions()

    async def ask() -> list[str | None]:
        look = survey()
        look.suppose_new(GROUP)
        look.suppose(questions.shelf, f"{GROUP}/providers/made", "made")
        places = (GROUP, f"{GROUP.upper()}/providers/x", f"{GROUP}/providers/made", f"{GROUP}er/providers/x")
        return [await look.see(questions.shelf, place) for place in places]

    assert asyncio.run(ask()) == [None, None, "made", f"read {GROUP.lower()}er/providers/x"]
    assert questions.asked == [f"{GROUP}er/providers/x"]
