"""What an identity lacks, and how that is told."""

import pytest

from asr.data.rights import read_rights
from asr.model.outcome import Reason
from asr.model.preflight_facts import Unread
from asr.planning.rights import Permission, missing
from asr.planning.unread import not_checked
from asr.reasons import reason
from asr.services.rights import MOST_NAMED, RightsAt, lacking_sentence

READ, WRITE = "Microsoft.Compute/disks/read", "Microsoft.Compute/disks/write"
SCOPE = "/subscriptions/9d2f7c36-41a5-4b8e-8d0f-3a6b5e1c7f42"


@pytest.mark.parametrize(
    ("permissions", "lacking"),
    [
        ((), (READ, WRITE)),
        ((Permission(("*",)),), ()),
        ((Permission(("*/read",)),), (WRITE,)),
        ((Permission(("microsoft.compute/DISKS/*",), ("*/write",)),), (WRITE,)),
        ((Permission(("*",), ("*/write",)), Permission((WRITE,))), ()),
        ((Permission(("Microsoft.Compute/disks",)),), (READ, WRITE)),
    ],
)
def test_an_action_is_missing_unless_one_role_allows_it(
    permissions: tuple[Permission, ...], lacking: tuple[str, ...]
) -> None:
    """Wildcards, case, and what a role takes away from itself: another role may still give it."""
    assert missing((READ, WRITE), permissions) == lacking


def test_what_is_not_checked_is_told_once() -> None:
    """A right by its action and scope, any other refusal by what was asked."""
    forbidden = reason("AuthorizationFailed", action=READ, scope=SCOPE)
    unread = (
        Unread("GET a", forbidden),
        Unread("GET b", forbidden),
        Unread("GET c", Reason("Odd", {})),
        Unread("GET c", Reason("Odd", {})),
    )
    assert [(one.code, dict(one.facts)) for one in not_checked(unread)] == [
        ("RightMissing", {"action": READ, "scope": SCOPE}),
        ("NotChecked", {"request": "GET c", "refusal": "Odd"}),
    ]


def test_health_names_what_is_missing_and_where() -> None:
    """Never assigned: a few of all; one missing: that one; not to be read: that right."""
    everything = tuple(one.action for one in read_rights())
    assert lacking_sentence(RightsAt(SCOPE)) == ""
    told = lacking_sentence(RightsAt(SCOPE, needed=everything))
    assert f"and {len(everything) - MOST_NAMED} more" in told
    assert SCOPE in told
    assert f"does without: {READ}." in lacking_sentence(RightsAt(SCOPE, useful=(READ,)))
    assert "Microsoft.Authorization/permissions/read" in lacking_sentence(
        RightsAt(SCOPE, unknown="AuthorizationFailed")
    )
