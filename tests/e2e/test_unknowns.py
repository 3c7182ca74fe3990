"""What nobody has recorded of Azure is a switch of the emulator: the product has to get along with every choice."""

import pytest

from tests.e2e.stack import Stack, stack

NEVER = "0 0 0 1 1 *"
"""A sweep's schedule: it comes when it is asked for."""

OTHERWISE = {
    "site_recovery.item_while_enabling": "present",
    "site_recovery.duplicate_enable": "accept",
    "site_recovery.initial_replication_percentage": "zero",
    "site_recovery.unmapped_network": "accept",
    "site_recovery.retry_after_on_status": "present",
    "site_recovery.status_error_details": "present",
    "site_recovery.unknown_failure_codes": "numeric",
}
"""The other choice of every switch that enabling can meet; the defaults are met by all other stories."""


@pytest.mark.parametrize("settings", [{}, OTHERWISE], ids=["defaults", "otherwise"])
def test_an_enabling_whose_answer_is_lost_is_found_again(settings: dict[str, str]) -> None:
    """The item's PUT takes effect, its answer never comes, and the second PUT meets the first one at work."""
    with stack() as up:
        up.slow(item_enable=1.5)
        up.http.post(f"{up.arm}/_emulator/settings", json=settings).raise_for_status()
        path = "*/replicationprotecteditems/*"
        up.fault(method="PUT", path=path, client="asr-autoprotect", phase="after", status=500, times=1)
        up.tag(up.vm("db-0"), asr_protect="true")
        up.outcome(up.vm("db-0"), "protected", seconds=90)

        enables = [r for r in up.writes() if "/replicationprotecteditems/" in r["path"].lower()]
        assert enables[0]["status"] == 500
        assert len(up.site_recovery("replicationProtectedItems")) == 1
        runs = up.status(up.vm("db-0"))["runs"]
        assert "failed" not in [run["state"] for run in runs]


def test_an_item_that_a_failed_enabling_leaves_behind_is_removed_and_made_anew() -> None:
    """The agent cannot reach Site Recovery, and the item stays, with which nothing is lost. A person who asks, and a
    sweep, try again; while enabling fails, each time is one outcome.
    """
    with stack(ASR_SWEEP_SCHEDULE=NEVER) as up:
        vm, named = up.vm("db-0"), up.vm("web-0")
        trouble = {"fail": "151197", "operation": "item.enable", "times": 3}
        up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=trouble).raise_for_status()
        up.tag(vm, asr_protect="true")
        status = up.outcome(vm, "failed")
        assert "151197" in [reason["code"] for reason in status["lastOutcome"]["reasons"]]
        (plan,) = up.api("POST", "plans", {"vmIds": [vm]}).json()["plans"]
        assert "EnablingBeginsAnew" in [one["code"] for one in plan["warnings"]]

        again = up.api("POST", "protections", {"vmIds": [vm, named], "wait": 60}).json()["protections"]
        assert [one["outcome"]["state"] for one in again] == ["failed", "failed"]
        assert "151197" in [reason["code"] for reason in again[0]["outcome"]["reasons"]]
        assert len(up.site_recovery("replicationProtectedItems")) == 2

        up.advance(3700)
        up.api("POST", "sweeps")  # equal failures are put off by an hour at most
        for one in (vm, named):
            up.outcome(one, "enabling", "protected")
        up.until(lambda: _states(up) == ["Protected", "Protected"])
        up.api("POST", "sweeps")
        for one in (vm, named):
            up.outcome(one, "protected")
        removals = [one for one in up.writes() if one["path"].lower().endswith("/remove")]
        assert len(removals) == 3


def _states(up: Stack) -> list[str]:
    return [one["properties"]["protectionState"] for one in up.site_recovery("replicationProtectedItems")]
