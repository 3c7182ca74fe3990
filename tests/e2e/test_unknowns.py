"""What nobody has recorded of Azure is a switch of the emulator: the product has to get along with every choice."""

import pytest

from tests.e2e.stack import stack

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


def test_an_item_that_a_failed_enabling_leaves_behind_is_an_outcome_until_it_is_removed() -> None:
    """The agent cannot reach Site Recovery, and the item stays: no run takes it for one that is being enabled."""
    with stack() as up:
        trouble = {"fail": "151197", "operation": "item.enable", "times": 1}
        up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=trouble).raise_for_status()
        up.tag(up.vm("db-0"), asr_protect="true")
        up.outcome(up.vm("db-0"), "failed")
        history = up.api("GET", "protections/history", vmId=up.vm("db-0")).json()
        (left,) = up.site_recovery("replicationProtectedItems")

        again = up.api("POST", "protections", {"vmIds": [up.vm("db-0")], "wait": 30}).json()["protections"][0]
        reason = again["outcome"]["reasons"][0]

        assert "151197" in history["runs"][-1]["codes"]
        assert (again["outcome"]["state"], reason["code"]) == ("failed", "ReplicationFailed")
        assert "EnablingFailed" in reason["sentence"]
        assert "disable and enable" in reason["fix"]

        removal = {"properties": {"disableProtectionReason": "NotSpecified"}}
        assert up.call("POST", f"{left['id']}/remove", "2025-08-01", removal).status_code == 202
        up.outcome(up.vm("db-0"), "protected")
