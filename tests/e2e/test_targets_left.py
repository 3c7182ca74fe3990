"""`cleanUp` takes away what the app made on the recovery side and nobody uses; the same can be made again."""

from tests.e2e.endings import end, ended, items, protect, site_recovery_state, state_of
from tests.e2e.stack import Stack, stack

ROUNDS = 2


def test_protected_and_ended_again_and_again() -> None:
    """Each time Azure is as it was before, and each time as it was when protected."""
    with stack() as up:
        empty = state_of(up)
        whole: list[tuple[object, object]] = []
        for _ in range(ROUNDS):
            protect(up, "web-0", "db-0")
            whole.append((_shape(up), site_recovery_state(up)))
            first = ended(up, end(up, "web-0", untag="true", cleanUp="true"))
            assert first["state"] == "unprotected", first
            assert {one["code"] for one in first["reasons"]} == {"TargetKept"}, first  # db-0 uses them
            assert len(items(up, "db-0")) == 1
            plan = up.api("POST", "plans", _asked(up)).json()
            before = len(up.writes())
            last = ended(up, end(up, "db-0", untag="true", cleanUp="true", planHash=plan["hash"]))
            assert (last["state"], last["reasons"]) == ("unprotected", [])
            assert len(up.writes()) - before == plan["armWrites"]
            left = {id_: tags for id_, tags in state_of(up).items() if id_ not in empty}
            assert left == {}, last
            assert {id_ for id_ in empty if id_ not in state_of(up)} == set()
        assert whole[1:] == whole[:-1]


def test_what_is_made_and_what_stays() -> None:
    """What is made for `web-0` says so; what others made stays at its end, and all of it when they cannot be asked."""
    with stack() as up:
        what_is_made_says_for_whom(up)
        what_others_made_or_use_stays(up)
        protect(up, "web-0")
        a_vault_that_cannot_be_read_may_hold_who_uses_it(up)


def what_others_made_or_use_stays(up: Stack) -> None:
    """A machine in the network, a group of somebody's, a vault that cannot be read: told, and not touched."""
    group = up.group("contoso-app-asr")
    address = f"{group}/providers/Microsoft.Network/publicIPAddresses/theirs"
    body = {"location": "southeastasia", "sku": {"name": "Standard"}, "properties": {}}
    assert up.call("PUT", address, "2024-05-01", body).status_code in (200, 201)
    outcome = ended(up, end(up, "web-0", untag="true", cleanUp="true"))

    assert outcome["state"] == "unprotected"
    kept = [one["sentence"] for one in outcome["reasons"]]
    assert len(kept) == 1, kept
    assert "contoso-app-asr was made by this app and stays: theirs is in it" in kept[0]
    assert up.call("GET", address, "2024-05-01").status_code == 200
    assert up.vaults() == []


def a_vault_that_cannot_be_read_may_hold_who_uses_it(up: Stack) -> None:
    """So nothing that others could use is removed."""
    other = up.group("dr-team")
    vault = f"{other}/providers/Microsoft.RecoveryServices/vaults/dr-vault"
    assert up.call("PUT", other, "2021-04-01", {"location": "japaneast"}).status_code in (200, 201)
    body = {"location": "japaneast", "sku": {"name": "Standard"}, "properties": {}}
    assert up.call("PUT", vault, "2024-04-01", body).status_code in (200, 201, 202)
    before = state_of(up)
    up.fault(method="GET", path="*/vaults/dr-vault/replicationProtectedItems", status=403)

    outcome = ended(up, end(up, "web-0", untag="true", cleanUp="true"))

    assert outcome["state"] == "unprotected"
    assert {one["code"] for one in outcome["reasons"]} == {"TargetKept"}
    gone = {id_ for id_ in before if id_ not in state_of(up)}
    assert all("asrreplica" in id_ or "/extensions/" in id_ for id_ in gone)


def what_is_made_says_for_whom(up: Stack) -> None:
    """Product, version, VM, time; what was there is not tagged again."""
    before = state_of(up)
    protect(up, "web-0")
    after = state_of(up)
    made = {id_: tags for id_, tags in after.items() if id_ not in before and tags}
    ours = [tags for tags in made.values() if "created-by" in tags]
    assert len(ours) >= 5
    for tags in ours:
        assert tags["created-by"] == "asr-autoprotect"
        assert tags["created-by-version"]
        assert tags["created-for"].lower() == up.vm("web-0").lower()
    assert {id_: tags for id_, tags in after.items() if id_ in before and not id_.endswith("/web-0")} == {
        id_: tags for id_, tags in before.items() if not id_.endswith("/web-0")
    }


def _shape(up: Stack) -> dict[str, list[str]]:
    """Every resource with the names of its tags: for which of two machines something was made is chance."""
    return {id_: sorted(tags) for id_, tags in state_of(up).items()}


def _asked(up: Stack) -> dict:
    return {"vmIds": [up.vm("db-0")], "operation": "unprotect", "untag": True, "cleanUp": True}
