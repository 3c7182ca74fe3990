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
    with stack(pace="fast") as up:
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
