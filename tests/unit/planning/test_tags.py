"""The tag grammar: what is asked for, and what cannot be understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.choices.options import OPTIONS, ProtectionOptions
from asr.choices.profiles import Profile
from asr.choices.request import ProtectionRequest
from asr.choices.tags import Asked, read_request
from asr.choices.values import PerDisk
from asr.model.choices import Origin
from tests.unit.planning.contoso import GROUP, NETWORK_ID, request
from tests.words import sentence

PROFILES = {"default": Profile("default"), "gold": Profile("gold", {"recovery-point-minutes": "4320"})}


def read(tags: dict[str, str]) -> ProtectionRequest:
    """The request in these tags."""
    return read_request(tags, "asr-", PROFILES, "default")


@pytest.mark.parametrize("tags", [{}, {"asr-protect": "false"}, {"ASR-Protect": " False "}, {"asr-protect": ""}])
def test_nothing_is_requested_without_the_tag_or_with_false(tags: dict[str, str]) -> None:
    """Other tags alone ask for nothing, so a half-removed set of tags is no error."""
    assert read({**tags, "asr-recovery-region": "no region!"}) == ProtectionRequest()


@pytest.mark.parametrize(
    ("value", "profile"), [("true", "default"), (" TRUE ", "default"), ("gold", "gold"), ("Gold ", "gold")]
)
def test_the_tag_names_a_profile(value: str, profile: str) -> None:
    """Values are trimmed and compared without case; so are names of tags."""
    found = read({"Asr-PROTECT": value})

    assert found.requested
    assert found.profile == PROFILES[profile]
    assert found.problems == found.warnings == ()


def test_an_unknown_profile_is_refused_and_the_known_ones_are_told() -> None:
    """Never a silent fallback to the default."""
    found = read({"asr-protect": "golf"})

    assert found.requested
    assert found.profile is None
    assert [problem.code for problem in found.problems] == ["ProfileUnknown"]
    assert "default, gold" in sentence(found.problems[0])


PROVIDERS = f"{GROUP}/providers"
KEYS = f"{PROVIDERS}/Microsoft.KeyVault/vaults/keys"
AUTOMATION = f"{PROVIDERS}/Microsoft.Automation/automationAccounts/updates"
SECRET = "https://keys.vault.azure.net/secrets/os/1"

GOOD = [
    ("on-untag", "Keep", ProtectionOptions(on_untag="keep")),
    ("grace-days", "0", ProtectionOptions(grace_days=0)),
    ("grace-days", "365", ProtectionOptions(grace_days=365)),
    ("recovery-region", "West Europe", ProtectionOptions(recovery_regions=("westeurope",))),
    ("recovery-resource-group", "Größe_(1)", ProtectionOptions(recovery_group="Größe_(1)")),
    ("recovery-resource-group", f"{GROUP}/", ProtectionOptions(recovery_group=GROUP)),
    ("recovery-vnet", "dr-vnet", ProtectionOptions(recovery_network="dr-vnet")),
    ("recovery-vnet", NETWORK_ID, ProtectionOptions(recovery_network=NETWORK_ID)),
    ("recovery-availability-set", "s", ProtectionOptions(recovery_availability_set="s")),
    ("recovery-zone", "2", ProtectionOptions(recovery_zone="2")),
    ("recovery-storage-account", "acc", ProtectionOptions(recovery_account="acc")),
    ("cache-storage-account", "cache01", ProtectionOptions(cache_account="cache01")),
    ("vault", "Site-Recovery-Vault", ProtectionOptions(vault="Site-Recovery-Vault")),
    ("exclude-disks", " 3, 0,3 ", ProtectionOptions(excluded_luns=(0, 3))),
    ("consistency-group", "App-1", ProtectionOptions(consistency_group="app-1")),
    ("recovery-region", "Japan East, westeurope", ProtectionOptions(recovery_regions=("japaneast", "westeurope"))),
    ("geography", "Require", ProtectionOptions(geography="require")),
    ("vault-resource-group", "vaults", ProtectionOptions(vault_group="vaults")),
    ("recovery-subnet", "web", ProtectionOptions(recovery_subnet="web")),
    ("recovery-proximity-placement-group", "near", ProtectionOptions(placement_group="near")),
    ("recovery-capacity-reservation-group", "kept", ProtectionOptions(capacity_group="kept")),
    ("recovery-scale-set", "flex", ProtectionOptions(scale_set="flex")),
    ("boot-diagnostics-account", "boot01", ProtectionOptions(boot_diagnostics_account="boot01")),
    ("recovery-disk-encryption-set", "des", ProtectionOptions(encryption_set="des")),
    ("recovery-key-vault", KEYS, ProtectionOptions(key_vault=KEYS)),
    ("recovery-disk-sku", "premium_lrs", ProtectionOptions(target_skus=PerDisk((("every", "Premium_LRS"),)))),
    ("replica-disk-sku", "OS=Standard_LRS", ProtectionOptions(replica_skus=PerDisk((("os", "Standard_LRS"),)))),
    ("high-churn", "True", ProtectionOptions(high_churn=True)),
    ("recovery-point-minutes", "4320", ProtectionOptions(recovery_point_minutes=4320)),
    ("app-consistent-minutes", "0", ProtectionOptions(app_consistent_minutes=0)),
    ("multi-vm-sync", "false", ProtectionOptions(multi_vm_sync=False)),
    ("automation-account", AUTOMATION, ProtectionOptions(automation_account=AUTOMATION)),
    ("test-network-id", NETWORK_ID, ProtectionOptions(test_network_id=NETWORK_ID)),
    ("recovery-name", "web-0-dr", ProtectionOptions(recovery_name="web-0-dr")),
    ("recovery-size", "Standard_D2s_v5", ProtectionOptions(recovery_size="Standard_D2s_v5")),
    ("recovery-security-group", "nsg", ProtectionOptions(security_group="nsg")),
    ("recovery-public-address", "ip", ProtectionOptions(public_address="ip")),
    ("rpo-minutes", "15", ProtectionOptions(rpo_minutes=15)),
    ("on-drift", "Propose", ProtectionOptions(on_drift="propose")),
    ("new-disks", "ignore", ProtectionOptions(new_disks="ignore")),
    ("recovery-plan", "Web-Shop", ProtectionOptions(recovery_plan="web-shop")),
    ("recovery-wave", "0", ProtectionOptions(recovery_wave=0)),
    ("recovery-wave", "99", ProtectionOptions(recovery_wave=99)),
    ("wave-failure", "Continue", ProtectionOptions(wave_failure="continue")),
]

BAD = [
    ("on-untag", "delete"),
    ("grace-days", "366"),
    ("grace-days", "soon"),
    ("recovery-name", "-web"),
    ("recovery-size", "large"),
    ("recovery-security-group", "a b"),
    ("recovery-public-address", "/subscriptions/s"),
    ("on-drift", "ignore"),
    ("rpo-minutes", "-1"),
    ("new-disks", "report"),
    ("recovery-plan", "web shop"),
    ("recovery-plan", "x"),
    ("recovery-wave", "100"),
    ("recovery-wave", "first"),
    ("wave-failure", "go on"),
    ("recovery-region", "west/europe"),
    ("recovery-resource-group", "ends-with."),
    ("recovery-resource-group", f"{GROUP}/providers/Microsoft.Compute/virtualMachines/v"),
    ("recovery-vnet", "a b"),
    ("recovery-vnet", f"{GROUP}/providers/Microsoft.Compute/virtualMachines/v"),
    ("recovery-availability-set", "/subscriptions/s"),
    ("recovery-zone", "0"),
    ("recovery-zone", "zone1"),
    ("recovery-storage-account", "Upper"),
    ("cache-storage-account", "ab"),
    ("vault", "1vault"),
    ("exclude-disks", ""),
    ("exclude-disks", "1,,2"),
    ("exclude-disks", "64"),
    ("exclude-disks", "os"),
    ("consistency-group", "-x"),
    ("recovery-region", "westeurope,"),
    ("geography", "never"),
    ("vault-resource-group", "a/b"),
    ("recovery-subnet", "a/b"),
    ("recovery-proximity-placement-group", "-"),
    ("recovery-capacity-reservation-group", NETWORK_ID),
    ("recovery-scale-set", "a b"),
    ("boot-diagnostics-account", "x"),
    ("recovery-disk-encryption-set", "a.b"),
    ("recovery-key-vault", "keys"),
    ("recovery-encryption-secret", "http://keys.vault.azure.net/secrets/os"),
    ("recovery-encryption-key", SECRET),
    ("recovery-disk-sku", "Premium"),
    ("recovery-disk-sku", "0=Premium_LRS,0=Standard_LRS"),
    ("replica-disk-sku", "64=Premium_LRS"),
    ("high-churn", "yes"),
    ("recovery-point-minutes", "21601"),
    ("app-consistent-minutes", "-1"),
    ("multi-vm-sync", "1"),
    ("automation-account", "updates"),
    ("test-network-id", "drill-vnet"),
]


@pytest.mark.parametrize(("tag", "value", "expected"), GOOD)
def test_an_override_is_read(tag: str, value: str, expected: ProtectionOptions) -> None:
    """One tag each, names or full ids."""
    found = read({"asr-protect": "true", f"ASR-{tag}": value})

    assert found.options == expected
    assert found.problems == ()


@pytest.mark.parametrize(("tag", "value"), BAD)
def test_a_malformed_override_is_refused(tag: str, value: str) -> None:
    """The tag, its value as written, and what is expected are told."""
    found = read({"asr-protect": "true", f"asr-{tag}": value})

    assert [problem.code for problem in found.problems] == ["OverrideMalformed"]
    assert f"asr-{tag}" in sentence(found.problems[0])
    assert repr(value) in sentence(found.problems[0])


KEYS_OF_A_DISK = {"recovery-encryption-secret", "recovery-encryption-key"}
"""They stand in a test of their own: alone they contradict."""


def test_every_override_has_good_and_bad_examples_here() -> None:
    """A new tag needs tests on both sides."""
    assert (
        {tag for tag, _, _ in GOOD} | KEYS_OF_A_DISK == {tag for tag, _ in BAD} == {option.name for option in OPTIONS}
    )


def test_an_unknown_tag_of_ours_is_a_warning() -> None:
    """A typing error is told, but does not stop protection; tags of others are none of ours."""
    found = read({"asr-protect": "true", "asr-recovery-regoin": "westeurope", "team": "web"})

    assert found.problems == ()
    assert [warning.code for warning in found.warnings] == ["TagUnknown"]
    assert "asr-recovery-regoin" in sentence(found.warnings[0])


def test_all_problems_are_told_at_once() -> None:
    """So that a person repairs them in one go."""
    found = request(protect="golf", recovery_zone="x", vault="!", exclude_disks="a")

    assert [problem.code for problem in found.problems] == ["ProfileUnknown"] + ["OverrideMalformed"] * 3


@pytest.mark.parametrize(
    ("apart", "together"),
    [
        (({"recovery_zone": "1"}, {"recovery_availability_set": "s"}), ("recovery-zone", "recovery-availability-set")),
        (({"recovery_scale_set": "f"}, {"recovery_availability_set": "s"}), ("recovery-scale-set",)),
        (({"consistency_group": "app"}, {"multi_vm_sync": "false"}), ("multi-vm-sync",)),
    ],
)
def test_choices_that_contradict(apart: tuple[dict[str, str], dict[str, str]], together: tuple[str, ...]) -> None:
    """Each is fine on its own; both are named as they were written."""
    one, other = apart
    (found,) = request(**one, **other).problems

    assert found.code == "TagsContradict"
    assert all(f"asr-{name}" in sentence(found) for name in together)
    assert request(**one).problems == request(**other).problems == ()


def test_keys_of_disks_come_with_their_vault_and_secret() -> None:
    """A key alone, or a secret without its vault's id, opens nothing."""
    key = SECRET.replace("secrets", "keys")
    whole = request(recovery_key_vault=KEYS, recovery_encryption_secret=SECRET, recovery_encryption_key=key)

    assert whole.problems == ()
    assert (whole.options.encryption_secrets.of(None), whole.options.encryption_keys.of(3)) == (SECRET, key)
    assert [one.code for one in request(recovery_encryption_secret=SECRET).problems] == ["TagsContradict"]
    assert [one.code for one in request(recovery_encryption_key=key).problems] == ["TagsContradict"]


