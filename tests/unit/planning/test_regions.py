"""The recovery region: the rules in order, the exceptions on both sides, the reason in words."""

import pytest

from asr.model.outcome import Reason
from asr.planning.regions import RegionChoice, choose_region
from tests.unit.planning.contoso import MATRIX, REGIONS, vault

ELSEWHERE = vault("v", "westeurope")


def chosen(source: str, *asked: str, vaults: tuple = ()) -> str:
    """The chosen region, or the code of the reason against all."""
    answer = choose_region(source, asked, vaults, REGIONS, MATRIX.regions)
    return answer.name if isinstance(answer, RegionChoice) else answer.code


@pytest.mark.parametrize(
    ("source", "asked", "vaults", "expected"),
    [
        ("eastasia", ("westeurope",), (), "westeurope"),
        ("eastasia", ("westeurope", "northeurope"), (), "westeurope"),
        ("eastasia", ("eastasia", "northeurope"), (), "northeurope"),
        ("eastasia", ("nowhere", "northeurope"), (), "northeurope"),
        ("eastasia", ("northeurope",), (ELSEWHERE,), "northeurope"),
        ("eastasia", (), (ELSEWHERE,), "westeurope"),
        ("westeurope", (), (ELSEWHERE,), "northeurope"),
        ("eastasia", (), (ELSEWHERE, vault("w", "northeurope")), "southeastasia"),
        ("eastasia", (), (), "southeastasia"),
        ("westus3", (), (), "eastus"),
        ("brazilsouth", (), (), "southcentralus"),
    ],
)
def test_rules_are_tried_in_order(source: str, asked: tuple[str, ...], vaults: tuple, expected: str) -> None:
    """Asked for; the only vault's; the pair; the same geography."""
    assert chosen(source, *asked, vaults=vaults) == expected


@pytest.mark.parametrize(
    ("source", "asked", "code"),
    [
        ("eastasia", ("eastasia",), "RecoveryRegionUnsuitable"),
        ("eastasia", ("nowhere",), "RecoveryRegionUnsuitable"),
        ("polandcentral", (), "RecoveryRegionNotFound"),
        ("newzealandnorth", (), "RecoveryRegionNotFound"),
        ("francecentral", (), "RecoveryRegionNotFound"),
        ("usgovvirginia", ("westeurope",), "RecoveryRegionUnsuitable"),
        ("westeurope", ("usgovvirginia",), "RecoveryRegionUnsuitable"),
        ("brazilsouth", ("westeurope",), "RecoveryRegionUnsuitable"),
        ("westeurope", ("brazilsouth",), "RecoveryRegionUnsuitable"),
        ("brazilsoutheast", ("westeurope",), "SourceRegionClosed"),
    ],
)
def test_no_region_is_a_reason(source: str, asked: tuple[str, ...], code: str) -> None:
    """Never the source region, never across a closed circle, never out of the geography unasked."""
    assert chosen(source, *asked) == code


@pytest.mark.parametrize(
    ("source", "asked", "expected"),
    [
        ("usgovvirginia", (), "usgovtexas"),
        ("brazilsouth", ("brazilsoutheast",), "brazilsoutheast"),
        ("westeurope", ("newzealandnorth",), "newzealandnorth"),
        ("francecentral", ("francesouth",), "francesouth"),
    ],
)
def test_the_exceptions_have_another_side(source: str, asked: tuple[str, ...], expected: str) -> None:
    """Within a closed circle, to the targets that are open, and to restricted regions that somebody named."""
    assert chosen(source, *asked) == expected


def test_a_restricted_region_that_was_named_is_used_with_a_warning() -> None:
    """Whoever names it is taken to have access; by rule it is never chosen."""
    answer = choose_region("francecentral", ("francesouth",), (), REGIONS, MATRIX.regions)
    open_one = choose_region("francecentral", ("westeurope",), (), REGIONS, MATRIX.regions)

    assert isinstance(answer, RegionChoice)
    assert [warning.code for warning in answer.warnings] == ["RecoveryRegionRestricted"]
    assert isinstance(open_one, RegionChoice)
    assert open_one.warnings == ()


def test_the_reason_tells_rule_score_and_what_was_turned_down() -> None:
    """So that nobody has to guess why it is this region."""
    answer = choose_region("eastasia", (), (vault("mine", "eastasia"),), REGIONS, MATRIX.regions)

    assert isinstance(answer, RegionChoice)
    assert answer.because == (
        "southeastasia: paired region of eastasia (score 60); "
        "not eastasia (region of the only vault, mine) is the source region"
    )


def test_within_a_geography_the_region_that_calls_the_source_its_pair_comes_first() -> None:
    """The nearer, the better; equal ones by name."""
    known = tuple(region for region in REGIONS if region.name != "westus")
    answer = choose_region("eastus", (), (), known, MATRIX.regions)

    assert isinstance(answer, RegionChoice)
    assert answer.name == "westus3"
    assert "score 55" in answer.because


def test_unread_regions_leave_only_names_to_compare() -> None:
    """A region that was asked for is taken; without regions nothing can be found by rule."""
    asked = choose_region("eastasia", ("westeurope",), (), (), MATRIX.regions)
    found = choose_region("eastasia", (), (), (), MATRIX.regions)

    assert isinstance(asked, RegionChoice)
    assert isinstance(found, Reason)
