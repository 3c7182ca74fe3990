"""The control plane: health, pace, faults, the request log, reset, the clock."""

import json
import time
from pathlib import Path

import httpx
import pytest

from local.emulator.server import Emulator
from tests.emulator.conftest import Arm

LIST = "/resourceGroups"


def test_health(arm: Arm) -> None:
    """Health needs no token and tells the pace."""
    health = httpx.get(f"{arm.emulator.url}/_emulator/health").json()

    assert (health["status"], health["pace"]) == ("ok", "instant")


def test_every_answered_request_is_in_the_log(arm: Arm) -> None:
    """Refused, unknown and faulted ones too; the control plane's own are not."""
    arm.request("GET", LIST, headers={"User-Agent": "probe/1"})
    arm.request("GET", "/providers/Microsoft.Compute/nothing?x=1")
    arm.control("POST", "/faults", {"status": 500, "times": 1})
    arm.request("PUT", "/resourceGroups/a", {"location": "eastasia"})
    log = arm.control("GET", "/requests")

    assert [entry["seq"] for entry in log] == [1, 2, 3]
    assert [(entry["method"], entry["status"]) for entry in log] == [("GET", 200), ("GET", 501), ("PUT", 500)]
    assert log[0]["client"] == "probe/1"
    assert log[0]["path"] == f"{arm.root}/resourceGroups"
    assert log[1]["query"] == "x=1&api-version=2024-07-01"
    assert log[0]["bytes_out"] == len('{"value":[]}')
    assert log[0].keys() == {"seq", "at", "method", "path", "query", "status", "bytes_out", "client"}


def test_stats_count_by_provider_method_and_status(arm: Arm) -> None:
    """The same log, summed up."""
    arm.group()
    for _ in range(3):
        arm.get("/providers/Microsoft.Compute/virtualMachines")
    stats = arm.control("GET", "/stats")

    assert stats["total"] == 4
    assert stats["by_provider"] == {"microsoft.resources": 1, "microsoft.compute": 3}
    assert stats["by_method"] == {"PUT": 1, "GET": 3}
    assert stats["by_status"] == {"201": 1, "200": 3}
    assert {"provider": "microsoft.compute", "method": "GET", "status": 200, "count": 3} in stats["counts"]


def test_throttling_as_azure_does_it(arm: Arm) -> None:
    """429 with ARM's body and Retry-After, as often as told, then the truth again."""
    arm.control(
        "POST", "/faults", {"status": 429, "retry_after": 7, "path": "*/RESOURCEGROUPS", "method": "get", "times": 2}
    )

    first, second, third = (arm.request("GET", LIST) for _ in range(3))

    assert (first.status_code, second.status_code, third.status_code) == (429, 429, 200)
    assert first.headers["Retry-After"] == "7"
    assert first.json()["error"]["code"] == "SubscriptionRequestsThrottled"


@pytest.mark.parametrize(("phase", "written"), [("before", 404), ("after", 204)])
def test_phase_decides_whether_the_write_happened(arm: Arm, phase: str, written: int) -> None:
    """Before: nothing happened. After: it happened, but the answer says otherwise."""
    arm.control("POST", "/faults", {"status": 503, "method": "PUT", "phase": phase, "times": 1})

    assert arm.request("PUT", "/resourceGroups/a", {"location": "eastasia"}).status_code == 503
    assert arm.request("HEAD", "/resourceGroups/a").status_code == written


@pytest.mark.parametrize("fault", [{"status": "reset"}, {"reset": True}])
def test_reset_cuts_the_connection(arm: Arm, fault: dict[str, object]) -> None:
    """The client sees the connection reset, the log a status of 0."""
    arm.control("POST", "/faults", {**fault, "times": 1})

    with pytest.raises(httpx.ReadError, match="reset"):
        arm.request("GET", LIST)
    assert arm.request("GET", LIST).status_code == 200
    assert [entry["status"] for entry in arm.control("GET", "/requests")] == [0, 200]


def test_faults_are_for_one_client_and_can_wait(arm: Arm) -> None:
    """Only the named User-Agent is delayed, and is then answered truly."""
    arm.control("POST", "/faults", {"delay_s": 0.2, "client": "SLOW"})

    begun = time.monotonic()
    assert arm.request("GET", LIST, headers={"User-Agent": "a-slow-client"}).status_code == 200
    assert time.monotonic() - begun >= 0.2
    assert arm.control("GET", "/faults")[0]["struck"] == 1
    arm.request("GET", LIST)
    assert arm.control("GET", "/faults")[0]["struck"] == 1


