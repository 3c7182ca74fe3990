"""What can go wrong with a request, and with which: bodies for the emulator's `POST /_emulator/faults` and troubles."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

type Json = dict[str, Any]

APP = "asr-autoprotect"
"""What the User-Agent of the app contains. The identity library's token requests have one of their own."""

PLANTED = "PLANTEDSIGNATURE0123456789abcdefPLANTED"
"""A signature that stands in addresses and texts that Azure sends; it may be nowhere afterwards."""

PLANTED_TEXT = f"See https://account.blob.core.windows.net/logs?sv=2024-11-04&sp=r&sig={PLANTED} for details."

KINDS: Mapping[str, tuple[str, str]] = {
    "machine": ("GET", "*/virtualmachines/*"),
    "interface": ("GET", "*/networkinterfaces*"),
    "disk": ("GET", "*/disks*"),
    "network": ("GET", "*/virtualnetworks*"),
    "group": ("GET", "*/resourcegroups/*"),
    "account": ("GET", "*/storageaccounts*"),
    "set": ("GET", "*/availabilitysets*"),
    "vault": ("GET", "*/vaults*"),
    "fabric": ("GET", "*/replicationfabrics*"),
    "container": ("GET", "*/replicationprotectioncontainers*"),
    "mapping": ("GET", "*/replicationprotectioncontainermappings*"),
    "network mapping": ("GET", "*/replicationnetworkmappings*"),
    "policy": ("GET", "*/replicationpolicies*"),
    "item": ("GET", "*/replicationprotecteditems*"),
    "job": ("GET", "*/replicationjobs*"),
    "operation": ("GET", "*/replicationoperationstatus/*"),
    "any operation": ("GET", "*operation*"),
    "link": ("GET", "*/microsoft.resources/links*"),
    "lock": ("GET", "*/locks*"),
    "size": ("GET", "*/microsoft.compute/skus*"),
    "quota": ("GET", "*/usages*"),
    "eligibility": ("GET", "*/replicationeligibilityresults*"),
    "regions": ("GET", "*/locations"),
    "list": ("GET", "*/resources"),
    "graph": ("POST", "*/microsoft.resourcegraph/resources*"),
    "any read": ("GET", "*"),
    "make group": ("PUT", "*/resourcegroups/*"),
    "make vault": ("PUT", "*/vaults/*"),
    "make account": ("PUT", "*/storageaccounts/*"),
    "make network": ("PUT", "*/virtualnetworks/*"),
    "make set": ("PUT", "*/availabilitysets/*"),
    "make fabric": ("PUT", "*/replicationfabrics/*"),
    "make container": ("PUT", "*/replicationprotectioncontainers/*"),
    "make policy": ("PUT", "*/replicationpolicies/*"),
    "make mapping": ("PUT", "*/replicationprotectioncontainermappings/*"),
    "make network mapping": ("PUT", "*/replicationnetworkmappings/*"),
    "make item": ("PUT", "*/replicationprotecteditems/*"),
    "end item": ("POST", "*/replicationprotecteditems/*/remove"),
    "fail over": ("POST", "*/replicationprotecteditems/*/*failover*"),
    "set tag": ("PATCH", "*"),
    "delete": ("DELETE", "*"),
    "any write": ("PUT", "*"),
}
"""Name -> method and glob of the requests that a fault is about."""

ABSURD: tuple[Mapping[str, str], ...] = (
    {"Retry-After": "inf"},
    {"Retry-After": "99999999999999"},
    {"Retry-After": "-5"},
    {"Retry-After": "Wed, 21 Oct 2015 07:28:00 -0000"},
    {"x-ms-retry-after-ms": "NaN"},
    {"x-ms-ratelimit-remaining-subscription-writes": "lots", "x-ms-ratelimit-remaining-subscription-reads": "-1"},
    {"Content-Type": "text/html"},
    {"ETag": "", "x-ms-request-id": "not/an/id/at all"},
)
"""Headers that no client may be harmed by."""

BODIES: tuple[object, ...] = (None, [], {}, "", "<html>Bad gateway</html>", {"value": None}, {"properties": []})
"""Bodies of a success that say nothing which can be understood."""

PLACES = ("/*", "/*/*", "/value/*/*", "/value/*/properties/*", "/properties/*", "/properties/*/*", "/properties/*/*/*")
"""Where values of a true answer are replaced, all of a kind at once."""

ODD: tuple[object, ...] = (
    None,
    "",
    0,
    -1,
    10**30,
    True,
    [],
    {},
    [None],
    {"": None},
    "x" * 20_000,
    "2026-99-99T99:99:99Z",
)
"""What they are replaced by."""

