"""The question that Resource Graph is there for: which machines are protected, and how they are."""

from local.emulator.server import Emulator
from tests.emulator.site_recovery.arm import Arm
from tests.emulator.site_recovery.estate import Estate

QUERY = """
resources
| where type =~ 'Microsoft.Compute/virtualMachines' and name startswith 'web'
| extend machine = tolower(id)
| join kind=leftouter (
    recoveryservicesresources
    | where type =~ 'microsoft.recoveryservices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems'
    | where properties.providerSpecificDetails.instanceType == 'A2A'
    | project machine = tolower(tostring(properties.providerSpecificDetails.fabricObjectId)),
              state = tostring(properties.protectionState), health = tostring(properties.replicationHealth)
  ) on machine
| project name, state, health
| order by name asc
"""  # noqa: E501 - the type has this name


def test_machines_beside_their_protected_items() -> None:
    """A protected machine has state and health beside it, another one nothing; protection shows in a vault's table."""
    with Emulator("east-asia") as emulator, Arm(emulator) as arm:
        estate = Estate(arm)
        estate.make_target()
        estate.make_foundation()
        estate.protect()

        asked = {"query": QUERY}
        answer = arm.ask("POST", "/providers/Microsoft.ResourceGraph/resources", asked, version="2021-03-01").json()

    assert [(row["name"], row["state"]) for row in answer["data"]] == [("web-0", "Protected"), ("web-1", None)]
    assert [row["health"] for row in answer["data"]] == ["Normal", None]
