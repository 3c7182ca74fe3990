"""Every reason code: documented, whole, used with the facts that its words tell, and worded at the edge alone."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asr.choices.options import BY_NAME
from asr.choices.tags import PROTECT
from asr.codec import decode, encode
from asr.model.outcome import Outcome, Reason, State
from asr.planning.outcomes import bounded
from asr.reasons import FACTS, REASONS, blocks, of_azure, reason, severity
from asr.reasons.catalogue import SECTIONS
from asr.reasons.document import document
from asr.reasons.known import Kind, Known, Severity
from asr.reasons.render import ANY_FIX, outcome_sentence, render
from asr.reasons.templates import filled, tags_in

ROOT = Path(__file__).parents[3]
KNOWN = [known for table in SECTIONS.values() for known in table]
WORDED_BY_THE_GATEWAY = {
    "150144",
    "151141",
    "151273",
    "AuthorizationFailed",
    "AuthorizationPermissionMismatch",
    "AzureAnswerNotUnderstood",
    "CredentialUnavailable",
    "ForeignLink",
    "LinkedAuthorizationFailed",
    "MissingSubscriptionRegistration",
    "OperationFailed",
    "RequestDisallowedByPolicy",
    "ScopeLocked",
}
"""For a step that failed: Azure's own codes, and those of what is no answer; the gateway tells their facts."""

PLACES = {"by": {"by": "tag", "name": "vault"}, "one": {"by": "body", "name": "vault"}}
"""Facts that are no plain words: where a choice stands."""


def facts_of(known: Known) -> dict[str, Any]:
    """A value for each fact that the templates tell."""
    return {name: PLACES.get(name, PLACES["by"] if name == "other" else f"<{name}>") for name in FACTS[known.code]}


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every place in the product that makes a reason of a code that stands there."""
    for folder in ("asr", "activities", "orchestrators", "entities", "triggers"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reason":
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def codes_in(call: ast.Call) -> list[str]:
    """The codes that the call may be given; none if they are computed."""
    first = call.args[0]
    parts = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
    return [str(part.value) for part in parts if isinstance(part, ast.Constant)]


def test_the_documentation_is_what_the_command_writes() -> None:
    """`make docs` mends it."""
    assert (ROOT / "docs" / "reasons.md").read_text() == document()


def test_a_code_stands_once() -> None:
    """A later entry would hide an earlier one."""
    assert len(REASONS) == len(KNOWN)


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.code)
def test_a_reason_has_a_sentence_a_fix_and_a_source(known: Known) -> None:
    """Both are sentences once the facts are filled in, and they survive the task hub without them."""
    made = reason(known.code, **facts_of(known))
    words = render(decode(Reason, encode(made)), "dr-")

    assert re.fullmatch(r"[A-Z][A-Za-z0-9]+|[0-9]{6}", known.code)
    assert set(encode(made)) == {"code", "facts", "azure"}
    assert (words["code"], words["severity"]) == (known.code, known.kind.severity)
    assert "{" not in words["sentence"] + words["fix"]
    assert words["sentence"][0].isupper() or words["sentence"][0] == "<" or known.code == "TagsContradict"
    assert words["fix"][0].isupper()
    assert "azure" not in words
    assert known.source


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.code)
def test_tags_are_called_by_the_prefix_of_whom_it_is_told(known: Known) -> None:
    """Every tag that the words name is one that the app reads, under the prefix that it has there."""
    words = render(reason(known.code, **facts_of(known)), "dr-")

    assert tags_in(known.sentence) | tags_in(known.fix) <= {*BY_NAME, PROTECT}
    assert "asr-" not in (words["sentence"] + words["fix"]).replace("asr-autoprotect", "")


def test_a_fact_that_is_missing_is_a_defect() -> None:
    """Half a sentence helps nobody."""
    with pytest.raises(KeyError):
        reason("AzureVmIsNotInDesiredPowerState")
    with pytest.raises(KeyError):
        reason("NoSuchCode")


def test_every_call_gives_a_known_code_and_the_facts_that_its_words_tell() -> None:
    """Found in the text of the product: a branch that no test reaches has to be right, too."""
    wrong = [
        f"{place}: {code} lacks {sorted(missing)}"
        for place, call in calls()
        for code in codes_in(call)
        if None not in {keyword.arg for keyword in call.keywords}
        and (missing := FACTS[code] - {keyword.arg for keyword in call.keywords})
    ]

    assert wrong == []


def test_only_warnings_do_not_block() -> None:
    """Azure's own codes do: it refuses with them. Its health errors may be less."""
    for known in KNOWN:
        assert blocks(reason(known.code, **facts_of(known))) is (known.kind is not Kind.WARNING)
    assert blocks(Reason("A2AOperatingSystemNotSupported"))
    assert severity(of_azure("153006", {"level": "Warning"})) is Severity.WARNING


