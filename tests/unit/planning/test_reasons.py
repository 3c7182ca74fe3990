"""Every reason code: documented, whole, and used."""

import re
import string
from pathlib import Path
from typing import Any

import pytest

from asr.model.outcome import Reason
from asr.reasons import REASONS, blocks, document, reason
from asr.reasons.catalogue import SECTIONS
from asr.reasons.known import Kind, Known

ROOT = Path(__file__).parents[3]
KNOWN = [known for table in SECTIONS.values() for known in table]
WORDED_BY_THE_GATEWAY = {
    "AuthorizationFailed",
    "AuthorizationPermissionMismatch",
    "CredentialUnavailable",
    "LinkedAuthorizationFailed",
    "MissingSubscriptionRegistration",
    "OperationFailed",
    "RequestDisallowedByPolicy",
    "ScopeLocked",
}
"""Azure's own codes for a step that failed: the gateway words them where it reads Azure's answer."""


def facts_of(known: Known) -> dict[str, Any]:
    """A value for each fact that the templates tell."""
    fields = [name for text in (known.sentence, known.fix) for _, name, _, _ in string.Formatter().parse(text) if name]
    return {name: f"<{name}>" for name in fields}


def test_the_documentation_is_what_the_command_writes() -> None:
    """`python -m asr.reasons > docs/reasons.md` mends it."""
    assert (ROOT / "docs" / "reasons.md").read_text() == document()


def test_a_code_stands_once() -> None:
    """A later entry would hide an earlier one."""
    assert len(REASONS) == len(KNOWN)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.code)
def test_a_reason_has_a_sentence_a_fix_and_a_source(known: Known) -> None:
    """Both are sentences once the facts are filled in."""
    made = reason(known.code, **facts_of(known))

    assert re.fullmatch(r"[A-Z][A-Za-z0-9]+", known.code)
    assert made.code == known.code
    assert "{" not in made.sentence + made.fix
    assert made.sentence[0].isupper() or made.sentence[0] == "<"
    assert made.fix[0].isupper()
    assert known.source


def test_a_fact_that_is_missing_is_a_defect() -> None:
    """Half a sentence helps nobody."""
    with pytest.raises(KeyError):
        reason("AzureVmIsNotInDesiredPowerState")
    with pytest.raises(KeyError):
        reason("NoSuchCode")


def test_only_warnings_do_not_block() -> None:
    """Azure's own codes do: it refuses with them."""
    for known in KNOWN:
        assert blocks(reason(known.code, **facts_of(known))) is (known.kind is not Kind.WARNING)
    assert blocks(Reason("A2AOperatingSystemNotSupported", "", ""))


def test_every_code_is_given_somewhere() -> None:
    """No entry outlives its rule, and no rule names a code that is not there."""
    asr = ROOT / "asr"
    folders = (
        asr / "choices",
        asr / "planning",
        asr / "resources",
        ROOT / "activities",
        ROOT / "orchestrators",
        ROOT / "triggers",
    )
    text = "".join(path.read_text() for folder in folders for path in folder.glob("*.py"))
    given = set(re.findall(r'"([A-Z][A-Za-z0-9]+[a-z])"', text))

    assert set(REASONS) - given == WORDED_BY_THE_GATEWAY
