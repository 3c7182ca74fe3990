"""Where an item that others made departs from what is asked for: told, never changed."""

from typing import Any

import pytest

from asr.model.decision import Action
from asr.model.vm_facts import NamedTarget
from asr.planning.protection import decide
from asr.planning.targets import named_targets
from tests.unit.planning.contoso import VM_ID, facts, item, request, vm
from tests.words import sentence

CACHE = f"{VM_ID.partition('/Microsoft.Compute')[0]}/Microsoft.Storage/storageAccounts/mine"


@pytest.mark.parametrize(
    ("changes", "tags", "words"),
    [
        ({"recovery_zone": "2"}, {"recovery_zone": "1"}, ["zone is 2; the tags and the profile ask for 1."]),
        ({"recovery_zone": None}, {"recovery_zone": "1"}, ["zone is none;"]),
        ({"recovery_zone": "1"}, {"recovery_zone": "1"}, []),
        ({"recovery_zone": "2"}, {}, []),
        ({"cache_account_ids": ("/a", "/b")}, {"cache_storage_account": "mine"}, ["account is /a, /b;"]),
        ({"cache_account_ids": (CACHE.upper(),)}, {"cache_storage_account": "mine"}, []),
        ({"cache_account_ids": ("/a",)}, {}, []),
        ({"recovery_placement_group_id": "/near"}, {"recovery_proximity_placement_group": "mine"}, ["is /near;"]),
        ({"recovery_placement_group_id": None}, {"recovery_proximity_placement_group": "mine"}, ["is none;"]),
    ],
)
def test_zone_cache_and_placement_group_are_compared(
    changes: dict[str, Any], tags: dict[str, str], words: list[str]
) -> None:
    """The cache only where somebody named one: those that are made are many. What the item does not tell is not."""
    lone, asked = vm(availability_set_id=None), request(**tags)
    places = {"cache_storage_account": "eastasia"}
    found = tuple(NamedTarget(role, id_, places.get(role, "southeastasia")) for role, id_ in named_targets(lone, asked))
    theirs = item(name="by-hand", recovery_availability_set_id=None, **changes)
    decision = decide(VM_ID, facts(lone, item=theirs, named=found), asked)

    assert decision.action is Action.LEAVE
    assert decision.outcome is not None
    sentences = [
        sentence(one) for one in decision.outcome.reasons if one.code in ("ProtectedDifferently", "DriftCanBeFixed")
    ]
    assert len(sentences) == len(words)
    assert all(word in sentence for word, sentence in zip(words, sentences, strict=True))
