"""Named resources: what a name means, whether it exists, whether it is in its place."""

import pytest

from asr.choices.profiles import Profile
from asr.planning.targets import named_targets, recovery_group, target_problems
from tests.unit.planning.contoso import (
    ACCOUNTS,
    GROUP,
    NETWORK_ID,
    SUBSCRIPTION,
    TEST_NETWORK_ID,
    VAULTS,
    facts,
    named,
    request,
    vm,
)

TWIN = f"{SUBSCRIPTION}/resourceGroups/contoso-app-asr"


def test_nothing_is_named_by_default() -> None:
    """So nothing is read."""
    assert named_targets(vm(), request()) == ()


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"recovery_resource_group": "dr"}, ("resource_group", f"{SUBSCRIPTION}/resourceGroups/dr")),
        ({"recovery_resource_group": GROUP}, ("resource_group", GROUP)),
        ({"recovery_vnet": "n1"}, ("virtual_network", f"{TWIN}/providers/Microsoft.Network/virtualNetworks/n1")),
        ({"recovery_vnet": NETWORK_ID}, ("virtual_network", NETWORK_ID)),
        (
            {"recovery_availability_set": "s"},
            ("availability_set", f"{TWIN}/providers/Microsoft.Compute/availabilitySets/s"),
        ),
        ({"recovery_storage_account": "acc"}, ("storage_account", f"{TWIN}/{ACCOUNTS}/acc")),
        ({"cache_storage_account": "acc"}, ("cache_storage_account", f"{GROUP}/{ACCOUNTS}/acc")),
        ({"vault_resource_group": "v"}, ("vault_resource_group", f"{SUBSCRIPTION}/resourceGroups/v")),
        (
            {"recovery_proximity_placement_group": "p"},
            ("proximity_placement_group", f"{TWIN}/providers/Microsoft.Compute/proximityPlacementGroups/p"),
        ),
        (
            {"recovery_disk_encryption_set": "des"},
            ("disk_encryption_set", f"{TWIN}/providers/Microsoft.Compute/diskEncryptionSets/des"),
        ),
    ],
)
def test_a_name_is_searched_in_the_recovery_group(tags: dict[str, str], expected: tuple[str, str]) -> None:
    """Of a cache account in the VM's own group; a full id is taken as it is."""
    assert named_targets(vm(), request(**tags)) == (expected,)


def test_a_vaults_id_is_read_with_its_group() -> None:
    """Both may be in the source region, and either would be lost with it."""
    vault = f"{GROUP}/{VAULTS}/v1"

    assert named_targets(vm(), request(vault=vault)) == (("vault", vault), ("vault_holder", GROUP))


def test_names_are_searched_in_the_named_recovery_group() -> None:
    """One tag changes what another means."""
    asked = request(recovery_resource_group="dr", recovery_vnet="n1")
    dr = f"{SUBSCRIPTION}/resourceGroups/dr"

    assert dict(named_targets(vm(), asked)) == {
        "resource_group": dr,
        "virtual_network": f"{dr}/providers/Microsoft.Network/virtualNetworks/n1",
    }


def test_a_vaults_bare_name_is_not_read_and_the_profiles_test_network_is() -> None:
    """The subscription's vaults are listed anyway."""
    asked = request(Profile("p", {"vault": "v", "test-network-id": TEST_NETWORK_ID}))

    assert named_targets(vm(), asked) == (("test_network", TEST_NETWORK_ID),)


PLACES = [
    ({"recovery_resource_group": "dr"}, "westeurope", "eastasia"),
    ({"recovery_vnet": "n1"}, "southeastasia", "westeurope"),
    ({"recovery_availability_set": "s"}, "southeastasia", "eastasia"),
    ({"recovery_storage_account": "acc"}, "Southeast Asia", "eastasia"),
    ({"cache_storage_account": "acc"}, "eastasia", "southeastasia"),
]


@pytest.mark.parametrize(("tags", "right", "wrong"), PLACES)
def test_a_named_resource_must_exist_in_its_place(tags: dict[str, str], right: str, wrong: str) -> None:
    """Its problem is told with the id and with where it ought to be."""
    asked = request(**tags)
    ((role, id_),) = named_targets(vm(), asked)

    def codes(location: str | None) -> list[str]:
        read = facts(named=(named(role, id_.upper(), location),))
        return [problem.code for problem in target_problems(read, asked, "eastasia", "southeastasia")]

    assert codes(right) == []
    assert codes(wrong) == ["TargetInWrongRegion"]
    assert codes(None) == ["TargetNotFound"]


def test_a_resource_that_was_not_read_counts_as_missing() -> None:
    """Never a silent fallback."""
    problems = target_problems(facts(), request(recovery_vnet="n1"), "eastasia", "southeastasia")

    assert [problem.code for problem in problems] == ["TargetNotFound"]


def test_a_cache_account_is_of_the_vms_subscription() -> None:
    """Azure takes no other from the portal."""
    other = f"/subscriptions/other/resourceGroups/g/{ACCOUNTS}/acc"
    read = facts(named=(named("cache_storage_account", other, "eastasia"),))
    problems = target_problems(read, request(cache_storage_account=other), "eastasia", "southeastasia")

    assert [problem.code for problem in problems] == ["CacheAccountInWrongSubscription"]


def test_the_recovery_group_is_a_twin_or_the_named_one() -> None:
    """A named group stays where it is."""
    dr = f"{SUBSCRIPTION}/resourceGroups/dr"
    asked = request(recovery_resource_group="dr")
    kept = recovery_group(facts(named=(named("resource_group", dr, "West Europe"),)), asked, "southeastasia")
    made = recovery_group(facts(), request(), "southeastasia")

    assert (kept.id, kept.location) == (dr, "westeurope")
    assert (made.id, made.location) == (TWIN, "southeastasia")