@pytest.mark.parametrize(
    ("minutes", "kept", "codes"),
    [
        ("60", "60", []),
        ("59", "1440", ["FrequencyOutOfRange"]),
        ("1440", "1440", []),
        ("1441", "1440", ["FrequencyOutOfRange"]),
        ("0", "0", []),
    ],
)
def test_the_frequency_lies_between_an_hour_and_the_retention(minutes: str, kept: str, codes: list[str]) -> None:
    """Also where the one comes from a tag and the other from the profile."""
    profile = Profile("p", {"recovery-point-minutes": kept})

    assert [one.code for one in request(profile, app_consistent_minutes=minutes).problems] == codes


def test_a_short_retention_leaves_no_app_consistent_points() -> None:
    """A default never contradicts a choice."""
    found = request(recovery_point_minutes="0")

    assert (found.options.app_consistent_minutes, found.problems) == (0, ())


@pytest.mark.parametrize(
    ("profile", "codes"),
    [
        (Profile("p", {"test-network-id": NETWORK_ID, "vault": "my-vault"}), []),
        (Profile("p", {"test-network-id": "drill-vnet"}), ["ProfileMalformed"]),
        (Profile("p", {"vault": "not a vault"}), ["ProfileMalformed"]),
    ],
)
def test_names_in_a_profile_are_checked_where_it_is_used(profile: Profile, codes: list[str]) -> None:
    """A test network is given by its id: there is no group in which its name could be looked for."""
    assert [problem.code for problem in request(profile).problems] == codes


