"""What has to hold before a drill, each with the read that shows it."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.drill import DrillNetwork, ZoneLink
from asr.model.preflight_facts import Size, Usage
from asr.planning.drill_gates import DrillFacts, against, gates, standing_at_once, together
from tests.unit.planning.contoso import TEST_NETWORK_ID
from tests.unit.planning.test_failover import OTHER_VM, item

NETWORK = DrillNetwork(TEST_NETWORK_ID, "southeastasia")
SIZE = Size("Standard_D2s_v3", "standardDSv3Family", 2, 8.0, None)
FAMILY = "standardDSv3Family"
ZONE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/privateDnsZones/corp.example"
SHARED = ZoneLink(ZONE, registers=False, others=("/n",))
NOT_ISOLATED = "DrillNetworkNotIsolated"


def codes(found: Any) -> list[str]:
    return [one.code for one in found]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (DrillFacts(item(), NETWORK, SIZE, (Usage("cores", 0, 100),)), []),
        (DrillFacts(item(), NETWORK), []),
        (DrillFacts(item()), ["DrillIsolationUnknown"]),
        (DrillFacts(item(), replace(NETWORK, zones=None)), ["DrillIsolationUnknown"]),
        (DrillFacts(item(health="Critical"), NETWORK), ["DrillItemCritical"]),
        (DrillFacts(item(health="Warning"), NETWORK), ["DrillItemNotNormal"]),
        (DrillFacts(item(test_vm_id=OTHER_VM), NETWORK), ["DrillTestVmStands"]),
        (DrillFacts(item(test_state="Initiating"), NETWORK), ["DrillTestVmStands"]),
        (DrillFacts(item(recovery_network_id=TEST_NETWORK_ID.upper()), NETWORK), ["DrillInRecoveryNetwork"]),
        (DrillFacts(item(), replace(NETWORK, peerings=("hub",))), [NOT_ISOLATED]),
        (DrillFacts(item(), replace(NETWORK, gateways=("GatewaySubnet",))), [NOT_ISOLATED]),
        (DrillFacts(item(), replace(NETWORK, private_endpoints=("/e",))), [NOT_ISOLATED]),
        (
            DrillFacts(item(), replace(NETWORK, zones=(ZoneLink(ZONE, registers=False, others=("/n",)),))),
            [NOT_ISOLATED],
        ),
        (DrillFacts(item(), replace(NETWORK, zones=(ZoneLink(ZONE, registers=True),))), [NOT_ISOLATED]),
        (DrillFacts(item(), replace(NETWORK, zones=(ZoneLink(ZONE, registers=False),))), []),
        (DrillFacts(item(), replace(NETWORK, route_tables=("/table",))), ["DrillNetworkRoutes"]),
        (DrillFacts(item(), NETWORK, SIZE, (Usage("cores", 99, 100),)), ["DrillQuota"]),
        (DrillFacts(item(), NETWORK, SIZE, (Usage(FAMILY, 97, 100),)), ["DrillWithoutReserve"]),
        (DrillFacts(item(), NETWORK, SIZE, (Usage("standardESv3Family", 100, 100),)), []),
    ],
)
def test_the_gates(facts: DrillFacts, told: list[str]) -> None:
    """What stands against a drill is told, and so is the gate that shows it; quota that was not read closes none."""
    assert codes(against(facts)) == told
    closed = [gate.name for gate in gates(facts) if gate.holds is False]
    shown = {"DrillIsolationUnknown", "DrillItemNotNormal", "DrillNetworkRoutes"}
    assert bool(closed) is bool(set(told) - shown)
    assert all(gate.read for gate in gates(facts))


def test_what_was_not_told_is_said_to_be_not_told() -> None:
    """Neither open nor closed."""
    facts = DrillFacts(item(), replace(NETWORK, zones=None, route_tables=("/table",)))
    untold = [gate.name for gate in gates(facts) if gate.holds is None]
    assert untold == [
        "no link to private DNS zones of others",
        "ways out that were not followed",
        "quota for the test VM and a reserve",
    ]


def test_several_need_room_together() -> None:
    """Each has room, all of them have not; those in another region have room of their own."""
    one = DrillFacts(item(), NETWORK, SIZE, (Usage("cores", 90, 100), Usage(FAMILY, 0, 100)))
    other = DrillFacts(item(recovery_region="eastasia"), NETWORK, SIZE, (Usage("cores", 90, 100),))
    assert list(together([one, one])) == []
    assert codes(together([one, one, one])) == ["DrillWithoutReserve"]
    assert codes(together([one] * 6)) == ["DrillQuota"]
    assert list(together([one, one, other, other])) == []
    assert list(together([DrillFacts(item())] * 100)) == []


def test_only_those_that_stand_at_once_need_room_for_their_tests() -> None:
    """The largest of them; and the real failover needs that of all. In several waves all stand at once."""
    one = DrillFacts(item(), NETWORK, SIZE, (Usage("cores", 0, 24), Usage(FAMILY, 0, 200)))
    large = replace(one, size=replace(SIZE, vcpus=8))
    assert list(together([one] * 10, 2)) == []
    assert codes(together([one] * 11, 2)) == ["DrillWithoutReserve"]
    assert codes(together([*[one] * 20, large, large, large], 3)) == ["DrillWithoutReserve"]
    assert codes(together([*[one] * 20, large, large, large, large], 4)) == ["DrillQuota"]
    assert (standing_at_once(1, 10), standing_at_once(3, 10)) == (10, None)
