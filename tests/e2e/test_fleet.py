"""The fleet: a list from few requests, its filters and pages; a sweep on demand; statuses that cost little."""

from collections.abc import Iterator

import pytest

from tests.e2e.stack import Stack, stack

NAMES = ("web-0", "db-0", "batch-0")


@pytest.fixture(scope="module")
def up() -> Iterator[Stack]:
    """A stack with three tagged machines that have come to rest: two protected, one refused."""
    with stack() as running:
        for name in NAMES:
            running.tag(running.vm(name), asr_protect="true")
        running.outcome(running.vm("web-0"), "protected")
        running.outcome(running.vm("db-0"), "protected")
        running.outcome(running.vm("batch-0"), "refused")
        yield running


def test_the_fleet_is_a_list_from_few_requests(up: Stack) -> None:
    """One row a machine, with its tag, state, reasons and item; one request for each list, none for a machine."""
    before = len(up.requests())
    fleet = up.api("GET", "protections", refresh="true").json()
    lists = [request["path"] for request in up.requests()[before:]]

    rows = {row["name"]: row for row in fleet["protections"]}
    assert {name: row["state"] for name, row in rows.items()} == {
        "web-0": "protected",
        "db-0": "protected",
        "batch-0": "refused",
    }
    assert [one["code"] for one in rows["batch-0"]["reasons"]] == ["AzureVmIsNotInDesiredPowerState"]
    assert rows["web-0"]["recoveryRegion"] == "southeastasia"
    assert not any("/virtualmachines/" in path.lower() for path in lists)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"state": "refused"}, ["batch-0"]),
        ({"state": "protected", "region": "East Asia"}, ["db-0", "web-0"]),
        ({"region": "westeurope"}, []),
    ],
)
def test_the_fleet_can_be_filtered(up: Stack, query: dict[str, str], names: list[str]) -> None:
    """By state, and by source region in either spelling."""
    fleet = up.api("GET", "protections", **query).json()

    assert [row["name"] for row in fleet["protections"]] == names
    assert fleet["total"] == len(names)


def test_pages_of_the_fleet_join_to_the_whole(up: Stack) -> None:
    """Every machine once, in order."""
    first = up.api("GET", "protections", top="2").json()
    second = up.api("GET", "protections", top="2", continuation=first["continuation"]).json()

    assert [row["name"] for page in (first, second) for row in page["protections"]] == sorted(NAMES)
    assert second["continuation"] is None


def test_a_second_status_costs_three_requests(up: Stack) -> None:
    """The machine, its links and its item are read; what is around them is remembered for a while."""
    up.status(up.vm("web-0"))
    path = up.vm("web-0").lower()
    before = len(up.requests())
    up.status(up.vm("web-0"))

    made = [request["path"].lower() for request in up.requests()[before:]]
    own = [one for one in made if one.startswith(path)]
    assert len(own) == 2, made
    assert not any("virtualnetworks" in one or "networkinterfaces" in one for one in made)


def test_a_status_tells_a_change_at_once(up: Stack) -> None:
    """What is remembered is only what stands around it: a tag that is taken away is seen at the next read."""
    assert up.status(up.vm("db-0"))["decision"]["outcome"]["state"] == "protected"
    up.tag(up.vm("db-0"), asr_protect="false")
    try:
        assert up.status(up.vm("db-0"))["decision"]["outcome"]["state"] == "not_requested"
    finally:
        up.tag(up.vm("db-0"), asr_protect="true")


def test_a_sweep_can_be_started_by_hand(up: Stack) -> None:
    """202 with the addresses of the instance, which ends having looked at the tagged machines."""
    answer = up.api("POST", "sweeps")
    assert answer.status_code == 202
    payload = answer.json()
    assert answer.headers["location"] == payload["statusQueryGetUri"]

    def ended() -> dict[str, object] | None:
        state = up.run(payload)
        return state.json() if state.status_code == 200 else None

    output = up.until(ended)["output"]
    assert {name: output[name] for name in ("pages", "fleet", "vaults", "problems")} == {
        "pages": 1,
        "fleet": len(NAMES),
        "vaults": 1,
        "problems": [],
    }


def test_an_item_whose_machine_is_gone_stays_in_the_fleet(up: Stack) -> None:
    """It costs money and may be all there is to bring the machine back from. Last here, for nothing brings it back."""
    assert up.call("DELETE", up.vm("db-0"), "2024-07-01").status_code in (200, 202, 204)

    def gone() -> dict[str, object] | None:
        rows = {row["name"]: row for row in up.api("GET", "protections").json()["protections"]}
        return None if rows["db-0"]["exists"] else rows["db-0"]

    row = up.until(gone)

    assert (row["state"], row["region"], row["recoveryRegion"]) == ("orphaned", "eastasia", "southeastasia")
