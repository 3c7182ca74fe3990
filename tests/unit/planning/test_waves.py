"""Recovery plans of tags: what tags say, which waves they make, and how many VMs begin at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.choices.profiles import Profile
from asr.planning.waves import PlanMember, PlanTags, begin_next, in_one_wave, plan_tags, waves_of
from tests.unit.planning.contoso import GROUP
from tests.words import sentence

PROFILES = {
    "default": Profile("default"),
    "shop": Profile("shop", {"recovery-plan": "Shop", "recovery-wave": 3, "wave-failure": "continue"}),
}
PLAN = {"asr-recovery-plan": "Shop"}


def vm(name: str) -> str:
    return f"{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}"


def member(name: str, wave: int = 0, group: str | None = None) -> PlanMember:
    return PlanMember(vm(name), wave, group=group)


def said(tags: dict[str, str]) -> PlanTags:
    return plan_tags(tags, "asr-", PROFILES, "default")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, PlanTags()),
        ({"asr-recovery-wave": "2"}, PlanTags(None, 2)),
        ({"ASR-Recovery-Plan": " SHOP "}, PlanTags("shop")),
        ({**PLAN, "asr-recovery-wave": "99"}, PlanTags("shop", 99)),
        ({**PLAN, "asr-protect": "true", "asr-wave-failure": "continue"}, PlanTags("shop", 0, goes_on=True)),
        ({"asr-protect": "shop"}, PlanTags("shop", 3, goes_on=True)),
        ({"asr-protect": "shop", "asr-recovery-wave": "0"}, PlanTags("shop", 0, goes_on=True)),
        ({"asr-protect": "false", **PLAN}, PlanTags("shop")),
        ({"asr-protect": "golf", **PLAN}, PlanTags("shop")),
        ({**PLAN, "asr-vault": "a/b/c"}, PlanTags("shop")),
    ],
)
def test_what_tags_say_of_plans(tags: dict[str, str], expected: PlanTags) -> None:
    """Tags before the profile; a VM that is protected by name is in a plan by its tags alone; what else is wrong with a
    VM's tags does not keep it from failing over."""
    assert said(tags) == expected


@pytest.mark.parametrize(
    ("tags", "tag", "value"),
    [
        ({**PLAN, "asr-recovery-wave": "first"}, "asr-recovery-wave", "'first'"),
        ({**PLAN, "asr-protect": "true", "asr-recovery-wave": "100"}, "asr-recovery-wave", "'100'"),
        ({**PLAN, "asr-recovery-wave": "-1"}, "asr-recovery-wave", "'-1'"),
        ({"asr-recovery-plan": "web shop"}, "asr-recovery-plan", "'web shop'"),
        ({"asr-recovery-plan": ""}, "asr-recovery-plan", "''"),
        ({**PLAN, "asr-wave-failure": "maybe"}, "asr-wave-failure", "'maybe'"),
    ],
)
def test_a_value_that_cannot_be_understood(tags: dict[str, str], tag: str, value: str) -> None:
    """The tag, its value and what is expected are told; never a silent wave 0."""
    (problem,) = said(tags).problems

    assert problem.code == "OverrideMalformed"
    for told in (tag, value):
        assert told in sentence(problem)


def test_waves_follow_each_other_by_number() -> None:
    """Numbers may have gaps; inside a wave the order is that of the ids, so that a plan is the same each time."""
    found = waves_of([member("web-1", 5), member("db-0", 1), member("web-0", 5)])

    assert [wave.number for wave in found.waves] == [1, 5]
    assert [[one.vm_id for one in wave.members] for wave in found.waves] == [[vm("db-0")], [vm("web-0"), vm("web-1")]]
    assert found.notes == ()
    assert waves_of([]).waves == ()


def test_a_consistency_group_goes_together_in_its_earliest_wave() -> None:
    """Its VMs share recovery points; that tags say otherwise is told."""
    group = "/vault/tier"
    found = waves_of([member("web-0", 1), member("db-0", 2, group), member("db-1", 4, group.upper()), member("x", 3)])

    assert [(wave.number, [len(part) for part in wave.parts]) for wave in found.waves] == [(1, [1]), (2, [2]), (3, [1])]
    assert [note.code for note in found.notes] == ["WaveOfConsistencyGroup"]
    assert "tier" in sentence(found.notes[0])
    assert "db-1" in sentence(found.notes[0])


def test_groups_of_the_same_name_in_two_vaults_are_two() -> None:
    """A group lies in one vault."""
    found = waves_of([member("a", 1, "/v1/tier"), member("b", 2, "/v2/tier")])
    assert [wave.number for wave in found.waves] == [1, 2]


@pytest.mark.parametrize(
    ("sizes", "running", "at_once", "begun"),
    [
        ([1, 1, 1], 0, 2, 2),
        ([1, 1, 1], 2, 2, 0),
        ([16, 1], 0, 10, 1),
        ([16, 1], 1, 10, 0),
        ([4, 4, 4], 0, 10, 2),
        ([], 0, 10, 0),
    ],
)
def test_how_many_begin(sizes: list[int], running: int, at_once: int, begun: int) -> None:
    """A consistency group is never torn apart: one that is larger than what may run at once begins alone."""
    parts = [[f"vm-{n}"] * size for n, size in enumerate(sizes)]
    assert begin_next(parts, running, at_once) == begun


@given(
    st.lists(
        st.tuples(st.integers(0, 99), st.sampled_from([None, "/v/a", "/v/b"])),
        max_size=30,
    )
)
def test_every_vm_is_in_exactly_one_wave(drawn: list[tuple[int, str | None]]) -> None:
    """Whatever the tags: none is lost, none begins twice, and no group is split."""
    members = [member(f"vm-{n}", wave, group) for n, (wave, group) in enumerate(drawn)]
    found = waves_of(members)

    assert sorted(one.vm_id for one in found.members) == sorted(one.vm_id for one in members)
    assert [wave.number for wave in found.waves] == sorted({wave.number for wave in found.waves})
    places: dict[str, set[int]] = {}
    for wave in found.waves:
        for one in wave.members:
            places.setdefault(one.group or one.vm_id, set()).add(wave.number)
    assert all(len(numbers) == 1 for numbers in places.values())
    assert sorted(one.vm_id for one in in_one_wave(members).members) == sorted(one.vm_id for one in members)
    assert len(in_one_wave(members).waves) == bool(members)
