"""Profiles: the portal's choices where nothing is said, and a clear word where something wrong is said."""

import json
from typing import Any

import pytest

from asr.choices.option import camel
from asr.choices.options import OPTIONS, ProtectionOptions
from asr.choices.profiles import Profile, profile_schema, read_profiles
from asr.choices.tags import read_request


def test_an_empty_profile_is_the_portals_choice() -> None:
    """24 hours of recovery points, app-consistent every hour, everything else decided by rule."""
    assert read_profiles('{"default": {}}') == {"default": Profile("default")}
    assert (ProtectionOptions().recovery_point_minutes, ProtectionOptions().app_consistent_minutes) == (24 * 60, 60)


def test_every_choice_is_read() -> None:
    """Names and regions are brought into the form in which they are compared."""
    text = """{"Gold": {"recoveryRegions": ["Southeast Asia", "japaneast"], "vault": "Vault-1",
        "recoveryPointMinutes": 4320, "appConsistentMinutes": 240, "multiVmSync": false, "highChurn": true,
        "testNetworkId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/test"}}"""

    gold = read_profiles(text)["gold"]

    assert gold.name == "gold"
    assert gold.choices == {
        "recovery-region": ["Southeast Asia", "japaneast"],
        "vault": "Vault-1",
        "recovery-point-minutes": 4320,
        "app-consistent-minutes": 240,
        "multi-vm-sync": False,
        "high-churn": True,
        "test-network-id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/test",
    }


def test_a_profile_may_say_things_in_their_natural_form() -> None:
    """Lists, objects and single entries mean what the tag would say."""
    text = """{"p": {"recoveryRegion": "westeurope", "excludeDisks": [3, 0], "recoveryZone": 2,
        "recoveryDiskSku": {"os": "Premium_LRS", "0": "StandardSSD_LRS"}}}"""

    options = read_request({"asr-protect": "p"}, "asr-", read_profiles(text), "p").options

    assert (options.recovery_regions, options.excluded_luns, options.recovery_zone) == (("westeurope",), (0, 3), "2")
    assert (options.target_skus.of(None), options.target_skus.of(0)) == ("Premium_LRS", "StandardSSD_LRS")


def test_a_profile_may_make_every_choice_there_is() -> None:
    """Under the same names as tags and requests, in camelCase; the schema lists them all."""
    schema: Any = profile_schema()
    properties = set(schema["$defs"]["Profile"]["properties"])

    named = {camel(name) for option in OPTIONS for name in option.also}
    assert properties == {option.json_name for option in OPTIONS} | named | {"drill"}


@pytest.mark.parametrize("minutes", [0, 60, 1440])
def test_an_allowed_frequency(minutes: int) -> None:
    """None at all, an hour, or up to the retention itself."""
    text = f'{{"p": {{"appConsistentMinutes": {minutes}}}}}'

    assert read_profiles(text)["p"].choices == {"app-consistent-minutes": minutes}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Invalid JSON"),
        ("[]", "profiles"),
        ('{"p": {"retention": 1}}', "p.retention"),
        ('{"p": {"recoveryPointMinutes": 21601}}', "p.recoveryPointMinutes"),
        ('{"p": {"recoveryPointMinutes": -1}}', "p.recoveryPointMinutes"),
        ('{"p": {"appConsistentMinutes": 59}}', "appConsistentMinutes is 59"),
        ('{"p": {"appConsistentMinutes": 1441}}', "appConsistentMinutes is 1441"),
        ('{"p": {"recoveryRegions": {}}}', "p.recoveryRegions"),
    ],
)
def test_a_wrong_choice_is_named(text: str, words: str) -> None:
    """The message says which profile and which field."""
    with pytest.raises(ValueError, match=words):
        read_profiles(text)


def test_all_wrong_choices_are_named_and_none_is_quoted() -> None:
    """Whatever was pasted into the setting is not repeated into a log."""
    with pytest.raises(ValueError, match=r"a\.vault.*b\.multiVmSync") as caught:
        read_profiles('{"a": {"vault": 1, "highChurn": false}, "b": {"multiVmSync": "pass-word"}}')

    assert "pass-word" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "true", "False", " gold", "g" * 257])
def test_a_name_that_no_tag_can_mean_is_refused(name: str) -> None:
    """The tag's value has words of its own, and Azure cuts it at 256 characters."""
    with pytest.raises(ValueError, match="name"):
        read_profiles(json.dumps({"default": {}, name: {}}))


def test_two_profiles_of_one_name_are_refused() -> None:
    """Names are compared without case, so one of the two would be lost."""
    with pytest.raises(ValueError, match="'GOLD': several profiles have this name"):
        read_profiles('{"gold": {"vault": "a"}, "GOLD": {"vault": "b"}}')


@pytest.mark.parametrize("choice", [{"recoveryZone": True}, {"highChurn": "yes"}, {"recoveryPointMinutes": True}])
def test_a_value_of_the_wrong_kind_is_refused(choice: dict[str, object]) -> None:
    """What a tag would be refused for is no better in a profile."""
    (name,) = choice
    with pytest.raises(ValueError, match=f"gold.{name}"):
        read_profiles(json.dumps({"gold": choice}))
