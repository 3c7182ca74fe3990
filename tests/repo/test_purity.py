"""What import-linter cannot see: names inside `azure.*`, and calls that read the clock, chance or the environment."""

import ast
from pathlib import Path

import pytest

from tests.repo.tree import PRODUCT, dotted, imports, modules, shown, tree

AZURE_CLIENTS = ("azure.core", "azure.eventgrid", "azure.identity", "azure.mgmt")

FORBIDDEN_MODULES = frozenset(
    {"asyncio", "io", "logging", "os", "pathlib", "random", "secrets", "socket", "subprocess", "threading", "time"}
)
"""A recipe or a decision that imports one of these reaches outside of its recorded input."""

FORBIDDEN_CALLS = frozenset({"open", "print", "input", "exec", "eval", "__import__"})

CLOCKS = frozenset({"now", "utcnow", "today"})
"""Methods of datetime and date that read the clock; recipes have `ctx.current_utc_datetime`."""

RANDOM_UUIDS = frozenset({"uuid1", "uuid4"})
"""The other versions are functions of their input."""


def impurities(path: Path) -> list[str]:
    """What in this file makes a second execution differ from the first, by line."""
    found = [f"imports {name}" for name in sorted(imports(path)) if name.split(".")[0] in FORBIDDEN_MODULES]
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            name = dotted(node.func)
            last = name.rpartition(".")[2]
            if name in FORBIDDEN_CALLS or last in CLOCKS | RANDOM_UUIDS:
                found.append(f"line {node.lineno} calls {name}")
    return found


@pytest.mark.parametrize(
    "path",
    [path for path in modules("orchestrators", "asr") if {"orchestrators", "planning", "reporting"} & set(path.parts)],
    ids=shown,
)
def test_recipes_and_decisions_are_functions_of_their_input(path: Path) -> None:
    """An orchestrator is executed again from its history, and a plan must say what a run will do."""
    assert impurities(path) == []


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("import random", "imports random"),
        ("from os import environ", "imports os"),
        ("from datetime import datetime\nstamp = datetime.now()", "line 2 calls datetime.now"),
        ("from uuid import uuid4\nname = uuid4()", "line 2 calls uuid4"),
        ("print(1)", "line 1 calls print"),
    ],
)
def test_what_is_not_pure_is_found(tmp_path: Path, line: str, complaint: str) -> None:
    """The search finds each kind of impurity."""
    path = tmp_path / "module.py"
    path.write_text(line)

    assert complaint in impurities(path)


def test_only_the_gateway_talks_to_azure() -> None:
    """No client library of Azure is imported outside `asr/gateway`; the Functions SDKs are no such thing."""
    elsewhere = [
        f"{shown(path)} imports {name}"
        for path in modules(*PRODUCT)
        if not shown(path).startswith("asr/gateway/")
        for name in imports(path)
        if name.startswith(AZURE_CLIENTS)
    ]

    assert elsewhere == []


def test_the_gateway_does_talk_to_azure() -> None:
    """The prefixes above are the ones in use, so the test before this one can fail."""
    used = {
        prefix
        for path in modules("asr")
        for name in imports(path)
        for prefix in AZURE_CLIENTS
        if name.startswith(prefix)
    }

    assert {"azure.core", "azure.identity", "azure.mgmt"} <= used


def test_no_orchestrator_writes_to_a_log_of_its_own() -> None:
    """A logger that is not replay-safe writes every line again at every replay."""
    loggers = [
        f"{shown(path)}:{node.lineno}"
        for path in modules("orchestrators")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and dotted(node.func).endswith("getLogger")
    ]

    assert loggers == []