TROUBLES: tuple[Json, ...] = (
    {"operation": "item.enable", "fail": "150039"},
    {"operation": "item.enable", "fail": "28031"},
    {"operation": "fabric.create", "fail": "RegionUnknown"},
    {"operation": "container.create", "fail": "RelatedResourceNotFound"},
    {"operation": "mapping.create", "fail": "ResourceInUse"},
    {"operation": "policy.create", "fail": "JobCancelled"},
    {"operation": "network.map", "fail": "JobCancelled"},
    {"operation": "item.update", "fail": "AnotherJobRuns"},
    {"operation": "replication.*", "fail": "JobCancelled"},
    {"operation": "item.disable", "fail": "ResourceInUse"},
    {"operation": "item.disable", "fail": "AnotherJobRuns"},
    {"operation": "item.failover", "fail": "JobCancelled"},
    {"operation": "item.test_failover", "fail": "JobCancelled"},
)
"""Jobs of Site Recovery that fail."""


def _throttled(rng: Random, _: str) -> Json:
    return {"status": 429, **({"retry_after": rng.choice((0, 1, 2))} if rng.random() < 0.6 else {})}


def _refused(rng: Random, _: str) -> Json:
    return {"status": rng.choice((401, 403, 409)), "message": PLANTED_TEXT}


def _broken(rng: Random, _: str) -> Json:
    return {"status": rng.choice((408, 500, 502, 503, 504)), "message": PLANTED_TEXT}


def _reset(rng: Random, _: str) -> Json:
    return {"status": "reset", "phase": rng.choice(("before", "after"))}


def _missing(_: Random, __: str) -> Json:
    return {"status": 404}


def _late(rng: Random, _: str) -> Json:
    return {"delay_s": rng.choice((0.2, 0.6, 1.2))}


def _cut(rng: Random, _: str) -> Json:
    return {"truncate": True} if rng.random() < 0.6 else {"trickle_s": 0.0005, "times": 1}


def _absurd(rng: Random, _: str) -> Json:
    headers = rng.choice(ABSURD)
    return {"headers": headers, **({"status": 429, "body": {}} if rng.random() < 0.5 else {})}


def _foreign(rng: Random, foreign: str) -> Json:
    url = f"{foreign}/operations/1?sig={PLANTED}"
    return rng.choice(({"headers": {"Azure-AsyncOperation": url, "Location": url}}, {"next_link": url}))


def _nonsense(rng: Random, _: str) -> Json:
    return {"status": 200, "body": rng.choice(BODIES)}


def _mangled(rng: Random, _: str) -> Json:
    place, value = rng.choice(PLACES), rng.choice(ODD)
    return {
        "replace": {place: None if (place, value) == ("/*", []) else value}
    }  # an empty list nobody can tell from one


CLASSES: Mapping[str, Callable[[Random, str], Json]] = {
    "throttled": _throttled,
    "refused": _refused,
    "broken": _broken,
    "reset": _reset,
    "missing": _missing,
    "late": _late,
    "cut": _cut,
    "absurd": _absurd,
    "foreign": _foreign,
    "nonsense": _nonsense,
    "mangled": _mangled,
}
"""Class of trouble -> what makes one; given the address that is none of Azure's."""

_AS_TOKEN = ("throttled", "refused", "broken", "reset", "late", "nonsense")


def fault(rng: Random, foreign: str) -> Json:
    """One fault on one kind of request; it strikes some of them, some times."""
    if rng.random() < 0.05:
        kind, method, path, client = "token", "GET", "/msi/token", ""
        name = rng.choice(_AS_TOKEN)
    else:
        kind, (method, path) = rng.choice(list(KINDS.items()))
        client, name = APP, rng.choice(list(CLASSES))
    body = CLASSES[name](rng, foreign)
    if name == "foreign" and method != "GET" and "next_link" in body:
        body = {"headers": {"Location": body["next_link"], "Azure-AsyncOperation": body["next_link"]}}
    often = {"rate": rng.choice((0.2, 0.5, 1.0)), "times": rng.choice((1, 2, 3, 6))}
    return {"about": f"{name}: {kind}", "method": method, "path": path, "client": client, **often, **body}


def trouble(rng: Random, names: tuple[str, ...]) -> Json:
    """One trouble of Site Recovery, once or twice."""
    chosen = dict(rng.choice(TROUBLES))
    if str(chosen["operation"]).startswith(("item", "replication")):
        chosen["target"] = rng.choice(names)
    return {**chosen, "times": rng.choice((1, 2))}
