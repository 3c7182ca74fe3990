"""The store's indexes: they find what looking at everything would find."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.emulator.arm.ids import ResourceId
from local.emulator.arm.store import Resource, Store
from local.emulator.server import Emulator
from tests.emulator.conftest import Arm

GROUP = "/subscriptions/{}/resourceGroups/{}"
IDS = [
    template.format(subscription, group)
    for subscription in ("s1", "S2")
    for group in ("a", "ab", "B")
    for template in (
        GROUP,
        GROUP + "/providers/Microsoft.Compute/virtualMachines/vm",
        GROUP + "/providers/Microsoft.Compute/virtualMachines/vm/extensions/agent",
        GROUP + "/providers/Microsoft.Compute/virtualMachines/vm2",
        GROUP + "/providers/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Resources/links/link",
        "/subscriptions/{}/providers/Microsoft.Authorization/locks/{}",
    )
] + ["/providers/Emulator.Compute/capacities/eastasia"]
SCOPES = [ResourceId.parse(text) for text in (*IDS, "/", "/subscriptions/s1", "/subscriptions/s3")]
TYPES = sorted({ResourceId.parse(text).type for text in IDS})


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(IDS), st.sampled_from(IDS)), max_size=40))
def test_indexes_agree_with_a_look_at_everything(steps: list[tuple[bool, str, str]]) -> None:
    """After any puts and removals, in the order of creation."""
    store, kept = Store(), dict[str, Resource]()
    for put, text, referred in steps:
        own = ResourceId.parse(text)
        if put:
            body = {"id": text, "properties": {"some": [{"id": referred}]}}
            kept[own.key] = store.put(Resource(id=own, body=body))
        else:
            gone = store.remove(own)
            assert {one.id.key for one in gone} == {key for key, one in kept.items() if own.contains(one.id)}
            kept = {key: one for key, one in kept.items() if not own.contains(one.id)}

    for scope in SCOPES:
        assert store.under(scope) == [one for one in kept.values() if scope.contains(one.id)]
        for kind in TYPES:
            of_type = [one for one in kept.values() if one.id.type == kind]
            assert store.of_type(kind.upper(), scope) == [one for one in of_type if scope.contains(one.id)]
            referring = [one for one in of_type if one.body["properties"]["some"][0]["id"].lower() == scope.key]
            found = store.referring_to(scope, kind)
            assert sorted(one.id.key for one in found) == sorted(
                one.id.key for one in referring if one.id.key != scope.key
            )


def test_ten_thousand_machines(emulator: Emulator, arm: Arm) -> None:
    """Ten pages of a thousand, each machine once, with properties, tags and power state; lists have pages as well."""
    cloud, path = emulator.cloud, arm.vm()
    template = cloud.resource(ResourceId.parse(arm.root + path))
    for number in range(9_999):
        name = f"copy-{number}"
        own = template.id.parent.child("virtualMachines", name)
        cloud.write(own, {"location": "eastasia", "tags": {"asr-protect": "true"}, "properties": template.properties})
    query = (
        "Resources | where type =~ 'Microsoft.Compute/virtualMachines' | project id, name, location, tags, properties"
    )
    found: list[dict[str, Any]] = []
    token, pages = None, 0
    while token or not pages:
        options = {"$top": 1000} | ({"$skipToken": token} if token else {})
        answer = arm.request(
            "POST", f"{emulator.url}/providers/Microsoft.ResourceGraph/resources", {"query": query, "options": options}
        ).json()
        found, token, pages = [*found, *answer["data"]], answer.get("$skipToken"), pages + 1
        assert (answer["totalRecords"], answer["count"], answer["resultTruncated"]) == (10_000, 1000, "false")

    assert pages == 10
    assert len({row["id"].lower() for row in found}) == 10_000
    assert [row["id"].lower() for row in found] == sorted(row["id"].lower() for row in found)
    powers = {
        row["properties"]["extended"]["instanceView"]["powerState"]["code"] for row in found if row["name"] == "vm0"
    }
    assert powers == {"PowerState/running"}
    assert all(row["properties"]["storageProfile"]["osDisk"]["managedDisk"]["id"] for row in found)
    page = arm.get("/providers/Microsoft.Compute/virtualMachines")
    assert len(page["value"]) == 1000
    assert len(arm.get(page["nextLink"])["value"]) == 1000
