"""A view asks once, and knows what is supposed."""

import asyncio

from asr.gateway.memory import Memory
from asr.gateway.session import Azure
from asr.resources.azure_view import AzureView, Query

GROUP = "/subscriptions/s/resourceGroups/new"


class Questions:
    """A query that records what was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.query = Query[str | None](self._read, None)

    async def _read(self, _azure: Azure, id_: str) -> str | None:
        self.asked.append(id_)
        await asyncio.sleep(0)
        return f"read {id_.lower()}"


def view() -> AzureView:
    """A view whose session nothing here uses."""
    return AzureView(Azure.__new__(Azure))


def test_a_question_is_asked_once_whatever_the_casing() -> None:
    """Also when it is put twice at the same time."""
    questions = Questions()

    async def ask() -> list[str | None]:
        look = view()
        return list(await asyncio.gather(look.see(questions.query, "/A"), look.see(questions.query, "/a")))

    assert asyncio.run(ask()) == ["read /a", "read /a"]
    assert questions.asked == ["/A"]


def test_what_is_supposed_is_the_answer() -> None:
    """Before and after it was asked."""
    questions = Questions()

    async def ask() -> list[str | None]:
        look = view()
        before = await look.see(questions.query, "/a")
        look.assume(questions.query, "/a", "made")
        return [before, await look.see(questions.query, "/A")]

    assert asyncio.run(ask()) == ["read /a", "made"]


def test_in_something_new_is_nothing_but_suppositions() -> None:
    """A new group is not asked about; a group whose name only begins alike is."""
    questions = Questions()

    async def ask() -> list[str | None]:
        look = view()
        look.assume_new(GROUP)
        look.assume(questions.query, f"{GROUP}/providers/made", "made")
        places = (GROUP, f"{GROUP.upper()}/providers/x", f"{GROUP}/providers/made", f"{GROUP}er/providers/x")
        return [await look.see(questions.query, place) for place in places]

    assert asyncio.run(ask()) == [None, None, "made", f"read {GROUP.lower()}er/providers/x"]
    assert questions.asked == [f"{GROUP}er/providers/x"]


def test_absence_that_something_else_contradicts_is_read_again() -> None:
    """Another VM of the burst had the network made after it was found missing; a mapping leads there already."""
    answers: list[str | None] = [None, "made"]

    async def read(_azure: Azure, _id: str) -> str | None:
        return answers.pop(0)

    async def ask() -> list[str | None]:
        azure, query = Azure.__new__(Azure), Query[str | None](read, None)
        azure.memory = Memory()
        with azure.memory.gathering():
            before = await AzureView(azure, 5).see(query, "/a")
            look = AzureView(azure, 5)
            return [before, await look.see(query, "/a"), await look.see_made(query, "/a"), await look.see(query, "/a")]

    assert asyncio.run(ask()) == [None, None, "made", "made"]