def test_every_code_is_given_somewhere() -> None:
    """No entry outlives its rule."""
    asr = ROOT / "asr"
    folders = (
        asr / "choices",
        asr / "gateway" / "site_recovery",
        asr / "planning",
        asr / "resources",
        asr / "services",
        ROOT / "activities",
        ROOT / "orchestrators",
        ROOT / "triggers",
        ROOT / "triggers" / "http",
    )
    text = "".join(path.read_text() for folder in folders for path in folder.glob("*.py"))
    given = set(re.findall(r'"([A-Z][A-Za-z0-9]+[a-z])"', text))

    assert set(REASONS) - given == WORDED_BY_THE_GATEWAY


def test_azures_own_codes_speak_in_azures_words() -> None:
    """Verbatim; where it says nothing, that is said."""
    said = {"message": "No quota.", "possibleCauses": "", "recommendedAction": "Ask for quota."}

    assert render(of_azure("150097", said), "asr-") == {
        "code": "150097",
        "severity": "error",
        "sentence": "No quota.",
        "fix": "Ask for quota.",
        "azure": {"code": "150097", "message": "No quota.", "recommendedAction": "Ask for quota."},
    }
    silent = render(Reason("Http409"), "asr-")
    assert (silent["sentence"], silent["fix"]) == ("Azure answered Http409 and no more.", ANY_FIX)


@pytest.mark.parametrize(
    ("template", "facts", "text"),
    [
        ("{a}", {"a": [1, 2]}, "1, 2"),
        ("{a}", {"a": []}, "none"),
        ("{a} GiB", {"a": 0.5}, "0.5 GiB"),
        ("{a} minutes", {"a": 90.0}, "90 minutes"),
        ("{a!r}", {"a": "x"}, "'x'"),
        ("{tag:vault}", {}, "dr-vault"),
        ("{a:tag}", {"a": ["vault", "protect"]}, "dr-vault, dr-protect"),
        ("{a:choice}", {"a": {"by": "tag", "name": "vault"}}, "dr-vault"),
        ("{a:choice}", {"a": {"by": "profile", "name": "keyVault"}}, "keyVault"),
        ("{a:chooser} is x", {"a": {"by": "tag", "name": "key-vault"}}, "Tag dr-key-vault is x"),
        ("{a:chooser} is x", {"a": {"by": "body", "name": "keyVault"}}, "The request's keyVault is x"),
        ("{a:chooser} is x", {"a": {"by": "body", "name": ""}}, "The request is x"),
    ],
)
def test_templates_word_facts(template: str, facts: dict[str, Any], text: str) -> None:
    """Lists, figures, quotes, tags and choices each have their form."""
    assert filled(template, facts, "dr-") == text


@pytest.mark.parametrize(
    ("outcome", "sentence"),
    [
        (Outcome(State.GONE), "The VM does not exist."),
        (Outcome(State.NOT_REQUESTED), "No tag asks for protection."),
        (Outcome(State.ENABLING), "Replication is enabled; initial replication is under way."),
        (
            Outcome(State.NOT_REQUESTED, facts={"item": {"state": "X", "description": "", "percent": 3}}),
            "No tag asks for protection; the VM is left as it is: X (X, 3 %).",
        ),
        (
            Outcome(
                State.FAILED, (reason("ItemGone", item="i"), reason("HostEncryptionNotCarried")), None, {"step": "s"}
            ),
            "s failed: There is no protected item i any more.",
        ),
        (
            Outcome(State.REFUSED, (reason("DedicatedHostUnsupported"), reason("ClassicVirtualMachine"))),
            "The VM runs on a dedicated host. The VM is a classic one; the platform was retired in September 2023.",
        ),
    ],
)
def test_an_outcome_is_a_sentence(outcome: Outcome, sentence: str) -> None:
    """By its state, its item, or what blocks."""
    assert outcome_sentence(decode(Outcome, encode(outcome)), "asr-") == sentence


def test_a_run_keeps_the_first_of_very_many_reasons_and_says_so() -> None:
    """A machine with 64 disks may be refused 64 times; an activity's answer stays under 4 KB."""
    many = tuple(
        reason("DiskNotProtected", disk=f"a-rather-long-name-of-a-data-disk-{number}", lun=number)
        for number in range(64)
    )
    kept = bounded(Outcome(State.REFUSED, many))

    assert len(json.dumps(encode(kept))) < 3000
    assert kept.reasons[:-1] == many[: len(kept.reasons) - 1]
    assert kept.reasons[-1] == reason("MoreReasons", count=64 - len(kept.reasons) + 1)
    assert bounded(Outcome(State.REFUSED, many[:3])).reasons == many[:3]