def test_body_wins_over_tag_over_profile_over_default() -> None:
    """And it is known who chose; a request may write names as profiles do."""
    gold = Profile("gold", {"vault": "p", "recovery-zone": "1", "recovery-point-minutes": "4320"})
    tags = {"asr-protect": "gold", "asr-vault": "tagged", "asr-recovery-zone": "2"}
    asked = Asked(None, {"recoveryZone": "3", "asr-multi-vm-sync": False})
    found = read_request(tags, "asr-", {"gold": gold}, "default", asked)

    assert (found.options.vault, found.options.recovery_zone, found.options.recovery_point_minutes) == (
        "tagged",
        "3",
        4320,
    )
    assert found.origins == {
        "vault": Origin.TAG,
        "recovery_zone": Origin.BODY,
        "recovery_point_minutes": Origin.PROFILE,
        "multi_vm_sync": Origin.BODY,
    }


def test_another_prefix_reads_other_tags() -> None:
    """The prefix is a setting."""
    found = read_request({"dr-protect": "gold", "asr-protect": "false"}, "dr-", PROFILES, "default")

    assert found.profile == PROFILES["gold"]


def test_a_request_wins_over_the_tags() -> None:
    """Precedence: body, tag, profile, default. Override names come with or without the prefix."""
    tags = {"ASR-Protect": "false", "asr-Vault": "old", "team": "web"}

    plain = read_request(tags, "asr-", PROFILES, "default", Asked())
    assert (plain.profile, plain.options.vault) == (PROFILES["default"], "old")
    named = read_request({"asr-protect": "gold"}, "asr-", PROFILES, "default", Asked())
    assert named.profile == PROFILES["gold"]
    asked = Asked("gold", {"vault": "new", "ASR-recovery-zone": "1"})
    found = read_request(tags, "asr-", PROFILES, "default", asked)
    assert (found.profile, found.options.vault, found.options.recovery_zone) == (PROFILES["gold"], "new", "1")


