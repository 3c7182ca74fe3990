"""A part of what `make prove-role` proves: the role suffices, and what it lacks is named; and what others may do."""

from collections.abc import Iterator

import pytest

from local.emulator.arm.tokens import object_id_of
from local.emulator.arm.wire import stable_guid
from tests.e2e.stack import TAGS_API, VM_API, stack
from tests.e2e.topic import PATH, events_check, is_told, make_topic, received
from tests.rights.across import HUB, STORY
from tests.rights.proof import NEVER, Proof, proof
from tests.rights.roles import APP, SENDER, Roles, actions_of
from tests.rights.stories import STORIES, planned, protected

ITEM = "Microsoft.RecoveryServices/vaults/replicationFabrics/replicationProtectionContainers/replicationProtectedItems"
TAG_CONTRIBUTOR = "4a9ae827-6dc8-4573-8ac7-8239d42aa03f"

SAMPLES = {
    "plan": ("Microsoft.Compute/virtualMachines/read", "Microsoft.Authorization/locks/read"),
    "chosen targets": ("Microsoft.Storage/storageAccounts/blobServices/read",),
    "health": ("Microsoft.Authorization/permissions/read",),
    "protect in a placement group": ("Microsoft.Network/virtualNetworks/subnets/join/action",),
    "sweep": ("Microsoft.Compute/virtualMachines/read",),
    "come home": (f"{ITEM.rsplit('/', 1)[0]}/switchprotection/action",),
    "drill": ("Microsoft.Network/privateDnsZones/virtualNetworkLinks/read",),
}
"""Stories, and what is taken away from them: for each way in which the app comes to notice one."""


@pytest.fixture(scope="module")
def playing() -> Iterator[Proof]:
    """One stack for all stories of one subscription: before each of them everything is as it was at the start."""
    with proof() as found:
        yield found


@pytest.mark.parametrize("names", [("plan", "chosen targets", "health"), ("protect in a placement group",), ("sweep",)])
def test_a_story_works_with_the_role_and_names_what_it_lacks(playing: Proof, names: tuple[str, ...]) -> None:
    """Nothing is refused with the whole role; without an action a sentence has its name."""
    for name in names:
        told, roles = playing.whole(STORIES[name])
        assert told.passed, (name, told.answer)
        assert roles.refused() == frozenset()
        for action in SAMPLES[name]:
            line = playing.without(action, name, STORIES[name])
            assert line.said, line


@pytest.mark.parametrize("name", ["come home", "drill"])
def test_a_command_works_with_the_role_and_names_what_it_lacks(playing: Proof, name: str) -> None:
    """What people ask for is told as what stands in its way."""
    told, roles = playing.whole(STORIES[name])
    assert told.passed, (name, told.answer)
    assert roles.refused() == frozenset()
    for action in SAMPLES[name]:
        line = playing.without(action, name, STORIES[name])
        assert (line.passed, bool(line.said)) == (False, True), line


def test_what_is_missing_in_another_subscription_is_named_with_it() -> None:
    """The VM's subscription has the whole role, the other one lacks an action."""
    with proof("cross-subscription", HUB, ASR_TARGETS=HUB) as playing:
        line = playing.without(f"{ITEM}/write", "across", STORY, HUB)
        assert not line.passed
        assert f"{ITEM}/write on /subscriptions/{HUB}/" in line.said
        assert playing.whole(STORY)[0].passed


def test_who_may_only_tag_protects_and_a_reader_plans() -> None:
    """Who tags changes nothing else. An app with the reader's role plans, and tells why it does no more."""
    tagger = {"Authorization": "Bearer tagger"}
    with stack("east-asia", ASR_SWEEP_SCHEDULE=NEVER) as up:
        roles = Roles(up)
        roles.assign(TAG_CONTRIBUTOR, object_id_of(stable_guid("tagger")), f"/subscriptions/{up.subscription}")
        roles.enforce()
        vm = up.vm("web-0")
        tags = {"operation": "Merge", "properties": {"tags": {"asr-protect": "true"}}}
        path, versions = f"{up.arm}{vm}/providers/Microsoft.Resources/tags/default", {"api-version": TAGS_API}
        assert up.http.patch(path, params=versions, json=tags, headers=tagger).status_code == 200
        change = {"properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}}
        refused = up.http.patch(f"{up.arm}{vm}", params={"api-version": VM_API}, json=change, headers=tagger)
        assert refused.json()["error"]["code"] == "AuthorizationFailed"
        up.outcome(vm, "enabling", "protected")
        up.until(lambda: up.status(vm)["state"] == "protected")
        assert roles.refused() == frozenset()

        roles.allow(actions_of("role-reader"))
        assert up.status(vm)["state"] == "protected"
        assert planned(up, "db-0").passed
        wrote = protected(up, "db-0")
        assert not wrote.passed
        assert wrote.sentence("Microsoft.Resources/subscriptions/resourceGroups/write") or wrote.sentence("/write")
        health = next(one for one in up.api("GET", "health").json()["checks"] if one["name"] == "rights")
        assert health["status"] == "degraded"
        assert "lacks what it needs" in health["detail"]


def test_events_wait_until_the_identity_may_send_them() -> None:
    """The role on the topic is no action of the role: without it health says that events wait, and nothing is lost."""
    with stack("east-asia", ASR_SWEEP_SCHEDULE=NEVER, ASR_EVENTS_ENDPOINT=PATH) as up:
        topic, roles, vm = make_topic(up), Roles(up), up.vm("web-0")
        roles.enforce()
        assert protected(up).passed
        up.until(lambda: "events wait" in events_check(up)["detail"])
        assert received(up) == []
        roles.assign(SENDER, APP, topic)
        up.api("POST", "sweeps")
        up.until(lambda: is_told(up, vm, "ProtectionEnabled resolved"))
