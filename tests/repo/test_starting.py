"""A worker starts as quickly as with an empty app: to index the functions, nothing of what they do is imported."""

import json
import subprocess
import sys

from tests.repo.tree import ROOT

STARTED = """
import json, sys
import function_app
assert function_app.app.get_functions()
print(json.dumps(sorted(sys.modules)))
"""

ON_DEMAND = ("aiohttp", "azure.identity", "azure.mgmt", "azure.storage", "cryptography", "msal", "pydantic", "requests")
"""What takes longer to import than all of an empty app: the first call that needs it pays for it."""


def started() -> list[str]:
    """The modules of a process that has indexed the app."""
    told = subprocess.run(
        [sys.executable, "-c", STARTED], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    modules: list[str] = json.loads(told.stdout)
    return modules


def test_indexing_imports_nothing_that_functions_need() -> None:
    """Neither a client library nor the product's own code."""
    modules = started()

    assert [name for name in modules if f"{name}.".startswith(tuple(f"{one}." for one in ON_DEMAND))] == []
    ours = [name for name in modules if name.split(".")[0] in ("asr", "activities", "entities", "orchestrators")]
    assert ours == []
    assert "azure.durable_functions" in modules
