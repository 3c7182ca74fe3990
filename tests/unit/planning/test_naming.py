"""Names obey each type's rules, and two sources never meet in one name."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.model.resource_id import key, parse
from asr.planning import naming
from asr.planning.naming import Named, asr_name, item_name, vm_key

SIGNS = st.characters(exclude_characters=r"/<>%&?#\.", exclude_categories=("Cs", "Cc", "Z"))
NAME = st.text(SIGNS, min_size=1, max_size=90)
"""What an id may be made of, and much that Azure itself takes in no name."""

LONGEST = {
    Named.RESOURCE_GROUP: 90,
    Named.VIRTUAL_NETWORK: 64,
    Named.AVAILABILITY_SET: 80,
    Named.PLACEMENT_GROUP: 80,
}


@st.composite
def vm_ids(draw: st.DrawFn) -> str:
    """Ids with hostile groups and names: long, Unicode, mixed case."""
    group, name = draw(NAME), draw(NAME)
    return f"/subscriptions/s1/resourceGroups/{group}/providers/Microsoft.Compute/virtualMachines/{name}"


@given(vm_ids())
def test_a_vm_key_holds_only_what_durable_functions_takes(vm_id: str) -> None:
    """Entity keys and instance ids are safe for every id."""
    assert re.fullmatch(r"[a-z0-9-]{1,60}", vm_key(vm_id))


@given(vm_ids(), vm_ids())
def test_vm_keys_differ_exactly_when_the_vms_do(one: str, other: str) -> None:
    """Equal names in two groups are two VMs."""
    assert (vm_key(one) == vm_key(other)) == (key(one) == key(other))
    assert (item_name(one) == item_name(other)) == (key(one) == key(other))


def test_names_do_not_depend_on_the_casing_that_azure_answers_with() -> None:
    """Site Recovery lower-cases ids, Compute upper-cases groups."""
    id_ = "/subscriptions/S/resourceGroups/Contoso/providers/Microsoft.Compute/virtualMachines/Web-0"

    assert vm_key(id_) == vm_key(id_.upper()) == vm_key(id_.lower() + "/")
    assert item_name(id_) == item_name(id_.lower())
    assert vm_key(id_).startswith("web-0-")


@pytest.mark.parametrize("kind", Named)
@given(name=NAME, source=vm_ids())
def test_an_asr_name_obeys_its_types_rules(kind: Named, name: str, source: str) -> None:
    """Length, characters and ends, whatever the source is called."""
    made = asr_name(kind, name, source)

    assert len(made) <= LONGEST[kind]
    assert made.endswith("-asr")
    assert re.fullmatch(r"[\w.()-]+" if kind is Named.RESOURCE_GROUP else r"[A-Za-z0-9][A-Za-z0-9_.-]+", made)


def test_a_name_with_room_is_just_suffixed() -> None:
    """The portal's convention, to the last character that fits."""
    assert asr_name(Named.VIRTUAL_NETWORK, "v" * 60, "id") == "v" * 60 + "-asr"
    assert asr_name(Named.RESOURCE_GROUP, "Größe_(1)", "id") == "Größe_(1)-asr"


def test_a_name_without_room_carries_a_hash_of_its_source() -> None:
    """Two long names that begin alike stay two."""
    long = "v" * 61
    one, other = asr_name(Named.VIRTUAL_NETWORK, long, "id-1"), asr_name(Named.VIRTUAL_NETWORK, long, "id-2")

    assert len(one) == len(other) == 64
    assert one != other
    assert one == asr_name(Named.VIRTUAL_NETWORK, long, "ID-1")


@given(vm_ids(), vm_ids(), st.sampled_from(["s1", "s2"]))
def test_twins_of_two_sources_never_meet(one: str, other: str, subscription: str) -> None:
    """Neither by cutting, nor by cleaning, nor for equal names in two groups or subscriptions."""

    def twin(id_: str) -> str:
        source = parse(id_)
        group = asr_name(Named.RESOURCE_GROUP, source.resource_group, source.group_id)
        return key(f"{source.subscription}/{group}/{asr_name(Named.VIRTUAL_NETWORK, source.name, id_)}")

    other = other.replace("/s1/", f"/{subscription}/", 1)
    assert (twin(one) == twin(other)) == (key(one) == key(other))