JSON_VALUE = st.one_of(
    st.text(max_size=60), st.integers(), st.booleans(), st.none(), st.lists(st.integers(), max_size=3)
)


TAG_NAME = st.one_of(
    st.sampled_from(["asr-protect", *(f"asr-{option.name}" for option in OPTIONS)]), st.text(max_size=20)
)


@given(st.dictionaries(TAG_NAME, st.one_of(st.sampled_from(["true", "gold"]), st.text(max_size=60)), max_size=12))
def test_no_tags_whatever_raise(tags: dict[str, str]) -> None:
    """Tags are written by people; reading them never fails a run."""
    found = read(tags)

    assert found.requested or found == ProtectionRequest()


@given(st.dictionaries(TAG_NAME, JSON_VALUE, max_size=12))
def test_no_request_whatever_raises(overrides: dict[str, object]) -> None:
    """Bodies are written by people, too, in whatever kinds JSON has."""
    assert read_request({}, "asr-", PROFILES, "default", Asked(None, overrides)).requested


@pytest.mark.parametrize("name", ["recoverRegion", "asr-recover-region", "protect", "ASR-Protect", "profile", "", "é"])
def test_a_request_that_chooses_what_is_no_choice_is_refused(name: str) -> None:
    """A tag that nobody knows may be somebody else's; a request is meant for this product, so it is misspelt."""
    found = read_request({}, "asr-", PROFILES, "default", Asked(None, {name: "x"}))

    assert [(one.code, repr(name) in sentence(one)) for one in found.problems] == [("ChoiceUnknown", True)]
    assert found.profile == PROFILES["default"]


