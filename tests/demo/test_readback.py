"""What the demo ends with is what Azure holds, whatever the app says."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from local.demo.progress import Progress
from local.demo.readback import read_back
from local.demo.story import CAST

SUBSCRIPTION = "5f0c3a5e-7d53-4d6e-9a51-2f4f6f3b8c10"
REFUSED = Progress("refused", ended=True, reasons=("AzureVmIsNotInDesiredPowerState",), told=("Start the VM.",))
SEEN = {machine.name: REFUSED if machine.refusal else Progress("Protected", ended=True) for machine in CAST}


def _items() -> dict[str, dict[str, Any]]:
    """The protected items of a story that ended well, by machine."""
    return {
        machine.name: {
            "protectionState": "Protected",
            "replicationHealth": "Normal",
            "providerSpecificDetails": {
                "fabricObjectId": machine.id(SUBSCRIPTION).upper(),
                "recoveryFabricLocation": "southeastasia",
                "protectedManagedDisks": None if machine.name == "legacy-0" else [{}, {}],
                "protectedDisks": [{}, {}] if machine.name == "legacy-0" else None,
            },
        }
        for machine in CAST
        if not machine.refusal
    }


def test_a_story_that_ended_well_is_ok_for_each_machine() -> None:
    """And tells the owner of the refused one what to do."""
    found = list(read_back(SUBSCRIPTION, list(_items().values()), SEEN))

    assert [one.ok for one in found] == [True] * len(CAST)
    assert [one.told for one in found if one.told] == [("Start the VM.",)]


SPOILED: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("web-0", lambda items: items.pop("web-0")),
    ("web-1", lambda items: items.update(again=deepcopy(items["web-1"]))),
    ("db-0", lambda items: items["db-0"].update(protectionState="UnprotectedStatesBegin")),
    ("db-0", lambda items: items["db-0"].update(replicationHealth="Critical")),
    ("legacy-0", lambda items: items["legacy-0"]["providerSpecificDetails"].update(protectedDisks=[])),
    ("web-0", lambda items: items["web-0"]["providerSpecificDetails"].update(recoveryFabricLocation="eastasia")),
    (
        "batch-0",
        lambda items: items["web-0"]["providerSpecificDetails"].update(fabricObjectId=CAST[3].id(SUBSCRIPTION)),
    ),
]


@pytest.mark.parametrize(("machine", "spoil"), SPOILED)
def test_whatever_is_not_as_it_must_be_is_found(machine: str, spoil: Callable[[dict[str, Any]], object]) -> None:
    """One thing at a time; the app still says that all is well."""
    items = _items()
    spoil(items)

    wrong = [one.found for one in read_back(SUBSCRIPTION, list(items.values()), SEEN) if not one.ok]

    assert machine in " ".join(wrong)


def test_a_refusal_needs_its_reason() -> None:
    """Another one, or none, will not do."""
    for seen in (Progress("failed", ended=True, reasons=("AuthorizationFailed",)), Progress("refused", ended=True)):
        found = read_back(SUBSCRIPTION, list(_items().values()), SEEN | {"batch-0": seen})

        assert [one.found.split()[0] for one in found if not one.ok] == ["batch-0"]
