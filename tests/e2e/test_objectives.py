"""Replication that does not move, and recovery points that lag behind what was promised, on the virtual clock."""

import json

from tests.e2e.fleet import codes, fleet
from tests.e2e.keeping import advance, protected
from tests.e2e.stack import stack


def test_replication_that_does_not_move_is_unhealthy() -> None:
    """After `ASR_STUCK_HOURS`, with Site Recovery's own advice; once it moves again, it is well."""
    with stack(ASR_STUCK_HOURS="6") as up:
        for trouble in ({"replication": "stuck"}, {"health": "153007"}):
            body = {"target": "db-0", **trouble}
            up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=body).raise_for_status()
        up.tag(up.vm("db-0"), asr_protect="true")
        up.until(lambda: fleet(up)["db-0"]["state"] == "enabling")
        advance(up, 3600)
        fleet(up)
        assert fleet(up)["db-0"]["state"] == "enabling"
        advance(up, 6 * 3600)

        row = up.until(lambda: fleet(up, state="unhealthy").get("db-0"))
        assert codes(row)[:2] == ["ReplicationStuck", "153007"]
        assert row["reasons"][1]["azure"]["possibleCauses"]
        status = up.status(up.vm("db-0"))
        assert (status["state"], codes(status)[0]) == ("unhealthy", "ReplicationStuck")
        assert up.api("GET", "summary").json()["stuck"] == 1
        up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json={"clear": True}).raise_for_status()
        up.until(lambda: fleet(up)["db-0"]["state"] == "protected")
        assert up.api("GET", "summary").json()["stuck"] == 0


def test_an_objective_that_is_missed_and_met_again() -> None:
    """By the age of the newest point, beside Azure's figure; the summary tells the share of the month."""
    with stack(ASR_PROFILES=json.dumps({"default": {"rpoMinutes": 15}})) as up:
        protected(up, "web-0", "db-0")
        assert fleet(up)["db-0"]["rpo"]["state"] == "met"
        advance(up, 3600)
        assert up.until(lambda: (found := fleet(up)["db-0"]["rpo"])["state"] == "met" and found)["minutes"] == 15
        trouble = {"target": "db-0", "replication": "lagging"}
        up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json=trouble).raise_for_status()
        advance(up, 3600)

        row = up.until(lambda: (found := fleet(up)["db-0"])["rpo"]["state"] == "breached" and found)
        assert row["rpo"]["newestPointAgeSeconds"] >= 3000
        assert "RpoBreached" in codes(row)
        vm = up.vm("db-0")
        up.until(lambda: up.status(vm)["rpo"]["since"] == fleet(up)["db-0"]["rpo"]["since"])  # once a sweep has kept it
        told = up.status(vm)["rpo"]
        assert (told["state"], told["azureSeconds"] is None) == ("breached", False)
        assert fleet(up)["web-0"]["rpo"]["state"] == "met"
        advance(up, 1800)
        fleet(up)
        summary = up.api("GET", "summary").json()["rpo"]
        assert (summary["objectives"], summary["met"], summary["breached"]) == (2, 1, 1)
        shares = [share for share in summary["attainment"].values() if share is not None]
        assert max(shares) > 0.3, shares
        assert min(shares) < 1, shares  # of the month that began meanwhile, when one did
        up.http.post(f"{up.arm}/_emulator/site-recovery/troubles", json={"clear": True}).raise_for_status()
        advance(up, 600)
        row = up.until(lambda: (found := fleet(up)["db-0"])["rpo"]["state"] == "met" and found)
        assert "RpoBreached" not in codes(row)