@pytest.mark.parametrize("length", [86, 87, 90])
def test_the_longest_groups_keep_their_twins_apart(length: int) -> None:
    """Names that differ at the end only, where the suffix goes."""
    one, other = (
        asr_name(Named.RESOURCE_GROUP, f"{'Gr\u00f6\u00dfe' * 18}"[: length - 1] + end, f"/id/{end}") for end in "ab"
    )

    assert one != other
    assert len(one) <= 90
    assert not one.endswith(".")


def test_a_twin_in_a_group_that_several_share_is_marked() -> None:
    """Sets of one name, from two groups, into one recovery group that somebody named."""
    marked = {asr_name(Named.AVAILABILITY_SET, "web", f"/groups/{group}/web", shared=True) for group in "ab"}

    assert len(marked) == 2
    assert all(re.fullmatch(r"web-[0-9a-f]{10}-asr", name) for name in marked)


@given(st.text(max_size=40), vm_ids(), vm_ids())
def test_storage_names_are_3_to_24_lower_case_letters_and_digits(account: str, one: str, other: str) -> None:
    """Account names are unique in all of Azure, so they are hashed."""
    source = f"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/{account or 'a'}"
    target = naming.target_account_name(source, one, "westeurope", "StorageV2", "Standard_LRS")
    cache = naming.cache_account_name("s", one, premium=False, shard=0)

    assert re.fullmatch(r"[a-z0-9]{3,24}", target)
    assert re.fullmatch(r"[a-z0-9]{3,24}", cache)
    if key(one) != key(other):
        assert target != naming.target_account_name(source, other, "westeurope", "StorageV2", "Standard_LRS")
        assert cache != naming.cache_account_name("s", other, premium=False, shard=0)


def test_cache_accounts_differ_by_subscription_kind_and_shard() -> None:
    """A cache is of its VM's subscription, of one tier, and full at some point."""
    names = {
        naming.cache_account_name(subscription, "vault|a|b", premium=premium, shard=shard)
        for subscription in ("s1", "s2")
        for premium in (False, True)
        for shard in (0, 1)
    }
    assert len(names) == 8


def test_site_recovery_names_are_the_portals() -> None:
    """So that the portal, scripts and this product share one set of objects."""
    fabric = naming.fabric_name("eastasia")

    assert fabric == "asr-a2a-default-eastasia"
    assert naming.container_name(fabric) == "asr-a2a-default-eastasia-container"
    assert naming.container_mapping_name("a", "b", naming.DAY_POLICY) == "a-b-24-hour-retention-policy"
    assert naming.vault_group_name("southeastasia") == "asr-vault-southeastasia"
    assert naming.cache_group_name("eastasia") == "asr-cache-eastasia"


@given(vm_ids(), vm_ids())
def test_network_mappings_of_equally_named_networks_differ(one: str, other: str) -> None:
    """All mappings of a fabric share one list."""
    made = naming.network_mapping_name(one)

    assert re.fullmatch(r"[a-z0-9-]{1,60}", made)
    assert (made == naming.network_mapping_name(other)) == (key(one) == key(other))


@pytest.mark.parametrize(
    ("retention", "frequency", "sync", "name"),
    [
        (1440, 60, True, "24-hour-retention-policy"),
        (1440, 60, False, "24-hour-retention-app-60-minutes-no-sync-policy"),
        (1440, 0, True, "24-hour-retention-no-app-consistency-policy"),
        (4320, 240, True, "72-hour-retention-app-240-minutes-policy"),
        (90, 60, True, "90-minute-retention-app-60-minutes-policy"),
    ],
)
def test_a_policys_name_says_its_values(retention: int, frequency: int, sync: bool, name: str) -> None:
    """Only the portal's own values get the portal's name."""
    assert naming.policy_name(retention, frequency, multi_vm_sync=sync) == name


def test_a_taken_name_is_numbered() -> None:
    """Names compare without case."""
    assert naming.free_name("Policy", frozenset()) == "Policy"
    assert naming.free_name("Policy", frozenset({"policy", "policy-2"})) == "Policy-3"
