"""What `asr why` says of a machine, from a status alone."""

import pytest

from asr_cli.fixes import fix_lines
from asr_cli.wire import Json

HOME, COPY = (f"/subscriptions/s/resourceGroups/{group}/x/web-0" for group in ("app", "app-asr"))


def commands(told: Json) -> list[str]:
    """The commands that it names, in order."""
    lines = [str(line).strip() for line in fix_lines({"name": "web-0", **told}, None, "https://h")]
    return [line.partition(" ")[2].strip() for line in lines if line.startswith(("run ", "then "))]


@pytest.mark.parametrize(
    ("allowed", "step"), [(["point", "commit"], "commit"), (["reprotect"], "reprotect"), ([], None), (None, None)]
)
def test_after_a_failover_the_next_step_is_what_the_state_allows(allowed: list[str] | None, step: str | None) -> None:
    """The commit, then the reprotection; nothing while something is under way."""
    why = {"code": "FailedOver", "severity": "warning", "sentence": "It is away.", "fix": "Commit."}
    told = {"vmId": HOME, "state": "failed_over", "allowedOperations": allowed, "reasons": [why]}

    assert commands(told) == [*([f"asr {step} web-0"] if step else []), "asr status web-0 --watch"]


def test_a_copy_leads_to_its_source() -> None:
    """It is not to be protected: what protects its source is what counts."""
    why = {"code": "MadeByFailover", "severity": "error", "sentence": "It was made.", "fix": "Look there."}
    told = {"vmId": COPY, "copyOf": HOME, "state": "not_requested", "reasons": [why]}

    assert commands(told) == [f"asr why {HOME}"]
