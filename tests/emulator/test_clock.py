"""The virtual clock: hours and days in milliseconds, with everything that falls due on the way."""

from datetime import UTC, datetime, timedelta
from typing import Any

from local.emulator.server import Emulator
from tests.emulator.conftest import Arm

DAY_S = 86400


def test_a_day_of_replication_in_milliseconds() -> None:
    """Recovery points are made as in a day; the last one is as old as the clock says, not as the wall does."""
    with Emulator("adopted", pace="real") as emulator:
        arm = Arm(emulator)
        vault = next(one["id"] for one in arm.get("/resources")["value"] if one["type"].endswith("/vaults"))
        item = arm.get(f"{vault}/replicationProtectedItems")["value"][0]["id"]
        item = item.replace("/Subscriptions", "/subscriptions")

        def points() -> list[Any]:
            found: list[Any] = arm.get(f"{item}/recoveryPoints")["value"]
            return found

        before = points()
        arm.control("POST", "/clock", {"advance_s": DAY_S})
        after = points()
        arm.close()
    newest = max(datetime.fromisoformat(one["properties"]["recoveryPointTime"]) for one in after)

    assert len(after) > len(before) + 20
    assert newest - datetime.now(UTC) > timedelta(hours=23)


def test_what_was_due_happened_when_it_was_due() -> None:
    """An operation of half an hour, looked at after an hour, ended half an hour ago."""
    with Emulator(pace="real") as emulator:
        arm = Arm(emulator)
        arm.group()
        arm.control("POST", "/pace", {"durations": {"Microsoft.Compute/disks/write": 1800}})
        disk = "/resourceGroups/app/providers/Microsoft.Compute/disks/slow"
        body = {"location": "eastasia", "properties": {"creationData": {"createOption": "Empty"}, "diskSizeGB": 4}}
        follow = arm.request("PUT", disk, body).headers["Azure-AsyncOperation"]
        arm.control("POST", "/clock", {"advance_s": 1790})
        assert arm.get(follow)["status"] == "InProgress"
        arm.control("POST", "/clock", {"advance_s": 1810})
        ended = arm.get(follow)
        arm.close()
    lasted = datetime.fromisoformat(ended["endTime"]) - datetime.fromisoformat(ended["startTime"])

    assert ended["status"] == "Succeeded"
    assert abs(lasted - timedelta(minutes=30)) < timedelta(seconds=1)
