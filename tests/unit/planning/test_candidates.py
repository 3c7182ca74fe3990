"""What can be chosen: ranked by the rules that decide, so that the first is what a decision takes."""

from typing import Any

import pytest

from asr.model.outcome import Reason
from asr.planning.candidates import Candidate, Listed, TargetKind, region_candidates, resource_candidates
from asr.planning.protection_plan import plan_protection
from asr.planning.regions import RegionChoice, choose_region
from asr.reasons.render import render
from tests.unit.planning.contoso import (
    GROUP,
    MATRIX,
    REGIONS,
    SUBSCRIPTION,
    VAULTS,
    account,
    facts,
    request,
    vault,
    vm,
)

NETWORKS = "providers/Microsoft.Network/virtualNetworks"


def regions(source: str, **tags: str) -> tuple[Candidate, ...]:
    """The candidates for a VM in this region."""
    return region_candidates(facts(vm(location=source), regions=REGIONS, vaults=()), request(**tags))


@pytest.mark.parametrize("region", REGIONS, ids=lambda region: region.name)
@pytest.mark.parametrize("geography", ["require", "prefer", "group"])
def test_the_first_region_is_the_one_that_a_decision_takes(region: object, geography: str) -> None:
    """Whatever the source and the geography that is asked for; and every region is listed once."""
    source = region.name  # type: ignore[attr-defined]
    listed = regions(source, geography=geography)
    choice = choose_region(source, (), (), REGIONS, MATRIX.regions, geography)

    assert sorted(one.name for one in listed) == sorted(one.name for one in REGIONS)
    if isinstance(choice, RegionChoice):
        assert (listed[0].name, listed[0].suits) == (choice.name, True)
    assert [one.suits for one in listed] == sorted((one.suits for one in listed), reverse=True)
    assert all(one.because and (one.score > 0) == one.suits for one in listed)


def test_a_region_that_does_not_suit_says_why() -> None:
    """The source itself, another circle, a region on request."""
    why = {one.name: one.because for one in regions("eastasia") if not one.suits}

    assert "is the source region" in why["eastasia"]
    assert "another closed circle" in why["usgovvirginia"]


def test_a_region_that_is_asked_for_comes_first() -> None:
    """Then what the rules would have taken."""
    listed = regions("eastasia", recovery_region="westeurope")

    assert [(one.name, one.score) for one in listed[:2]] == [("westeurope", 100), ("southeastasia", 30)]


def test_a_refusal_for_want_of_a_region_names_the_neighbours_and_the_choice_that_allows_them() -> None:
    """The choice is called as its tag is here."""
    refusal = choose_region("polandcentral", (), (), REGIONS, MATRIX.regions)

    assert isinstance(refusal, Reason)
    words = render(refusal, "dr-")
    assert "northeurope" in words["sentence"]
    assert "dr-geography=group" in words["fix"]


def resources(kind: TargetKind, *listed: Listed, **changes: Any) -> dict[str, Candidate]:
    """Candidates by name, for the VM of the stories."""
    about = facts(**changes)
    plan = plan_protection(about, request()).plan
    found = resource_candidates(kind, about, request(), listed, "southeastasia", plan)
    return {one.name: one for one in found}


def test_a_network_has_to_be_in_the_recovery_region_and_beside_the_recovered_vm() -> None:
    """What the decision would create is listed, too."""
    there = Listed(f"{GROUP}/{NETWORKS}/there", "southeastasia")
    here = Listed(f"{GROUP}/{NETWORKS}/here", "eastasia")
    foreign = Listed(f"/subscriptions/other/resourceGroups/g/{NETWORKS}/foreign", "southeastasia")

    found = resources(TargetKind.VIRTUAL_NETWORK, here, there, foreign)

    assert list(found) == ["contoso-vnet-asr", "there", "foreign", "here"]
    assert (found["contoso-vnet-asr"].exists, found["contoso-vnet-asr"].score) == (False, 100)
    assert "in the recovery region, southeastasia" in found["here"].because
    assert "subscription of the recovered VM" in found["foreign"].because


def test_a_vault_in_the_source_region_does_not_suit() -> None:
    """It would be lost with the VM; one that protects between the regions comes first."""
    pairs = (("eastasia", "southeastasia"),)
    vaults = (vault("near", "eastasia"), vault("far", "westeurope"), vault("paired", "westeurope", pairs=pairs))
    listed = [Listed(one.id, one.location) for one in vaults]

    found = resources(TargetKind.VAULT, *listed, vaults=vaults)

    assert [(name, one.suits) for name, one in found.items()] == [("paired", True), ("far", True), ("near", False)]
    assert found["near"].id == f"{SUBSCRIPTION}/resourceGroups/vaults/{VAULTS}/near"


def test_an_account_is_a_cache_here_and_a_target_there() -> None:
    """A VM without unmanaged disks has no use for one there."""
    here, there = Listed(account("here").id, "eastasia"), Listed(account("there").id, "southeastasia")

    found = resources(TargetKind.STORAGE_ACCOUNT, here, there)

    assert found["here"].suits
    assert not found["there"].suits


def test_a_vm_in_no_set_has_no_use_for_one() -> None:
    """Azure recovers into a set only what was in one."""
    one = Listed(f"{GROUP}/providers/Microsoft.Compute/availabilitySets/spare", "southeastasia")

    found = resources(TargetKind.AVAILABILITY_SET, one, machine=vm(availability_set_id=None), availability_set=None)

    assert not found["spare"].suits
