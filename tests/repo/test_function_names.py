"""Durable calls go by name, so a renamed function would be noticed only at run time; here it is noticed earlier."""

import ast
from collections.abc import Iterator, Set

import pytest

from tests.repo.functions import ACTIVITIES, ENTITIES, ORCHESTRATORS
from tests.repo.tree import PRODUCT, dotted, modules, shown, tree

CALLS: dict[str, tuple[int, Set[str]]] = {
    "Call": (0, ACTIVITIES),
    "call_activity": (0, ACTIVITIES),
    "Requirement": (1, ACTIVITIES),
    "EndStep": (0, ACTIVITIES),
    "call_sub_orchestrator": (0, ORCHESTRATORS),
    "schedule_new_orchestration": (0, ORCHESTRATORS),
    "EntityInstanceId": (0, ENTITIES),
}
"""Who refers to a function by name: the call, the position of the name, the names that exist."""


def references() -> Iterator[tuple[str, str, str]]:
    """Each literal name in such a call: where, by which call, the name."""
    for path in modules(*PRODUCT):
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            call = dotted(node.func).rpartition(".")[2]
            position, _ = CALLS.get(call, (len(node.args), None))
            if position < len(node.args):
                argument = node.args[position]
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield f"{shown(path)}:{node.lineno}", call, argument.value


def test_every_function_that_is_called_by_name_exists() -> None:
    """No name leads nowhere."""
    assert [(where, name) for where, call, name in references() if name not in CALLS[call][1]] == []


@pytest.mark.parametrize("names", [ACTIVITIES, ENTITIES], ids=["activities", "entities"])
def test_every_function_is_called(names: Set[str]) -> None:
    """No activity or entity is left that nothing calls."""
    assert set() == names - {name for _, _, name in references()}
