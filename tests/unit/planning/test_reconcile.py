"""What exists is adopted by what it is; what does not serve is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.model.specs import PolicySpec
from asr.model.vault_facts import Container, ContainerMapping, Fabric, NetworkMapping, Policy, PolicyValues
from asr.model.vm_facts import Subnet
from asr.planning.reconcile import (
    choose_container,
    choose_container_mapping,
    choose_fabric,
    choose_network_mapping,
    choose_policy,
    choose_subnet,
)

DAY = PolicyValues(1440, 5, 60, multi_vm_sync=True)
WANTED = PolicySpec("V", "24-hour-retention-policy", DAY)


def fabric(name: str, location: str) -> Fabric:
    """A fabric whose id is its name in capitals."""
    return Fabric(name.upper(), name, location)


def policy(name: str, values: PolicyValues = DAY) -> Policy:
    """A policy whose id is its name."""
    return Policy(name, name, values)


MINE, THEIRS = fabric("asr-a2a-default-eastasia", "eastasia"), fabric("terraform", "East Asia")


@pytest.mark.parametrize(
    ("existing", "answer"),
    [
        ((), "asr-a2a-default-eastasia"),
        ((MINE,), MINE),
        ((THEIRS,), THEIRS),
        ((fabric("other", "westeurope"),), "asr-a2a-default-eastasia"),
        ((fabric("ASR-a2a-default-eastasia", "westeurope"),), "asr-a2a-default-eastasia-2"),
    ],
)
def test_a_fabric_is_found_by_its_region(existing: tuple[Fabric, ...], answer: object) -> None:
    """Azure takes one per region, whoever named it."""
    assert choose_fabric(existing, "eastasia", "asr-a2a-default-eastasia") == answer


def container(name: str, fabric_id: str = MINE.id) -> Container:
    """A container of our fabric."""
    return Container(name, name, fabric_id)


PORTAL = "asr-a2a-default-eastasia-container"


@pytest.mark.parametrize(
    ("existing", "answer"),
    [
        ((), PORTAL),
        ((container("x"),), container("x")),
        ((container("x", "other fabric"),), PORTAL),
        ((container("a"), container(PORTAL.upper())), container(PORTAL.upper())),
        ((container("b"), container("a")), container("a")),
        ((container("asr-a2a-default-eastasia-t-container"),), PORTAL),
    ],
)
def test_a_container_is_found_by_its_fabric(existing: tuple[Container, ...], answer: object) -> None:
    """The portal's by name among several; never a zone-to-zone target."""
    assert choose_container(existing, MINE, PORTAL) == answer


OTHER = PolicyValues(4320, 5, 0, multi_vm_sync=True)


@pytest.mark.parametrize(
    ("existing", "answer"),
    [
        ((), "24-hour-retention-policy"),
        ((policy("24-Hour-retention-policy"),), policy("24-Hour-retention-policy")),
        ((policy("gold"),), policy("gold")),
        ((policy("a"), policy("24-hour-retention-policy")), policy("24-hour-retention-policy")),
        ((policy("z", OTHER), policy("b"), policy("a")), policy("a")),
        ((policy("24-hour-retention-policy", OTHER),), "1440-minute-retention-app-60-minutes-policy"),
        (
            (
                policy("24-hour-retention-policy", OTHER),
                policy("1440-minute-retention-app-60-minutes-policy", OTHER),
            ),
            "1440-minute-retention-app-60-minutes-policy-2",
        ),
    ],
)
def test_a_policy_is_found_by_its_values(existing: tuple[Policy, ...], answer: object) -> None:
    """A name that other values have taken is left to them."""
    assert choose_policy(existing, WANTED) == answer


def mapping(name: str, source: str = "S", target: str = "T", policy_id: str = "P") -> ContainerMapping:
    """A container mapping."""
    return ContainerMapping(name, name, source, target, policy_id, "Paired")


@pytest.mark.parametrize(
    ("existing", "answer"),
    [
        ((), "m"),
        ((mapping("theirs", "s", "t", "p"),), mapping("theirs", "s", "t", "p")),
        ((mapping("m", policy_id="other"),), "m-2"),
        ((mapping("m", source="T", target="S"),), "m"),
        ((mapping("x", target="other"),), "m"),
    ],
)
def test_a_container_mapping_is_found_by_what_it_joins(existing: tuple[ContainerMapping, ...], answer: object) -> None:
    """One per policy and direction; names count within the source container."""
    assert choose_container_mapping(existing, "S", "T", "P", "m") == answer


def network_mapping(name: str, primary: str = "/net", fabric_id: str | None = "F2") -> NetworkMapping:
    """A network mapping that leads somewhere."""
    return NetworkMapping(name, name, primary, "/elsewhere", fabric_id, "Paired")


@pytest.mark.parametrize(
    ("existing", "answer"),
    [
        ((), "n"),
        ((network_mapping("theirs", "/NET/", "f2"),), network_mapping("theirs", "/NET/", "f2")),
        ((network_mapping("theirs", fabric_id=None),), network_mapping("theirs", fabric_id=None)),
        ((network_mapping("theirs", fabric_id="F3"),), "n"),
        ((network_mapping("n", primary="/other"),), "n-2"),
    ],
)
def test_an_existing_network_mapping_wins(existing: tuple[NetworkMapping, ...], answer: object) -> None:
    """Wherever it leads: Azure maps a network once towards a fabric."""
    assert choose_network_mapping(existing, "/net", "F2", "n") == answer


@pytest.mark.parametrize(
    ("names", "expected"),
    [(("db", "Web"), "Web"), (("zeta", "Alpha", "beta"), "Alpha"), ((), None)],
)
def test_the_subnet_of_the_same_name_else_the_first(names: tuple[str, ...], expected: str | None) -> None:
    """As the portal does."""
    assert choose_subnet("web", [Subnet(name, ()) for name in names]) == expected


@given(st.permutations([policy("c"), policy("a"), policy("b", OTHER), policy("24-hour-retention-policy", OTHER)]))
def test_the_order_of_a_list_does_not_matter(existing: list[Policy]) -> None:
    """Azure keeps none; two runs must adopt the same."""
    assert choose_policy(existing, WANTED) == policy("a")
