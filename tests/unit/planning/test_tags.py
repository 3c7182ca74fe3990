"""The tag grammar: what is asked for, and what cannot be understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.planning.tags import OVERRIDES, read_wish, with_request
from asr.planning.wish import Overrides, Wish
from asr.profiles import Profile
from tests.unit.planning.contoso import GROUP, NETWORK_ID, wish

PROFILES = {"default": Profile("default"), "gold": Profile("gold", recovery_point_minutes=4320)}


def read(tags: dict[str, str]) -> Wish:
    """The wish in these tags."""
    return read_wish(tags, "asr-", PROFILES, "default")


@pytest.mark.parametrize("tags", [{}, {"asr-protect": "false"}, {"ASR-Protect": " False "}, {"asr-protect": ""}])
def test_nothing_is_requested_without_the_tag_or_with_false(tags: dict[str, str]) -> None:
    """Other tags alone ask for nothing, so a half-removed set of tags is no error."""
    assert read({**tags, "asr-recovery-region": "no region!"}) == Wish()


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
    assert "default, gold" in found.problems[0].sentence


GOOD = [
    ("recovery-region", "West Europe", Overrides(recovery_region="westeurope")),
    ("recovery-resource-group", "Größe_(1)", Overrides(recovery_group="Größe_(1)")),
    ("recovery-resource-group", f"{GROUP}/", Overrides(recovery_group=GROUP)),
    ("recovery-vnet", "dr-vnet", Overrides(recovery_network="dr-vnet")),
    ("recovery-vnet", NETWORK_ID, Overrides(recovery_network=NETWORK_ID)),
    ("recovery-availability-set", "s", Overrides(recovery_availability_set="s")),
    ("recovery-zone", "2", Overrides(recovery_zone="2")),
    ("recovery-storage-account", "acc", Overrides(recovery_account="acc")),
    ("cache-storage-account", "cache01", Overrides(cache_account="cache01")),
    ("vault", "Site-Recovery-Vault", Overrides(vault="Site-Recovery-Vault")),
    ("exclude-disks", " 3, 0,3 ", Overrides(excluded_luns=(0, 3))),
    ("consistency-group", "App-1", Overrides(consistency_group="app-1")),
]

BAD = [
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
]


@pytest.mark.parametrize(("tag", "value", "expected"), GOOD)
def test_an_override_is_read(tag: str, value: str, expected: Overrides) -> None:
    """One tag each, names or full ids."""
    found = read({"asr-protect": "true", f"ASR-{tag}": value})

    assert found.overrides == expected
    assert found.problems == ()


@pytest.mark.parametrize(("tag", "value"), BAD)
def test_a_malformed_override_is_refused(tag: str, value: str) -> None:
    """The tag, its value as written, and what is expected are told."""
    found = read({"asr-protect": "true", f"asr-{tag}": value})

    assert [problem.code for problem in found.problems] == ["OverrideMalformed"]
    assert f"asr-{tag}" in found.problems[0].sentence
    assert repr(value) in found.problems[0].sentence


def test_every_override_has_good_and_bad_examples_here() -> None:
    """A new tag needs tests on both sides."""
    assert {tag for tag, _, _ in GOOD} == {tag for tag, _ in BAD} == set(OVERRIDES)


def test_an_unknown_tag_of_ours_is_a_warning() -> None:
    """A typing error is told, but does not stop protection; tags of others are none of ours."""
    found = read({"asr-protect": "true", "asr-recovery-regoin": "westeurope", "team": "web"})

    assert found.problems == ()
    assert [warning.code for warning in found.warnings] == ["TagUnknown"]
    assert "asr-recovery-regoin" in found.warnings[0].sentence


def test_all_problems_are_told_at_once() -> None:
    """So that a person repairs them in one go."""
    found = wish(protect="golf", recovery_zone="x", vault="!", exclude_disks="a")

    assert [problem.code for problem in found.problems] == ["ProfileUnknown"] + ["OverrideMalformed"] * 3


def test_a_zone_and_an_availability_set_contradict() -> None:
    """Azure places a VM in one or the other."""
    codes = [problem.code for problem in wish(recovery_zone="1", recovery_availability_set="s").problems]

    assert codes == ["TagsContradict"]
    assert wish(recovery_zone="1").problems == wish(recovery_availability_set="s").problems == ()


@pytest.mark.parametrize(
    ("profile", "codes"),
    [
        (Profile("p", test_network_id=NETWORK_ID, vault="my-vault"), []),
        (Profile("p", test_network_id="drill-vnet"), ["ProfileMalformed"]),
        (Profile("p", vault="not a vault"), ["ProfileMalformed"]),
    ],
)
def test_names_in_a_profile_are_checked_where_it_is_used(profile: Profile, codes: list[str]) -> None:
    """A test network is given by its id: there is no group in which its name could be looked for."""
    assert [problem.code for problem in wish(profile).problems] == codes


def test_another_prefix_reads_other_tags() -> None:
    """The prefix is a setting."""
    found = read_wish({"dr-protect": "gold", "asr-protect": "false"}, "dr-", PROFILES, "default")

    assert found.profile == PROFILES["gold"]


def test_a_request_wins_over_the_tags() -> None:
    """Precedence: body, tag, profile, default. Override names come with or without the prefix."""
    tags = {"ASR-Protect": "false", "asr-Vault": "old", "team": "web"}

    assert with_request(tags, "asr-", None, {}) == {"asr-protect": "true", "asr-vault": "old", "team": "web"}
    assert with_request({"asr-protect": "gold"}, "asr-", None, {})["asr-protect"] == "gold"
    laid = with_request(tags, "asr-", "gold", {"vault": "new", "ASR-recovery-zone": "1"})
    assert (laid["asr-protect"], laid["asr-vault"], laid["asr-recovery-zone"]) == ("gold", "new", "1")


TAG_NAME = st.one_of(st.sampled_from(["asr-protect", *(f"asr-{tag}" for tag in OVERRIDES)]), st.text(max_size=20))


@given(st.dictionaries(TAG_NAME, st.one_of(st.sampled_from(["true", "gold"]), st.text(max_size=60)), max_size=12))
def test_no_tags_whatever_raise(tags: dict[str, str]) -> None:
    """Tags are written by people; reading them never fails a run."""
    found = read(tags)

    assert found.requested or found == Wish()
    assert with_request(tags, "asr-", None, tags)["asr-protect"]