def test_rate_and_clear(arm: Arm) -> None:
    """A rate of a half strikes some and not all; cleared faults strike nothing."""
    arm.control("POST", "/faults", {"status": 500, "rate": 0.5})
    statuses = {arm.request("GET", LIST).status_code for _ in range(40)}
    arm.control("POST", "/faults", {"clear": True})

    assert statuses == {200, 500}
    assert {arm.request("GET", LIST).status_code for _ in range(20)} == {200}


@pytest.mark.parametrize("content", ["[1]", "{", '{"pace": NaN}', "[" * 50_000])
def test_a_control_body_is_a_json_object(arm: Arm, content: str) -> None:
    """Anything else is 400."""
    refused = arm.request("POST", "/_emulator/pace", content=content)

    assert refused.status_code == 400
    assert refused.json()["error"].startswith("body: ")


def test_the_calendar_has_an_end(arm: Arm) -> None:
    """However often the clock is moved, it stays one that can be read."""
    century = {"advance_s": 100 * 365 * 86_400}
    while arm.request("POST", "/_emulator/clock", century).is_success:
        pass

    assert "advance_s" in arm.request("POST", "/_emulator/clock", century).json()["error"]
    assert arm.control("GET", "/health")["status"] == "ok"


def test_a_world_that_cannot_be_costs_nothing(arm: Arm, tmp_path: Path) -> None:
    """What is there stays when the world that was asked for is wrong."""
    arm.group("mine")
    wrong = tmp_path / "wrong.json"
    resources = [{"id": "g", "body": {"location": "eastasia"}}, {"id": "h", "body": {"location": "atlantis"}}]
    wrong.write_text(json.dumps({"subscription": arm.emulator.subscription, "resources": resources}))
    refused = arm.request("POST", "/_emulator/reset", {"world": str(wrong)})

    assert refused.status_code == 400
    assert "LocationNotAvailableForResourceType" in refused.json()["error"]
    assert [group["name"] for group in arm.get(LIST)["value"]] == ["mine"]


@pytest.mark.parametrize(
    ("path", "body", "named"),
    [
        ("/faults", {"status": 200}, "status"),
        ("/faults", {"statuss": 500}, "statuss"),
        ("/faults", {"path": "*"}, "status"),
        ("/faults", {"status": 500, "phase": "during"}, "phase"),
        ("/faults", {"status": 500, "rate": 2}, "rate"),
        ("/pace", {"pace": "slow"}, "pace"),
        ("/pace", {"durations": {"nothing": 1}}, "durations"),
        ("/reset", {"world": "atlantis"}, "world"),
        ("/pace", {"durations": "long"}, "durations"),
        ("/pace", {"durations": {"Microsoft.Compute/disks/write": "long"}}, "durations.Microsoft.Compute/disks/write"),
        ("/pace", {"durations": {"Microsoft.Compute/disks/write": -1}}, "durations.Microsoft.Compute/disks/write"),
        ("/pace", {"speed": "fast"}, "speed"),
        ("/reset", {"world": 5}, "world"),
        ("/reset", {"event_subscriptions": "lose"}, "event_subscriptions"),
        ("/reset", {"wrold": "empty"}, "wrold"),
        ("/faults", {"status": 500, "path": ["*"]}, "path"),
        ("/faults", {"status": 500, "times": "often"}, "times"),
        ("/faults", {"delay_s": "long"}, "delay_s"),
        ("/faults", {"delay_s": -1}, "delay_s"),
        ("/faults", {"reset": "perhaps"}, "reset"),
        ("/faults", {"clear": "some"}, "clear"),
        ("/clock", {"advance_s": -1}, "advance_s"),
        ("/clock", {"advance_s": "soon"}, "advance_s"),
        ("/clock", {"advance_s": 10**12}, "advance_s"),
        ("/settings", {"nothing": "x"}, "nothing"),
        ("/settings", {"throttling": ["on"]}, "throttling"),
        ("/compute/capacity", {"eastasia": "full"}, "eastasia"),
        ("/compute/capacity", {"eastasia": {"without": [5, None]}}, "eastasia.without[1]"),
        ("/compute/capacity", {"eastasia": {"quotas": {"cores": -1}}}, "eastasia.quotas.cores"),
        ("/compute/capacity", {"atlantis": {}}, "atlantis"),
    ],
)
def test_wrong_control_requests_name_the_field(arm: Arm, path: str, body: dict[str, object], named: str) -> None:
    """400 with a text that begins with the field."""
    response = arm.request("POST", f"/_emulator{path}", body)

    assert response.status_code == 400
    assert response.json()["error"].startswith(named)


