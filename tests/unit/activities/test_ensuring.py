"""The activity that makes a requirement true, on kinds whose Azure is a list."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from activities.ensure import ensuring
from activities.run_plan import forget_run_plan
from activities.step import as_step
from asr.codec import encode
from asr.errors import Rejected
from asr.gateway.session import connect
from asr.model.change import Change, ChangeType
from asr.model.decision import Requirement
from asr.model.outcome import Reason
from asr.model.specs import EnableSpec, FabricSpec
from asr.model.step import Failed, Operation, Ready, Step, Wait
from asr.resources.azure_view import AzureView
from asr.resources.kind import Compared, Ids, Kind
from asr.services.run_plans import keep_run_plan

CONFLICT = Reason("Conflict", azure={"message": "Something else is at work."})


SPEC = FabricSpec("/vault", "fabric", "eastasia")
ENABLE = EnableSpec("/vault", "/vm", "item", "web", *("policy", "source", "target", "group", "network", "cache"), ())


class Cloud:
    """Compares by the next change_type of a list; a write is refused with this status, or begins this operation."""

    def __init__(
        self, courses: Iterable[ChangeType], refusal: int | None = None, operation: Operation | None = None
    ) -> None:
        self.courses = list(courses)
        self.refusal = refusal
        self.operation = operation
        self.writes = 0

    @property
    def kind(self) -> Kind[FabricSpec, None]:
        """The kind."""

        async def read(_: AzureView, __: FabricSpec, ___: Ids) -> None: ...

        async def assume(_: AzureView, __: Compared[FabricSpec, None]) -> None: ...

        return Kind("thing", FabricSpec, read, self._diff, self._apply, assume)

    def _diff(self, _: None, __: FabricSpec, ___: Ids) -> Change:
        return Change(self.courses.pop(0), "/things/one", "it says so")

    async def _apply(self, _: Any, __: Compared[FabricSpec, None]) -> Operation | None:
        self.writes += 1
        if self.refusal is not None:
            raise Rejected("PUT /things/one", self.refusal, CONFLICT)
        return self.operation

    def ensure(self, **request: object) -> Step:
        """Call the activity once."""

        async def called() -> Step:
            needed = Requirement("thing", "ensure_thing", 1, SPEC)
            plan = await keep_run_plan(await connect(), "run-1", ENABLE, (), [needed])
            about = {"run": "run-1", "plan": plan, "key": "thing", "ids": []}
            return await ensuring("ensure_thing", self.kind)({**about, **request})

        return asyncio.run(called())


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The least that the app needs."""
    monkeypatch.setenv("ASR_STORE", str(tmp_path))
    monkeypatch.setenv("ASR_SUBSCRIPTIONS", "00000000-0000-0000-0000-000000000001")


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (ChangeType.REUSE, "ready"),
        (ChangeType.ADOPT, "ready"),
        (ChangeType.WAIT, "wait"),
        (ChangeType.CREATE, "failed"),
    ],
)
def test_what_others_made_at_the_same_moment_serves(after: ChangeType, status: str) -> None:
    """Two apps, or an app and a person: the write that comes second is refused, and what it wanted is there."""
    cloud = Cloud([ChangeType.CREATE, after], refusal=409)

    assert cloud.ensure().status == status
    assert cloud.writes == 1


def test_any_other_refusal_fails_at_once() -> None:
    """Nobody made anything: the reason is Azure's."""
    cloud = Cloud([ChangeType.CREATE], refusal=403)

    answer = cloud.ensure()

    assert answer.status == "failed"
    assert answer.reasons == (CONFLICT,)


def test_what_a_lost_operation_was_to_make_is_not_made_again() -> None:
    """It may run on, and lists may lag behind it: the next call looks again."""
    cloud = Cloud([ChangeType.CREATE])

    assert cloud.ensure(began=True).status == "wait"
    assert cloud.writes == 0


def test_an_operation_says_what_it_makes() -> None:
    """Once it has succeeded nobody has to ask for what it made."""
    cloud = Cloud([ChangeType.CREATE], operation=Operation("https://arm/operations/1", "status", 1.0))

    answer = cloud.ensure()

    assert isinstance(answer, Wait)
    assert answer.made == Ready("/things/one", ChangeType.CREATE)
    assert cloud.writes == 1


@pytest.mark.parametrize(
    ("after", "status"),
    [
        (ChangeType.REUSE, "ready"),
        (ChangeType.ADOPT, "ready"),
        (ChangeType.WAIT, "failed"),
        (ChangeType.CREATE, "failed"),
    ],
)
def test_an_operation_that_failed_matters_unless_what_it_was_to_make_is_there(after: ChangeType, status: str) -> None:
    """Somebody else may have made it meanwhile; nothing is written again in this step."""
    cloud = Cloud([after])

    answer = cloud.ensure(began=True, failure=encode(CONFLICT))

    assert answer.status == status
    assert cloud.writes == 0
    if isinstance(answer, Failed):
        assert answer.reasons == (CONFLICT,)


def test_a_step_whose_runs_plan_is_lost_fails_with_that_reason() -> None:
    """Somebody has emptied the store: nothing is guessed, and the next look decides anew."""

    async def called() -> dict[str, Any]:
        azure = await connect()
        plan = await keep_run_plan(azure, "run-1", ENABLE, (), [Requirement("thing", "x", 1, SPEC)])
        await azure.store.delete_prefix("runs/")
        ensure = as_step(ensuring("ensure_thing", Cloud([]).kind))
        return await ensure({"run": "run-1", "plan": plan, "key": "thing", "ids": []})

    answer = asyncio.run(called())

    assert (answer["status"], [one["code"] for one in answer["reasons"]]) == ("failed", ["RunPlanLost"])


def test_the_end_of_a_run_is_the_end_of_its_documents_and_of_no_other() -> None:
    """Also when it is told twice; a run whose id begins so keeps its own."""

    async def work() -> list[str]:
        azure, needed = await connect(), Requirement("thing", "x", 1, SPEC)
        for run in ("run-1", "run-10"):
            await keep_run_plan(azure, run, ENABLE, (), [needed])
        await forget_run_plan({"run": "run-1"})
        await forget_run_plan({"run": "run-1"})
        return list((await azure.store.list("runs/")).names)

    [left] = asyncio.run(work())
    assert left.startswith("runs/run-10/plan-")
