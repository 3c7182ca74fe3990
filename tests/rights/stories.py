"""What the app is for, as short stories: each is prepared without roles, and then left to the app and its role."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.e2e.endings import begin, ended, items, stop, switch
from tests.e2e.keeping import drift
from tests.e2e.others import Others
from tests.e2e.stack import Stack
from tests.e2e.test_drift import attach
from tests.e2e.test_drills import NETWORKS, network, over
from tests.e2e.test_known_refusals import NEAR, id_of, near_machine, put
from tests.e2e.test_recovery_plans import ready_for_the_way_back

UNWANTED = "153039"
"""Site Recovery's warning of a disk that is not replicated."""
WEB, DB, UNMANAGED = "web-0", "db-0", "legacy-0"
SOURCE, RECOVERY = "eastasia", "southeastasia"


@dataclass(frozen=True, slots=True)
class Told:
    """What the app answered: whether what was asked for was done, and every word of it."""

    passed: bool
    answer: Any

    def __and__(self, other: "Told") -> "Told":
        """Both answers together."""
        return Told(self.passed and other.passed, [self.answer, other.answer])

    def sentence(self, *words: str) -> str:
        """The first sentence of the answer that has all these words, whatever their case; empty if none has."""
        wanted = [word.lower() for word in words]
        return next((one for one in _strings(self.answer) if all(word in one.lower() for word in wanted)), "")


def _strings(answer: Any) -> Iterator[str]:
    """Every text in an answer, sentences before what Azure said."""
    match answer:
        case str():
            yield answer
        case Mapping():
            for name in sorted(answer, key=lambda name: (name == "azure", name != "sentence")):
                yield from _strings(answer[name])
        case list():
            for one in answer:
                yield from _strings(one)


def nothing(_: Stack) -> None:
    """Nothing has to be there."""


@dataclass(frozen=True, slots=True)
class Story:
    """`prepare` while the app may do everything of its role; `act` is what is to be proven."""

    act: Callable[[Stack], Told]
    prepare: Callable[[Stack], None] = nothing


def planned(up: Stack, name: str = WEB, **body: Any) -> Told:
    """A plan, from facts that are read anew; it passes if the VM can be protected and everything was checked."""
    answer = up.api("POST", "plans", {"vmIds": [up.vm(name)], **body})
    if answer.status_code != 200:
        return Told(False, answer.json())
    (one,) = answer.json()["plans"]
    return Told(one["decision"]["action"] in ("protect", "complete", "end") and not unchecked(one), one)


def unchecked(plan: Mapping[str, Any]) -> bool:
    """Whether something could not be checked."""
    return any(one["code"] in ("RightMissing", "NotChecked") for one in plan["warnings"])


def protected(up: Stack, name: str = WEB, **body: Any) -> Told:
    """A VM is asked for by name, and its run is waited for."""
    answer = up.api("POST", "protections", {"vmIds": [up.vm(name)], "wait": 60, **body})
    if answer.status_code not in (200, 202):
        return Told(False, answer.json())
    (one,) = answer.json()["protections"]
    outcome = one.get("outcome") or {}
    return Told(outcome.get("state") in ("enabling", "protected"), one)


def ready(up: Stack, *names: str) -> None:
    """These VMs are protected, and what only a Protected item takes is written."""
    for name in names:
        assert protected(up, name).passed, up.tail()
    up.until(lambda: all(up.status(up.vm(name))["state"] == "protected" for name in names))
    for name in names:
        assert protected(up, name).passed, up.tail()


def shown(up: Stack) -> Told:
    """How a protected VM stands."""
    status = up.status(up.vm(WEB))
    return Told(status["state"] == "protected" and not status["problems"], status)


def healthy(up: Stack) -> Told:
    """What the app says of itself."""
    found = up.api("GET", "health").json()
    (rights,) = (one for one in found["checks"] if one["name"] == "rights")
    return Told(rights["status"] == "healthy", rights)


def advance(up: Stack, seconds: float) -> None:
    """Move everybody's clock."""
    up.advance(seconds)


