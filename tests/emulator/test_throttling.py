"""Request limits: reported always, counted and enforced when switched on."""

from collections.abc import Callable

import httpx
import pytest

from tests.emulator.conftest import Arm

ALICE, BOB = ({"Authorization": f"Bearer {name}"} for name in ("alice", "bob"))
MACHINE = "/resourceGroups/app/providers/Microsoft.Compute/virtualMachines/vm"


def until_refused(send: Callable[[], httpx.Response], at_most: int) -> tuple[int, httpx.Response]:
    """Send until the answer is 429; return how many were let in, and the refusal."""
    for number in range(at_most):
        response = send()
        if response.status_code == 429:
            return number, response
    raise AssertionError(f"{at_most} requests were let in")


@pytest.fixture
def throttled(arm: Arm) -> Arm:
    """An emulator that enforces its limits."""
    arm.control("POST", "/settings", {"throttling": "on"})
    return arm


def test_limits_are_reported_and_nobody_is_refused_unless_asked(arm: Arm) -> None:
    """Each class has its own bucket, each principal its own share, the subscription one over all; all are full."""
    for _ in range(3):
        arm.request("GET", "/resourceGroups", headers=ALICE)
    bob = arm.request("GET", "/resourceGroups", headers=BOB).headers
    above = arm.request("GET", f"{arm.emulator.url}/tenants", headers=BOB).headers
    token = httpx.get(f"{arm.emulator.url}/t/v2.0/.well-known/openid-configuration", trust_env=False).headers

    assert bob["x-ms-ratelimit-remaining-subscription-reads"] == "249"
    assert 3746 <= int(bob["x-ms-ratelimit-remaining-subscription-global-reads"]) < 3750
    assert above["x-ms-ratelimit-remaining-tenant-reads"] == "249"
    assert not any(name.startswith("x-ms-ratelimit") for name in token)


def test_writes_are_refused_when_the_bucket_is_empty(throttled: Arm) -> None:
    """Two hundred at once, then 429 with Retry-After, ARM's own body and empty buckets; others are let in."""
    let_in, refused = until_refused(lambda: throttled.request("DELETE", "/resourceGroups/none", headers=ALICE), 300)

    assert let_in >= 200
    assert refused.json()["error"]["code"] == "SubscriptionRequestsThrottled"
    assert throttled.emulator.subscription in refused.json()["error"]["message"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 2
    assert refused.headers["x-ms-ratelimit-remaining-subscription-deletes"] == "0"
    assert refused.headers["x-ms-failure-cause"] == "gateway"
    assert throttled.request("DELETE", "/resourceGroups/none", headers=BOB).status_code != 429
    assert throttled.request("GET", "/resourceGroups", headers=ALICE).status_code == 200


def test_buckets_fill_again(throttled: Arm) -> None:
    """After the time that Retry-After names, by the emulator's clock, a request is let in."""

    def patch() -> httpx.Response:
        return throttled.request("PATCH", MACHINE, {"tags": {}})

    _, refused = until_refused(patch, 14)
    throttled.control("POST", "/clock", {"advance_s": int(refused.headers["Retry-After"])})

    assert patch().status_code != 429


def test_compute_has_limits_per_machine(throttled: Arm) -> None:
    """Twelve updates of one machine, in Compute's own words; another machine has its own bucket."""
    first = throttled.request("PATCH", MACHINE, {"tags": {}})
    let_in, refused = until_refused(lambda: throttled.request("PATCH", MACHINE, {"tags": {}}), 14)

    assert first.headers["x-ms-ratelimit-remaining-resource"] == (
        "Microsoft.Compute/UpdateVMResource;11,Microsoft.Compute/UpdateVMSubscriptionMaximum;1499"
    )
    assert 1 + let_in == 12
    error = refused.json()["error"]
    assert (error["code"], error["details"][0]["code"]) == ("OperationNotAllowed", "TooManyRequests")
    assert error["details"][0]["target"] == "UpdateVMResource"
    assert int(refused.headers["Retry-After"]) <= 15
    assert throttled.request("PATCH", f"{MACHINE}2", {"tags": {}}).status_code != 429


def test_resource_graph_has_a_quota_per_user(throttled: Arm) -> None:
    """Fifteen queries in five seconds; the headers say what is left and when it is whole again."""
    url = f"{throttled.emulator.url}/providers/Microsoft.ResourceGraph/resources"

    def ask(who: dict[str, str]) -> httpx.Response:
        return throttled.request("POST", url, {"query": "resources | count"}, headers=who)

    first = ask(ALICE)
    _, refused = until_refused(lambda: ask(ALICE), 40)

    assert first.headers["x-ms-user-quota-remaining"] == "14"
    assert first.headers["x-ms-user-quota-resets-after"] == "00:00:05"
    assert refused.json()["error"]["code"] == "RateLimiting"
    assert ask(BOB).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("GET", MACHINE, ["LowCostGetResource;35", "LowCostGetSubscriptionMaximum;23999"]),
        ("GET", MACHINE.rpartition("/")[0], ["HighCostGetSubscriptionMaximum;899"]),
        ("POST", f"{MACHINE}/deallocate", ["DeleteVMResource;11", "DeleteVMSubscriptionMaximum;1499"]),
        ("POST", f"{MACHINE}/start", ["UpdateVMResource;11", "UpdateVMSubscriptionMaximum;1499"]),
        ("PUT", f"{MACHINE}/extensions/x", ["UpdateVMResource;11", "UpdateVMSubscriptionMaximum;1499"]),
    ],
)
def test_which_limit_of_compute_counts(arm: Arm, method: str, path: str, names: list[str]) -> None:
    """Each group of operations has its own limits, reported in one header."""
    answered = arm.request(method, path)

    wanted = ",".join(f"Microsoft.Compute/{name}" for name in names)
    assert answered.headers["x-ms-ratelimit-remaining-resource"] == wanted
