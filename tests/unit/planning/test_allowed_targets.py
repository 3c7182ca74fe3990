"""Who may tag a VM does not choose where its data goes."""

import pytest

from asr.choices.allowed_targets import is_allowed, scope_of
from asr.choices.profiles import Profile
from asr.choices.tags import Asked, read_request
from asr.settings import read_settings

HOME = "11111111-2222-3333-4444-555555555555"
OTHER = "99999999-2222-3333-4444-555555555555"
PROFILE = "77777777-2222-3333-4444-555555555555"
VAULT = "/subscriptions/{}/resourceGroups/dr/providers/Microsoft.RecoveryServices/vaults/v-1"


def codes(tags: dict[str, str], asked: Asked | None = None, **settings: str) -> list[str]:
    """What is wrong with these tags under these settings."""
    read = read_settings({"ASR_SUBSCRIPTIONS": HOME, **settings})
    found = read_request(
        {"asr-protect": "true", **tags}, "asr-", read.profiles, read.default_profile, asked, read.targets
    )
    return [one.code for one in found.problems]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ("", ["TargetNotAllowed"]),
        (OTHER.upper(), []),
        (f"/subscriptions/{OTHER}/", []),
        (f"/subscriptions/{OTHER}/resourceGroups/DR", []),
        (f"/subscriptions/{OTHER}/resourceGroups/d", ["TargetNotAllowed"]),
        (VAULT.format(OTHER), []),
        (VAULT.format(OTHER) + "2", ["TargetNotAllowed"]),
        (PROFILE, ["TargetNotAllowed"]),
    ],
)
def test_a_vault_elsewhere_has_to_be_allowed(targets: str, expected: list[str]) -> None:
    """By its subscription, its group or itself; a name that merely begins alike is another."""
    assert codes({"asr-vault": VAULT.format(OTHER)}, ASR_TARGETS=targets) == expected


@pytest.mark.parametrize(
    ("tag", "id_"),
    [
        ("recovery-resource-group", "/subscriptions/{}/resourceGroups/g"),
        ("recovery-vnet", "/subscriptions/{}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/net"),
        ("cache-storage-account", "/subscriptions/{}/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/abc"),
        (
            "automation-account",
            "/subscriptions/{}/resourceGroups/g/providers/Microsoft.Automation/automationAccounts/auto-1",
        ),
        ("test-network-id", "/subscriptions/{}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/net"),
    ],
)
def test_every_kind_of_target_is_held(tag: str, id_: str) -> None:
    """In a tag and in a body alike; in a watched subscription each is allowed."""
    assert codes({f"asr-{tag}": id_.format(OTHER)}) == ["TargetNotAllowed"]
    assert codes({}, Asked(None, {tag: id_.format(OTHER)})) == ["TargetNotAllowed"]
    assert codes({f"asr-{tag}": id_.format(HOME.upper())}) == []


def test_what_a_profile_names_is_allowed_to_tags_as_well() -> None:
    """The operator wrote the profile."""
    profiles = f'{{"default": {{}}, "dr": {{"vault": "{VAULT.format(PROFILE)}"}}}}'

    assert codes({"asr-protect": "dr"}, ASR_PROFILES=profiles) == []
    assert codes({"asr-vault": VAULT.format(PROFILE)}, ASR_PROFILES=profiles) == []
    assert codes({"asr-vault": VAULT.format(OTHER)}, ASR_PROFILES=profiles) == ["TargetNotAllowed"]


def test_a_target_that_is_not_allowed_is_not_read() -> None:
    """Nothing is asked of Azure about it."""
    request = read_request(
        {"asr-protect": "true", "asr-vault": VAULT.format(OTHER)}, "asr-", {"d": Profile("d")}, "d", None, ()
    )

    assert request.options.vault is None


@pytest.mark.parametrize("text", ["x", "/subscriptions/x", f"{OTHER}/resourceGroups", f"/subscriptions/{OTHER}/x/y"])
def test_what_is_no_scope(text: str) -> None:
    """Settings name it."""
    assert scope_of(text) is None


def test_a_scope_holds_itself_and_what_is_in_it() -> None:
    """Ids compare without case and doubled slashes."""
    assert is_allowed(f"/Subscriptions/{OTHER}//resourceGroups/A", [f"/subscriptions/{OTHER}"])
    assert not is_allowed(f"/subscriptions/{OTHER}0/resourceGroups/a", [f"/subscriptions/{OTHER}"])
