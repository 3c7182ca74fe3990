"""What the stories of the end of a protection do, and how they read Azure back."""

from typing import Any

from tests.e2e.others import SITE_RECOVERY
from tests.e2e.stack import Stack

LINKS, EXTENSIONS, DISKS, GROUPS = "2016-09-01", "2024-07-01", "2024-03-02", "2021-04-01"
LOCKS = "2020-05-01"


def protect(up: Stack, *names: str, **tags: str) -> None:
    """Tag the machines, and wait until they are protected."""
    for name in names:
        up.tag(up.vm(name), asr_protect="true", **tags)
    for name in names:
        up.outcome(up.vm(name), "protected")


def end(up: Stack, name: str, **query: str) -> dict[str, Any]:
    """Ask for the end of a machine's protection; the answer about it."""
    answer = up.api("DELETE", "protections", vmId=up.vm(name), **query)
    assert answer.status_code == 202, answer.text
    started: dict[str, Any] = answer.json()["protections"][0]
    return started


def ended(up: Stack, started: dict[str, Any]) -> dict[str, Any]:
    """The outcome of a run that was asked for."""
    found: dict[str, Any] = up.until(lambda: up.run(started).json()["output"], 90)
    return found


def advance(up: Stack, days: float) -> None:
    """Let so many days pass for everything."""
    up.advance(days * 24 * 3600)


def switch(up: Stack, **choices: str) -> None:
    """Choose what is not known about Site Recovery."""
    body = {f"site_recovery.{name}": choice for name, choice in choices.items()}
    up.http.post(f"{up.arm}/_emulator/settings", json=body).raise_for_status()


def traces(up: Stack, name: str) -> list[str]:
    """What Site Recovery left of the machine: items, links, extensions, replica disks; by their names."""
    vm = up.vm(name)
    found = [item["name"] for item in items(up, name)]
    links = up.call("GET", f"{vm}/providers/Microsoft.Resources/links", LINKS).json().get("value", ())
    found += [link["name"] for link in links]
    resources = up.get(f"/subscriptions/{up.subscription}/resources", GROUPS)["value"]
    for one in resources:
        if f"/{name}/extensions/" in one["id"].lower() or (
            one["name"].lower().startswith(f"{name}-") and (one["name"].endswith("-ASRReplica"))
        ):
            found.append(one["name"].rsplit("/", 1)[-1])
    extensions = up.call("GET", f"{vm}/extensions", EXTENSIONS)
    if extensions.status_code == 200:
        found += [one["name"] for one in extensions.json()["value"] if one["name"].startswith("SiteRecovery")]
    return sorted(set(found))


def items(up: Stack, name: str) -> list[dict[str, Any]]:
    """The machine's protected items, in all vaults."""
    vm = up.vm(name).lower()
    listed = up.site_recovery("replicationProtectedItems")
    return [one for one in listed if one["properties"]["providerSpecificDetails"]["fabricObjectId"].lower() == vm]


def lock(up: Stack, scope: str, name: str = "keep") -> str:
    """Put a lock on a scope; its id."""
    id_ = f"{scope}/providers/Microsoft.Authorization/locks/{name}"
    body = {"properties": {"level": "CanNotDelete"}}
    assert up.call("PUT", id_, LOCKS, body).status_code in (200, 201)
    return id_


def state_of(up: Stack) -> dict[str, Any]:
    """Every resource and group by id, with its tags but those that tell a time."""
    path = f"/subscriptions/{up.subscription}"
    resources = up.get(f"{path}/resources", GROUPS)["value"] + up.get(f"{path}/resourcegroups", GROUPS)["value"]
    return {
        one["id"].lower(): {name: value for name, value in (one.get("tags") or {}).items() if name != "created-at"}
        for one in resources
    }


def site_recovery_state(up: Stack) -> dict[str, list[str]]:
    """What the vaults hold, by collection."""
    collections = (
        "replicationFabrics",
        "replicationProtectionContainers",
        "replicationPolicies",
        "replicationProtectionContainerMappings",
        "replicationNetworkMappings",
        "replicationProtectedItems",
    )
    return {name: sorted(one["id"].lower() for one in up.site_recovery(name)) for name in collections}


def begin(up: Stack, method: str, path: str, body: object) -> None:
    """Something of Site Recovery's, to its end."""
    answer = up.call(method, path, SITE_RECOVERY, body)
    assert answer.status_code == 202, answer.text
    url = answer.headers["azure-asyncoperation"]
    up.until(lambda: up.http.get(url, headers={"Authorization": "Bearer x"}).json()["status"] == "Succeeded")


def stop(up: Stack, name: str) -> None:
    """Stop the machine, and wait until it is."""
    up.call("POST", f"{up.vm(name)}/deallocate", "2024-07-01")
    up.until(lambda: is_stopped(up, name))


def is_stopped(up: Stack, name: str) -> bool:
    """Whether the machine is deallocated."""
    statuses = up.get(f"{up.vm(name)}/instanceView", "2024-07-01")["statuses"]
    return any(one["code"] == "PowerState/deallocated" for one in statuses)
