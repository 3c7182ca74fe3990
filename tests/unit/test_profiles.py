"""Profiles: the portal's choices where nothing is said, and a clear word where something wrong is said."""

import pytest

from asr.profiles import Profile, read_profiles


def test_an_empty_profile_is_the_portals_choice() -> None:
    """24 hours of recovery points, app-consistent every hour, everything else decided by rule."""
    assert read_profiles('{"default": {}}') == {"default": Profile("default")}
    assert Profile("default").recovery_point_minutes == 24 * 60
    assert Profile("default").app_consistent_minutes == 60


def test_every_choice_is_read() -> None:
    """Names and regions are brought into the form in which they are compared."""
    text = """{"Gold": {"recoveryRegions": ["Southeast Asia", "japaneast"], "vault": "Vault-1",
        "recoveryPointMinutes": 4320, "appConsistentMinutes": 240, "multiVmSync": false, "highChurn": true,
        "testNetworkId": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/test"}}"""

    gold = read_profiles(text)["gold"]

    assert gold.name == "gold"
    assert gold.recovery_regions == ("southeastasia", "japaneast")
    assert (gold.vault, gold.recovery_point_minutes, gold.app_consistent_minutes) == ("Vault-1", 4320, 240)
    assert (gold.multi_vm_sync, gold.high_churn) == (False, True)
    assert gold.test_network_id == (
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/test"
    )


@pytest.mark.parametrize("minutes", [0, 60, 1440])
def test_an_allowed_frequency(minutes: int) -> None:
    """None at all, an hour, or up to the retention itself."""
    text = f'{{"p": {{"appConsistentMinutes": {minutes}}}}}'

    assert read_profiles(text)["p"].app_consistent_minutes == minutes


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
        ('{"p": {"recoveryRegions": "southeastasia"}}', "p.recoveryRegions"),
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
