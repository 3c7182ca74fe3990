"""The roles in infra/: exact actions, each with its reason."""

import json
import re
from typing import Any

import pytest

from tests.repo.tree import ROOT

ACTION = re.compile(r"Microsoft\.[A-Za-z]+(/[A-Za-z]+)+/(read|write|delete|action)")


def role(name: str) -> dict[str, Any]:
    """A role's file."""
    found: dict[str, Any] = json.loads((ROOT / "infra" / f"{name}.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("name", ["role", "role-reader"])
def test_a_role_names_exact_actions_and_why(name: str) -> None:
    """No wildcards, nothing twice, a reason each; nothing else stands there."""
    found = role(name)
    assert set(found) == {"roleName", "actions"}
    actions = [one["action"] for one in found["actions"]]
    assert [one for one in actions if not ACTION.fullmatch(one)] == []
    assert len({one.lower() for one in actions}) == len(actions)
    for one in found["actions"]:
        assert set(one) in ({"action", "why"}, {"action", "why", "optional"})
        assert one.get("optional", True) is True
        assert one["why"].endswith(".")


def test_the_reader_only_reads() -> None:
    """What the reader may do, the app may do; and nothing of it changes anything."""
    reader, whole = ({one["action"] for one in role(name)["actions"]} for name in ("role-reader", "role"))
    assert reader < whole
    assert {one for one in reader if not one.endswith("/read")} == set()