def test_unknown_control_routes_list_the_known(arm: Arm) -> None:
    """404 that says what there is."""
    assert "/_emulator/health" in arm.request("GET", "/_emulator/nothing").json()["error"]


def test_pace_and_clock(arm: Arm) -> None:
    """In real pace an operation takes its recorded time, which the clock can leap over."""
    arm.control("POST", "/pace", {"pace": "real"})
    providers = arm.group("app", "southeastasia")
    vault = f"{providers}/Microsoft.RecoveryServices/vaults/v1"
    accepted = arm.request("PUT", vault, {"location": "southeastasia", "sku": {"name": "RS0"}})
    status = accepted.headers["Azure-AsyncOperation"]

    assert accepted.headers["Retry-After"] == "60"
    assert arm.get(status)["status"] == "InProgress"
    arm.control("POST", "/clock", {"advance_s": 59})
    assert arm.get(status)["status"] == "InProgress"
    arm.control("POST", "/clock", {"advance_s": 1})
    assert arm.get(status)["status"] == "Succeeded"
    arm.control("POST", "/pace", {"pace": "instant"})
    assert "Retry-After" not in arm.request("GET", vault).headers


def test_one_kind_of_work_can_have_its_own_duration(arm: Arm) -> None:
    """An override holds in any pace."""
    arm.control("POST", "/pace", {"durations": {"Microsoft.RecoveryServices/vaults/write": 1000}})
    vault = f"{arm.group()}/Microsoft.RecoveryServices/vaults/v1"
    accepted = arm.request("PUT", vault, {"location": "eastasia", "sku": {"name": "RS0"}})

    assert arm.get(accepted.headers["Azure-AsyncOperation"])["status"] == "InProgress"


def test_reset_goes_back_to_the_world(east_asia: Arm) -> None:
    """What was written is gone, what the world has is there, the log and the faults are empty."""
    east_asia.group("new")
    east_asia.control("POST", "/faults", {"status": 500})
    east_asia.control("POST", "/reset")

    assert [group["name"] for group in east_asia.get("/resourceGroups")["value"]] == ["contoso-app"]
    assert len(east_asia.control("GET", "/requests")) == 1
    health = east_asia.control("POST", "/reset", {"world": "empty"})
    assert health["resources"] == 0


def test_two_emulators_share_nothing() -> None:
    """Each has its own port and its own world."""
    with Emulator() as one, Emulator() as other:
        first, second = Arm(one), Arm(other)
        first.group("only-here")

        assert one.url != other.url
        assert second.request("HEAD", "/resourceGroups/only-here").status_code == 404
        first.close()
        second.close()


def test_an_answer_that_breaks_off(arm: Arm) -> None:
    """Half of the body and then nothing: the write has happened, and the client knows that it was not told all."""
    arm.control("POST", "/faults", {"method": "PUT", "truncate": True, "times": 1})
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        arm.request("PUT", f"{LIST}/half", {"location": "eastasia"})
    assert arm.get(f"{LIST}/half")["name"] == "half"
    refused = arm.request("POST", "/_emulator/faults", {"truncate": True, "phase": "before"})
    assert "only a true answer" in refused.json()["error"]


def test_a_rate_is_a_share(arm: Arm) -> None:
    """Half of the requests are struck, more or less, and the same ones in every run."""
    arm.control("POST", "/faults", {"path": "*/resourceGroups", "status": 503, "rate": 0.5})
    struck = [arm.request("GET", LIST).status_code == 503 for _ in range(60)]
    assert 15 < sum(struck) < 45
    assert arm.control("GET", "/faults")[0]["struck"] == sum(struck)