@pytest.mark.parametrize(
    ("overrides", "codes"),
    [
        ({"recoveryZone": "1", "asr-recovery-zone": "2"}, ["ChoiceGivenTwice"]),
        ({"recovery-region": "westeurope", "recoveryRegions": "westus"}, ["ChoiceGivenTwice"]),
        ({"recoveryZone": "1", "recovery-zone": " 1"}, []),
        ({"recoveryRegions": "westeurope,westus"}, []),
        ({"RECOVERYREGION": "westeurope"}, []),
    ],
)
def test_a_request_makes_a_choice_once(overrides: dict[str, str], codes: list[str]) -> None:
    """Else which of two values holds would be chance."""
    found = read_request({}, "asr-", PROFILES, "default", Asked(None, overrides))

    assert [one.code for one in found.problems] == codes
    assert Origin.BODY in found.origins.values()


def test_what_is_malformed_is_told_in_the_words_of_whoever_wrote_it() -> None:
    """A person who sent a request has no tag to correct; a value that is very long is cut."""
    asked = Asked("nobody", {"recoveryRegion": "!" * 400})
    found = read_request({"asr-recovery-zone": "x"}, "asr-", PROFILES, "default", asked)
    sentences = [sentence(one) for one in found.problems]

    assert sentences[0].startswith("The request names the profile 'nobody', which does not exist;")
    assert sentences[1].startswith(f"The request's recoveryRegion is '{'!' * 256}...', which is not a region's name")
    assert sentences[2].startswith("Tag asr-recovery-zone is 'x', which is not a zone's number")
    (unknown,) = read({"asr-protect": "nobody"}).problems
    assert sentence(unknown).startswith("Tag asr-protect names the profile 'nobody'")
