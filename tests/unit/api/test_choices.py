"""The choices of a request: a mistake is told with its field before anything is started."""

from typing import Any

import pytest

from asr.errors import BadRequest
from asr.settings import read_settings
from triggers.http.choices import read_choices
from triggers.http.ending_models import PlanRequest

SUBSCRIPTION = "00000000-0000-0000-0000-000000000001"
SETTINGS = read_settings(
    {"ASR_SUBSCRIPTIONS": SUBSCRIPTION, "ASR_PROFILES": '{"default": {}, "gold": {"vault": "v1"}}'}
)
FOREIGN = "/subscriptions/00000000-0000-0000-0000-00000000000f/resourceGroups/g/providers/Microsoft.RecoveryServices"


def body(**fields: Any) -> PlanRequest:
    """A body about some VM."""
    return PlanRequest.model_validate({"names": ["db-0"], **fields})


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"profile": "silver"}, "profile", "ProfileUnknown"),
        ({"profile": " FALSE"}, "profile", "BadRequest"),
        ({"overrides": {"colour": "red"}}, "overrides.colour", "ChoiceUnknown"),
        ({"overrides": {"recovery-region": "?"}}, "overrides.recovery-region", "OverrideMalformed"),
        ({"overrides": {"recoveryRegions": []}}, "overrides.recoveryRegions", "OverrideMalformed"),
        ({"overrides": {"multiVmSync": 7}}, "overrides.multiVmSync", "OverrideMalformed"),
        ({"overrides": {"exclude-disks": [0, 1.5]}}, "overrides.exclude-disks", "OverrideMalformed"),
        ({"overrides": {"vault": None}}, "overrides.vault", "OverrideMalformed"),
        ({"overrides": {"vault": f"{FOREIGN}/vaults/theirs"}}, "overrides.vault", "TargetNotAllowed"),
        ({"overrides": {"vault": "v1", "asr-vault": "v2"}}, "overrides", "ChoiceGivenTwice"),
    ],
)
def test_a_mistake_is_named_with_its_field_and_reason(fields: dict[str, Any], field: str, code: str) -> None:
    """The detail says what is wrong, and the fix."""
    with pytest.raises(BadRequest) as caught:
        read_choices(SETTINGS, body(**fields))

    assert (caught.value.field, caught.value.code, caught.value.status) == (field, code, 400)
    assert caught.value.problem


def test_natural_values_become_what_a_tag_would_say() -> None:
    """Numbers, truth values, lists and objects by disk."""
    overrides = {
        "exclude-disks": [0, "1"],
        "multiVmSync": True,
        "recovery-point-minutes": 2880,
        "recovery-disk-sku": {"os": "Premium_LRS", "1": "Standard_LRS"},
    }

    choices = read_choices(SETTINGS, body(profile="Gold", overrides=overrides))

    assert choices.profile == "Gold"
    assert choices.overrides == {
        "exclude-disks": "0,1",
        "multiVmSync": "true",
        "recovery-point-minutes": "2880",
        "recovery-disk-sku": "os=Premium_LRS,1=Standard_LRS",
    }


def test_what_may_hold_with_the_tags_is_left_to_the_run() -> None:
    """A group contradicts the default, but may agree with the VM's own tags."""
    assert read_choices(SETTINGS, body(overrides={"consistency-group": "app"})).overrides
