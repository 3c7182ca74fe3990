"""What a run decided in full: a document in the store, for a run's history holds keys and decisions only.

It is written by the deciding activity, before the decision is recorded, under a name made from what it says. So it
never changes under a name, and a decision that was made twice cannot be mixed up. It is deleted when the run ends.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from asr.codec import encode
from asr.errors import Unreadable
from asr.gateway.session import Azure
from asr.gateway.store.documents import Document, encoded, read_document
from asr.gateway.store.interface import every_name
from asr.gateway.store.names import document_name, folder_name, parts_of
from asr.model.decision import Requirement
from asr.model.item_change import CompletionPlan
from asr.model.outcome import Reason
from asr.model.specs import EnableSpec

RUNS = "runs"
"""The folder of all runs' documents."""

READ_SECONDS = 600.0
"""How long a worker keeps a document that it has read: a run asks for it at each of its steps."""


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run is to make true: the specs of the requirements by key, as JSON values of their kinds, and enabling.

    `needs` are the keys of what each stands on, in the order in which its activity is given the ids. `warnings` are
    what the decision noticed; they are part of the run's outcome.
    """

    enable: EnableSpec
    warnings: tuple[Reason, ...]
    specs: dict[str, dict[str, Any]]
    needs: dict[str, tuple[str, ...]]

    def ids_of(self, key: str, ids: Sequence[str]) -> dict[str, str]:
        """The ids that a requirement's activity is given, by their keys."""
        return dict(zip(self.needs[key], ids, strict=True))

    def ids_to_enable(self, ids: Sequence[str]) -> dict[str, str]:
        """The ids that enabling is given, by their keys."""
        return dict(zip(self.enable.needs, ids, strict=True))


async def keep_run_plan(
    azure: Azure, run: str, enable: EnableSpec, warnings: tuple[Reason, ...], requirements: Sequence[Requirement]
) -> str:
    """Write the document and answer its name's last part.

    Raises:
        Rejected, TransientFault: the store does not take it.
    """
    specs = {one.key: encode(one.spec) for one in requirements}
    needs = {one.key: tuple(need for need in one.needs if need in specs) for one in requirements}
    return await _keep(azure, run, RunPlan(enable, warnings, specs, needs))


async def keep_completion_plan(azure: Azure, run: str, plan: CompletionPlan) -> str:
    """The same for what is to be made of a Protected item.

    Raises:
        Rejected, TransientFault: the store does not take it.
    """
    return await _keep(azure, run, plan)


async def _keep(azure: Azure, run: str, plan: RunPlan | CompletionPlan) -> str:
    text = encoded(plan)
    mark = sha256(text).hexdigest()[:16]
    await azure.store.put(_name(run, mark), text)
    return mark


async def read_run_plan[Plan: (RunPlan, CompletionPlan)](
    azure: Azure, run: str, mark: str, type_: type[Plan]
) -> Plan | None:
    """The document; None when it is lost, or was written by another version of the app that meant something else.

    Raises:
        Rejected, TransientFault: the store does not tell.
    """
    name = _name(run, mark)
    try:
        document: Document[Plan] | None = await azure.memory.recall(
            ("run plan", name), READ_SECONDS, partial(read_document, azure.store, name, type_)
        )
    except Unreadable:
        return None
    return document.record if document else None


async def delete_run_plans(azure: Azure, run: str) -> None:
    """The run is over.

    Raises:
        Rejected, TransientFault: the store does not delete.
    """
    await azure.store.delete_prefix(folder_name(RUNS, run))


async def runs_with_plans(azure: Azure) -> tuple[str, ...]:
    """The runs that have documents, ended or not.

    Raises:
        Rejected, TransientFault: the store does not tell.
    """
    names = [name async for name in every_name(azure.store, folder_name(RUNS))]
    return tuple(dict.fromkeys(parts_of(name)[1] for name in names))


def _name(run: str, mark: str) -> str:
    return document_name(RUNS, run, f"plan-{mark}")
