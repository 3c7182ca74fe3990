"""What others made is found by what it is, used, and left as it is."""

from tests.e2e.others import Others
from tests.e2e.stack import stack
from tests.e2e.test_plans import made_writes, plan, planned_writes, protect


def test_a_foundation_that_others_made_is_adopted_and_their_items_are_left_alone() -> None:
    """Vault, fabrics, containers, policy, mappings and network of other names serve; a foreign item is reported."""
    with stack() as up:
        others = Others(up)
        others.make()
        item = others.protect("web-0")
        vm_ids = [up.vm("web-0"), up.vm("db-0")]
        planned = plan(up, vm_ids)
        foreign, new = planned["plans"]

        assert foreign["decision"]["outcome"]["state"] == "already_protected"
        assert foreign["decision"]["outcome"]["itemId"].lower() == item.lower()
        codes = {reason["code"] for reason in foreign["reasons"]}
        assert codes >= {"ProtectedDifferently", "DiskNotProtected"}
        assert (foreign["armWrites"], foreign["protectedItem"]["action"]) == (0, "none")

        by_kind = {(resource["kind"], resource["name"]): resource["action"] for resource in new["resources"]}
        adopted = {name for (_, name), action in by_kind.items() if action in ("adopt", "reuse")}
        assert adopted >= {
            "dr-vault",
            *(
                f"{kind}-{region}"
                for kind in ("site", "box", "pair", "route")
                for region in ("eastasia", "southeastasia")
            ),
            "gold",
            "dr-net",
        }
        created = {name for (_, name), action in by_kind.items() if action == "create"}
        assert {name for name in created if not name.startswith("asrcache")} == {
            "contoso-app-asr",
            "asr-cache-eastasia",
        }

        outcomes = protect(up, vm_ids, planHash=planned["hash"])
        assert [outcome["state"] for outcome in outcomes] == ["already_protected", "enabling"]
        assert made_writes(up) == planned_writes(planned)
        fleet = up.api("GET", "protections").json()["protections"]
        assert {row["name"]: row["itemId"] for row in fleet}["web-0"].lower() == item.lower()
        listed = up.api("GET", "protectable").json()["machines"]
        states = {machine["name"]: machine["state"] for machine in listed}
        assert (states["web-0"], states["db-0"]) == ("already_protected", "protected")