def chosen(up: Stack) -> Told:
    """Targets of every kind that can be chosen; a scale set goes with no group of capacity."""
    put(up, up.group("chosen"), {"location": RECOVERY})

    def there(type_: str, **body: Any) -> str:
        id_ = id_of(up, "chosen", type_, "chosen-one")
        answer = up.call("PUT", id_, "2024-07-01", {"location": RECOVERY, **body})
        assert answer.is_success, answer.text
        return id_

    standard = {"name": "Standard"}
    key = {"activeKey": {"keyUrl": "https://keys.vault.azure.net/keys/disks/1"}}
    cache = id_of(up, "chosen", "Microsoft.Storage/storageAccounts", "minecache")
    put(up, cache, {"location": SOURCE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": {}})
    overrides = {
        "recoveryCapacityReservationGroup": there("Microsoft.Compute/capacityReservationGroups"),
        "recoveryDiskEncryptionSet": there(
            "Microsoft.Compute/diskEncryptionSets", identity={"type": "SystemAssigned"}, properties=key
        ),
        "recoveryPublicAddress": there(
            "Microsoft.Network/publicIPAddresses", sku=standard, properties={"publicIPAllocationMethod": "Static"}
        ),
        "automationAccount": there(
            "Microsoft.Automation/automationAccounts", identity={"type": "SystemAssigned"}, properties={}
        ),
        "cacheStorageAccount": cache,
    }
    vault = there(
        "Microsoft.KeyVault/vaults", properties={"tenantId": "any", "sku": {"family": "A", "name": "standard"}}
    )
    modes = {"orchestrationMode": "Flexible", "platformFaultDomainCount": 1}
    scale_set = there("Microsoft.Compute/virtualMachineScaleSets", properties=modes)
    more = ({"recoveryScaleSet": scale_set}, {"recoveryKeyVault": vault})
    first, second, third = (planned(up, DB, overrides=one) for one in (overrides, *more))
    return first & second & third


def guarded(up: Stack) -> None:
    """A security group on the subnet of the VMs."""
    guard = id_of(up, "contoso-app", "Microsoft.Network/networkSecurityGroups", "guard")
    assert up.call("PUT", guard, "2024-05-01", {"location": SOURCE, "properties": {}}).is_success
    network = id_of(up, "contoso-app", "Microsoft.Network/virtualNetworks", "contoso-vnet")
    body = up.get(network, "2024-05-01")
    for subnet in body["properties"]["subnets"]:
        subnet["properties"]["networkSecurityGroup"] = {"id": guard}
    assert up.call("PUT", network, "2024-05-01", body).is_success


def made_by_others(up: Stack) -> None:
    """A vault with fabrics, containers, mappings and a policy of other names, which the VM's tag chooses."""
    others = Others(up)
    others.make()
    up.tag(up.vm(WEB), asr_vault=others.vault)


def swept(up: Stack) -> Told:
    """The fleet after a sweep of its own."""
    run = up.api("POST", "sweeps").json()
    done = up.until(lambda: (found := up.run(run).json())["runtimeStatus"] == "Completed" and found, 60)
    found = up.api("GET", "protections").json()
    seen = {row["name"]: row["state"] for row in found["protections"]}
    return Told(not found["problems"] and seen.get(WEB) == "protected", [done, found])


def with_address(up: Stack) -> None:
    """A protected VM with an address of its own, that what only a Protected item takes is not yet written of."""
    nic = id_of(up, "contoso-app", "Microsoft.Network/networkInterfaces", f"{WEB}-nic")
    body = up.get(nic, "2024-05-01")
    for one in body["properties"]["ipConfigurations"]:
        one["properties"] |= {"privateIPAllocationMethod": "Static", "privateIPAddress": "10.1.1.77"}
    assert up.call("PUT", nic, "2024-05-01", body).is_success
    assert protected(up, WEB).passed
    up.until(lambda: up.status(up.vm(WEB))["state"] == "protected")


def completed(up: Stack) -> Told:
    """The address is kept."""
    done = protected(up, WEB)
    (item,) = items(up, WEB)
    (nic,) = item["properties"]["providerSpecificDetails"]["vmNics"]
    kept = [one.get("recoveryStaticIPAddress") for one in nic["ipConfigs"]]
    return Told(done.passed and kept == ["10.1.1.77"], done.answer)


def with_disk(up: Stack) -> None:
    """A disk is attached to a protected VM."""
    ready(up, WEB)
    attach(up, WEB, 7)


def mended(up: Stack, name: str, *fields: str) -> Told:
    """What is not as it was asked for is put right; it passes if nothing of it is left."""
    up.until(lambda: drift(up, name))
    answer = up.api("POST", "drift", {"names": [name], "wait": 60})
    if answer.status_code != 200:
        return Told(False, answer.json())
    (one,) = answer.json()["protections"]
    left = drift(up, name)
    return Told(one["outcome"]["state"] == "protected" and not left.keys() & set(fields), [one, left])


def with_warning(up: Stack) -> None:
    """Site Recovery warns of a disk that nobody wants replicated."""
    ready(up, DB)
    up.tag(up.vm(DB), asr_new_disks="ignore")
    attach(up, DB, 9)
    up.until(lambda: UNWANTED in errors_of(up, DB))


def is_dismissed(up: Stack) -> Told:
    """The warning is dismissed by the run that completes the item."""
    done = protected(up, DB)
    return Told(done.passed and happens(up, lambda: UNWANTED not in errors_of(up, DB)), done.answer)


def happens(up: Stack, condition: Callable[[], bool]) -> bool:
    """Whether it comes to be within seconds."""
    try:
        up.until(condition, 3)
    except AssertionError:
        return False
    return True


def errors_of(up: Stack, name: str) -> list[str]:
    """The health errors of a VM's item."""
    (item,) = items(up, name)
    return [one["errorCode"] for one in item["properties"]["healthErrors"]]


def longer(up: Stack) -> Told:
    """More recovery points are asked for; the policy, which is the app's own, is changed."""
    up.tag(up.vm(WEB), asr_protect="true", asr_recovery_point_minutes="4320")
    swept(up)
    done = mended(up, WEB, "recoveryPointMinutes")
    policies = up.site_recovery("replicationPolicies")
    kept = [one["properties"]["providerSpecificDetails"]["recoveryPointHistory"] for one in policies]
    return Told(done.passed and 4320 in kept, done.answer)


def in_plan(up: Stack) -> None:
    """A protected VM is in a recovery plan of Site Recovery, and asked for by its tag."""
    ready(up, WEB)
    up.tag(up.vm(WEB), asr_protect="true")
    (item,) = items(up, WEB)
    vault = item["id"].split("/replicationFabrics/")[0]
    at = item["id"].split("/replicationProtectionContainers/")[0]
    recovery = item["properties"]["recoveryContainerId"].split("/replicationProtectionContainers/")[0]
    groups = [{"groupType": "Boot", "replicationProtectedItems": [{"id": item["id"]}]}]
    body = {"primaryFabricId": at, "recoveryFabricId": recovery, "groups": groups}
    begin(up, "PUT", f"{vault}/replicationRecoveryPlans/shop", {"properties": body})


def unprotected(up: Stack, name: str = WEB, **query: str) -> Told:
    """A person ends a protection."""
    answer = up.api("DELETE", "protections", vmId=up.vm(name), **query)
    if answer.status_code != 202:
        return Told(False, answer.json())
    outcome = ended(up, answer.json()["protections"][0])
    return Told(outcome["state"] == "unprotected" and not outcome["reasons"], outcome)


def cleaned(up: Stack) -> Told:
    """And all that the app had made for it goes; the groups last."""
    done = unprotected(up, NEAR, cleanUp="true")
    groups = [one["name"] for one in up.get(f"/subscriptions/{up.subscription}/resourcegroups", "2021-04-01")["value"]]
    return Told(done.passed and sorted(groups) == ["contoso-app"], done.answer)


def near_protected(up: Stack) -> None:
    """A protected VM in an availability set and a placement group."""
    near_machine(up)
    ready(up, NEAR)


def left_over(up: Stack) -> None:
    """A stopped VM: its item can only be purged, and everything else stays where it is."""
    ready(up, DB)
    stop(up, DB)


def agent_stays(up: Stack) -> None:
    """Site Recovery leaves its agent when a protection ends."""
    ready(up, DB)
    switch(up, extension_after_disable="stays")


def failover(up: Stack, step: str = "", **body: Any) -> Told:
    """A command to fail over or back, whose outcome is waited for."""
    asked = {"vmIds": [up.vm(WEB)], "confirm": WEB, "wait": 60, **body}
    answer = up.api("POST", f"failovers{step}", asked)
    if answer.status_code != 200:
        return Told(False, answer.json())
    (one,) = answer.json()["protections"]
    state = (one.get("outcome") or {}).get("state")
    return Told(state in ("protected", "failed_over", "enabling"), one)


def tested(up: Stack) -> Told:
    """A test and its clean-up."""
    first = failover(up, kind="test", testNetworkId=network(up))
    second = failover(up, "/cleanup") if first.passed else first
    return first & second


def away(up: Stack) -> Told:
    """Away, to another point, and for good."""
    advance(up, 7200)
    first = failover(up, kind="unplanned", recoveryPoint="latestProcessed")
    second = failover(up, "/point", recoveryPoint="latestAppConsistent") if first.passed else first
    third = failover(up, "/commit") if second.passed else second
    return first & second & third


def taken_back(up: Stack) -> Told:
    """Away, and taken back before the commit."""
    switch(up, cancel_failover="allowed")
    first = failover(up, kind="unplanned")
    second = failover(up, "/cancel") if first.passed else first
    return first & second


def committed(up: Stack) -> None:
    """A VM that runs on the other side."""
    ready(up, WEB)
    assert away(up).passed


def home_again(up: Stack) -> Told:
    """Protected the other way round, and brought home."""
    first = failover(up, "/reprotect")
    if not first.passed:
        return first
    up.until(lambda: ready_for_the_way_back(up))
    second = failover(up, "/failback")
    return first & second


def shared_zone(up: Stack) -> None:
    """A protected VM, a test network, and a DNS zone that is linked to it alone."""
    ready(up, WEB)
    where = network(up)
    zone = id_of(up, "contoso-app", "Microsoft.Network/privateDnsZones", "corp.example")
    assert up.call("PUT", zone, "2020-06-01", {"location": "global"}).is_success
    body = {"location": "global", "properties": {"virtualNetwork": {"id": where}}}
    assert up.call("PUT", f"{zone}/virtualNetworkLinks/drill", "2020-06-01", body).is_success


def drilled(up: Stack) -> Told:
    """A drill with a script inside of the VM."""
    where = f"{up.group('contoso-app-asr')}/{NETWORKS}/drill-vnet"
    probes = [{"kind": "vmRunning"}, {"kind": "runCommand", "script": "true", "timeoutSeconds": 8}]
    answer = up.api("POST", "drills", {"names": [WEB], "testNetworkId": where, "probes": probes})
    if answer.status_code != 202:
        return Told(False, answer.json())
    found = over(up, answer.json()["id"])
    evidence = up.api("GET", f"evidence/{found['evidence']['number']}").json()
    refreshed = evidence["facts"]["vaultHealthRefreshed"].values()
    fresh = all(at.startswith("20") for at in refreshed)
    return Told(found["status"] == "passed" and fresh and not warned(found), [found, evidence])


def warned(found: dict[str, Any]) -> bool:
    """Whether a drill could not check or do everything."""
    gates = [gate for one in found["machines"] for gate in one["gates"]]
    return any(gate["holds"] is not True for gate in gates)


def exported(up: Stack) -> Told:
    """A recovery plan of tags is written as Site Recovery's own."""
    answer = up.api("POST", "failovers/plans/export", {"plan": "shop"})
    return Told(answer.status_code == 200, answer.json())


def tagged_as_plan(up: Stack) -> None:
    """A protected VM that is in a plan by its tag."""
    ready(up, WEB)
    up.tag(up.vm(WEB), asr_recovery_plan="Shop")


STORIES: dict[str, Story] = {
    "plan": Story(planned, guarded),
    "chosen targets": Story(chosen),
    "health": Story(healthy),
    "protect": Story(protected),
    "protect with what others made": Story(protected, made_by_others),
    "protect unmanaged disks": Story(lambda up: protected(up, UNMANAGED)),
    "protect in a placement group": Story(lambda up: protected(up, NEAR), near_machine),
    "sweep": Story(swept, lambda up: ready(up, WEB)),
    "status": Story(shown, lambda up: ready(up, WEB)),
    "complete": Story(completed, with_address),
    "add a disk": Story(lambda up: mended(up, WEB, "dataDisks"), with_disk),
    "dismiss a warning": Story(is_dismissed, with_warning),
    "change the policy": Story(longer, lambda up: ready(up, WEB)),
    "end": Story(lambda up: unprotected(up, untag="true"), in_plan),
    "end, agent left": Story(lambda up: unprotected(up, DB), agent_stays),
    "end, stopped VM": Story(lambda up: unprotected(up, DB, startToDisable="true"), left_over),
    "purge": Story(lambda up: unprotected(up, DB, force="true"), left_over),
    "end and clean up": Story(cleaned, near_protected),
    "test a failover": Story(tested, lambda up: ready(up, WEB)),
    "fail over": Story(away, lambda up: ready(up, WEB)),
    "take a failover back": Story(taken_back, lambda up: ready(up, WEB)),
    "come home": Story(home_again, committed),
    "drill": Story(drilled, shared_zone),
    "export a plan": Story(exported, tagged_as_plan),
}
