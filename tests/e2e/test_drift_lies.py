"""An Azure that says it did what it did not; two people who ask at once; somebody who may only tag."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.fleet import codes
from tests.e2e.keeping import advance, details_of, drift, item_of, patches, protected
from tests.e2e.stack import Stack, stack


@pytest.fixture
def up() -> Iterator[Stack]:
    """`db-0` and `web-0` are protected under one policy."""
    with stack() as running:
        protected(running, "db-0", "web-0")
        yield running


def test_what_azure_says_that_it_did_is_not_believed_nor_asked_for_for_ever(up: Stack) -> None:
    """200, and nothing has changed: that is the outcome. At the third time it is only proposed, and says why; when
    Azure does it again, two people who ask for it at the same time make one write.
    """
    _who_may_only_tag(up)
    before = len(patches(up))
    item = item_of(up, "db-0")
    up.fault(method="PATCH", path=item["id"], client="asr-autoprotect", status=200, body=item, phase="before")
    up.tag(up.vm("db-0"), asr_recovery_name="dr-db-0")
    status = up.outcome(up.vm("db-0"), "failed")
    assert status["lastOutcome"]["reasons"][0]["code"] == "ChangeNotTaken"
    assert status["state"] == "protected"
    up.until(lambda: _is_given_up(up), seconds=90)
    assert "again and again" in str(up.until(lambda: _told(up, "DriftCanBeFixed")))
    tried = len(patches(up))
    assert tried > before
    advance(up, 7200)
    up.api("POST", "sweeps")
    assert drift(up, "db-0")["recoveryName"][0] == "propose"
    assert len(patches(up)) == tried

    up.clear_faults()
    with ThreadPoolExecutor(2) as people:
        asked = {"names": ["db-0"], "wait": 90}
        answers = list(people.map(lambda _: up.api("POST", "drift", asked), range(2)))
    assert [one.json()["protections"][0]["outcome"]["state"] for one in answers] == ["protected"] * 2
    assert details_of(up, "db-0")["recoveryAzureVMName"] == "dr-db-0"
    assert len(patches(up)) == tried + 1


def _who_may_only_tag(up: Stack) -> None:
    """Nothing that others share is changed, nor anything where nobody allowed it, whoever asks besides."""
    foreign = "/subscriptions/99999999-0000-4000-8000-000000000000/resourceGroups/g/providers"
    before = len(up.writes())
    up.tag(up.vm("web-0"), asr_recovery_point_minutes="2880")
    up.until(lambda: drift(up, "web-0").get("recoveryPointMinutes", ("",))[0] == "propose")
    up.api("POST", "drift", {"names": ["web-0"], "wait": 60})
    up.tag(up.vm("web-0"), asr_automation_account=f"{foreign}/Microsoft.Automation/automationAccounts/account")
    up.until(lambda: "TargetNotAllowed" in codes(up.status(up.vm("web-0"))))
    up.api("POST", "drift", {"names": ["web-0"], "wait": 60})

    assert len(up.writes()) == before
    requests = up.http.get(f"{up.arm}/_emulator/requests").json()
    assert not [one for one in requests if foreign.split("/")[2] in one["path"]]


def _is_given_up(up: Stack) -> bool:
    """Whether the difference is only proposed; until then an hour passes, after which it is tried again."""
    found = drift(up, "db-0").get("recoveryName", ("",))[0]
    if found == "fix":
        advance(up, 3700)
    return found == "propose"


def _told(up: Stack, code: str) -> str | None:
    """The sentence of a reason of `db-0`."""
    return next((one["sentence"] for one in up.status(up.vm("db-0"))["reasons"] if one["code"] == code), None)
