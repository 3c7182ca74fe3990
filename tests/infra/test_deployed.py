"""What `azd up` does, step by step, in the emulated Azure; then the app protects a VM with the rights it was given.

With templates written by hand in the compiler's form, and with the compiled ones where they lie in `infra/main.*.json`
(`bicep build infra/app.bicep --outfile infra/main.app.json`, and `events` likewise), as a list of resources or by name.
"""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError

from local.emulator.arm.ids import ResourceId
from local.emulator.server import Emulator
from tests.e2e.conftest import fork_server, forked
from tests.emulator.azure_client import deployments
from tests.emulator.conftest import Arm
from tests.infra import handmade
from tests.infra.deploying import LOCATION, Deployed, Template, deployed, settings_of
from tests.infra.files import INFRA

__all__ = ["fork_server", "forked"]

LAYERS = ("app", "events")


def compiled() -> tuple[Template, Template]:
    """Our templates, as the compiler has written them; the test is skipped until it has.

    `bicep build` without a name for its output writes `app.json`, which is taken as well.
    """
    named, unnamed = ([INFRA / f"{before}{layer}.json" for layer in LAYERS] for before in ("main.", ""))
    paths = unnamed if all(path.is_file() for path in unnamed) else named
    if lacking := [path.name for path in paths if not path.is_file()]:
        pytest.skip(f"infra/{' and infra/'.join(lacking)} are not there: no Bicep compiler has run here")
    app, events = (json.loads(path.read_text(encoding="utf-8")) for path in paths)
    return app, events


def by_client(ready: Mapping[str, str], name: str, template: Template, given: dict[str, Any]) -> dict[str, Any]:
    """Deploy by Azure's own client."""
    parameters = {key: {"value": value} for key, value in given.items() if key in template["parameters"]}
    body: Any = {
        "location": LOCATION,
        "properties": {"mode": "Incremental", "template": template, "parameters": parameters},
    }
    with deployments(ready["arm"], ready["subscription"], "operator") as client:
        ended = client.deployments.begin_create_or_update_at_subscription_scope(f"asr-{name}", body).result()
    found = ended.properties.outputs if ended.properties else None
    return {key: one["value"] for key, one in (found or {}).items()}


@pytest.mark.parametrize("source", ["handmade", "compiled"])
def test_from_templates_to_a_protected_vm_and_away_again(source: str) -> None:
    """Every step of a deployment, the checks around it, and what is left after it was taken away."""
    layers = (handmade.app(), handmade.events()) if source == "handmade" else compiled()
    given = {
        "environmentName": "try",
        "location": LOCATION,
        "profiles": {"default": {}},
        "settings": {"ASR_TAG_PREFIX": "keep-"},
        "assignRoles": True,
    }
    with deployed(by_client, layers, given) as one:
        check_before(one)
        check_app(one)
        check_work(one)
        check_away(one)


VARIANTS: dict[str, dict[str, Any]] = {
    "scheduler": {"backend": "scheduler", "schedulerSku": "Dedicated"},
    "network": {"vnet": True},
    "closed scheduler": {"vnet": True, "backend": "scheduler"},
    "told": {"eventsOut": True, "alertEmail": "somebody@example.com"},
    "sign-in": {"signInClientId": "44444444-0000-4000-8000-000000000004"},
    "names by sign-in": {"signInClientId": "44444444-0000-4000-8000-000000000004", "signInRequired": False},
    "no roles": {"assignRoles": False},
}

PAUSES = {
    "": (1800, "PT1H"),
    "0 */15 * * * *": (1800, "PT1H"),
    "*/10 * * * *": (1200, "PT1H"),
    "0 * * * * *": (120, "PT1H"),
    "0 */45 * * * *": (5400, "PT2H"),
    "0 0 * * * *": (7200, "PT2H"),
    "0 0 */3 * * *": (21600, "PT6H"),
    "0 30 */12 * * *": (86400, "P1D"),
    "0 30 2 * * *": (172800, "P2D"),
}
"""Schedules with the seconds after which a sweep is late, and the window in which alerts look for one."""


@pytest.mark.parametrize("name", VARIANTS)
def test_whatever_is_chosen_deploys(name: str) -> None:
    """Both layers with each choice; what it is about is there afterwards, and a second time changes nothing."""
    app, _ = compiled()
    given = {"environmentName": "try", "location": LOCATION, "subscriptions": [], **VARIANTS[name]}
    with Emulator() as emulator:
        ready = {"arm": emulator.url, "subscription": emulator.subscription}
        arm = Arm(emulator)
        for _ in range(2):
            outputs = by_client(ready, "app", app, given)
            code = {"url": "http://127.0.0.1:1", "key": "k", "functions": {"on_vm_event": "eventGridTrigger"}}
            arm.control("POST", "/sites", {"site": outputs["ASR_APP_ID"], **code})
        settings = settings_of(ready, outputs["ASR_APP_ID"])
        kinds = {one.id.type for one in emulator.cloud.store.under(ResourceId.parse(arm.root))}
        endpoints = emulator.cloud.store.of_type("Microsoft.Network/privateEndpoints/privateDnsZoneGroups")
        zones = {one.properties["privateDnsZoneConfigs"][0]["name"] for one in endpoints}
        assignments = emulator.cloud.store.of_type("Microsoft.Authorization/roleAssignments")
        arm.close()

    assert ("DURABLE_TASK_SCHEDULER_CONNECTION_STRING" in settings) == ("backend" in given)
    wanted = ("blob", "queue", "table", *(["scheduler"] if "backend" in given else []))
    assert zones == (set(wanted) if "vnet" in given else set())
    assert bool(settings["ASR_EVENTS_ENDPOINT"]) == ("Microsoft.Insights/actionGroups" in kinds) == (name == "told")
    assert bool(assignments) == (outputs["ASR_ADMINISTRATOR"] == []) == (name != "no roles")


def test_alerts_know_how_often_sweeps_come() -> None:
    """From the schedule, as the template's own expressions read it."""
    app, _ = compiled()
    whole = {**app, "resources": [], "outputs": {}}
    for name, kind in (("minutes", "int"), ("window", "string")):
        whole["outputs"][name] = {"type": kind, "value": f"[variables('{name}')]"}
    whole.pop("languageVersion", None)
    with Emulator() as emulator:
        ready = {"arm": emulator.url, "subscription": emulator.subscription}
        for schedule, wanted in PAUSES.items():
            given = {"environmentName": "try", "location": LOCATION, "settings": {"ASR_SWEEP_SCHEDULE": schedule}}
            found = by_client(ready, "app", whole, given)
            assert (120 * found["minutes"], found["window"]) == wanted, schedule


def test_a_topic_that_exists_is_used() -> None:
    """A subscription can have only one for its events: ours goes to it, and keeps dead letters by its identity."""
    app, events = compiled()
    given: dict[str, Any] = {"environmentName": "try", "location": LOCATION, "subscriptions": []}
    with Emulator() as emulator:
        ready, arm = {"arm": emulator.url, "subscription": emulator.subscription}, Arm(emulator)
        outputs = by_client(ready, "app", app, given)
        code = {"url": "http://127.0.0.1:1", "key": "k", "functions": {"on_vm_event": "eventGridTrigger"}}
        arm.control("POST", "/sites", {"site": outputs["ASR_APP_ID"], **code})
        topic = f"{arm.group('theirs')}/Microsoft.EventGrid/systemTopics/all"
        source = {"source": arm.root, "topicType": "Microsoft.Resources.Subscriptions"}
        body = {"location": "global", "identity": {"type": "SystemAssigned"}, "properties": source}
        principal = arm.put(topic, body)["identity"]["principalId"]
        one = {"resourceGroup": "theirs", "name": "all", "principalId": principal}
        places = {"appId": outputs["ASR_APP_ID"], "storageId": outputs["ASR_STORAGE_ID"]}
        with pytest.raises(HttpResponseError, match="handshake"):  # nothing answers at the host's address
            by_client(
                ready, "events", events, {**given, **places, "existingSystemTopics": {emulator.subscription: one}}
            )
        made = emulator.cloud.store.of_type("Microsoft.EventGrid/systemTopics")
        roles = emulator.cloud.store.of_type("Microsoft.Authorization/roleAssignments")
        arm.close()

    assert [found.id.name for found in made] == ["all"]
    assert principal in {found.properties["principalId"] for found in roles}


def check_before(one: Deployed) -> None:
    """The app's region is compared with where tagged VMs run."""
    vm = vm_of(one)
    assert one.script("check_region").stdout.startswith(f"No tagged VM runs in {LOCATION}")
    assert "1 VMs without the tag" in one.script("check_region", AZURE_LOCATION="eastasia").stdout
    for tags, status in (({"other": "1"}, 0), ({"keep-protect": "false"}, 1)):
        body = {"operation": "Replace", "properties": {"tags": tags}}
        path = f"{vm}/providers/Microsoft.Resources/tags/default"
        assert one.up.call("PATCH", path, "2021-04-01", body).is_success
        assert one.script("check_region", AZURE_LOCATION="East Asia").returncode == status
    refused = one.script("check_region", AZURE_LOCATION="East Asia")
    assert f"1 tagged VMs run in eastasia ({vm.rpartition('/')[2]})" in refused.stdout
    assert one.script("check_region", AZURE_LOCATION="eastasia", ASR_ALLOW_SOURCE_REGION="true").returncode == 0

    check_providers(one)


def check_providers(one: Deployed) -> None:
    """A provider that a watched subscription has not registered is named with the command."""
    second = f"/subscriptions/{one.subscriptions[1]}/providers/Microsoft.RecoveryServices"
    assert one.script("check_providers").returncode == 0
    assert one.up.call("POST", f"{second}/unregister", "2021-04-01").is_success
    lacking = one.script("check_providers")
    command = (
        f"az provider register --subscription {one.subscriptions[1]} --namespace Microsoft.RecoveryServices --wait"
    )
    assert (lacking.returncode, lacking.stdout.split("\n")[2].strip()) == (1, command)
    assert one.up.call("POST", f"{second}/register", "2021-04-01").is_success


def check_app(one: Deployed) -> None:
    """Our own topic is not taken for another's; functions are there and the app is well; with none it is said."""
    found = one.script("find_topics")
    assert (found.returncode, found.stdout) == (0, ""), found.stdout + found.stderr
    ended = one.script("check_deployment")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "The app is " in ended.stdout
    nothing = {"site": one.outputs["ASR_APP_ID"], "url": one.up.host, "key": one.up.key, "functions": {"x": "y"}}
    one.up.http.post(f"{one.up.arm}/_emulator/sites", json=nothing).raise_for_status()
    ended = one.script("check_deployment", ASR_CHECK_SECONDS="0")
    assert (ended.returncode, "lists 1 functions and lacks" in ended.stderr) == (1, True)


def check_work(one: Deployed) -> None:
    """An event of the watched subscription protects a VM, with exactly the rights of infra/role.json."""
    one.up.tag(vm_of(one), keep_protect="true")
    one.up.outcome(vm_of(one), "enabling")

    def swept() -> bool:
        assert one.up.api("POST", "sweeps").is_success
        return str(one.up.status(vm_of(one))["lastOutcome"]["state"]) == "protected"

    one.up.until(swept)


def check_away(one: Deployed) -> None:
    """A vault in the app's group stops `azd down`; uninstalling takes events and roles, and nothing else."""
    first, group = one.subscriptions[0], one.outputs["AZURE_RESOURCE_GROUP"]
    assert one.script("check_down").returncode == 0
    vault = f"/subscriptions/{first}/resourceGroups/{group}/providers/Microsoft.RecoveryServices/vaults/misplaced"
    body = {"location": "southeastasia", "sku": {"name": "Standard"}, "properties": {}}
    assert one.up.call("PUT", vault, "2024-04-01", body).is_success
    stopped = one.script("check_down")
    assert (stopped.returncode, "vaults/misplaced" in stopped.stderr) == (1, True)

    theirs = by_hand(one)
    shown = one.script("uninstall")
    assert (shown.returncode, shown.stdout.count("would remove")) == (0, 17), shown.stdout + shown.stderr
    assert f"'ASR autoprotect shared' stays: it is assigned to {theirs}, too" in shown.stdout
    removed = one.script("uninstall", "--yes")
    assert removed.returncode == 0, removed.stdout + removed.stderr
    assert one.script("uninstall").stdout.startswith("Nothing is left")
    for subscription in one.subscriptions:
        path = f"/subscriptions/{subscription}/providers/Microsoft.EventGrid/systemTopics"
        assert one.up.get(path, "2025-02-15")["value"] == []
    assert [item["properties"]["protectionState"] for item in one.up.site_recovery("replicationProtectedItems")]


def by_hand(one: Deployed) -> str:
    """Rights that no template has given: a custom role for a subscription, one of a management group, and one that
    somebody else has as well, whose id is returned.
    """
    group = "/providers/Microsoft.Management/managementGroups/contoso"
    own, theirs = one.outputs["ASR_IDENTITY_PRINCIPAL_ID"], "99999999-0000-4000-8000-000000000009"
    first = f"/subscriptions/{one.subscriptions[0]}"
    made = ((first, first[15:], [own]), (group, "contoso", [own]), (first, "shared", [own, theirs]))
    for number, (scope, name, principals) in enumerate(made):
        role = f"{scope}/providers/Microsoft.Authorization/roleDefinitions/70000000-0000-4000-8000-00000000000{number}"
        body = {"roleName": f"ASR autoprotect {name}", "type": "CustomRole", "assignableScopes": [scope]}
        permissions = [{"actions": ["Microsoft.Compute/virtualMachines/read"], "notActions": []}]
        assert one.up.call("PUT", role, "2022-04-01", {"properties": {**body, "permissions": permissions}}).is_success
        for at, principal in enumerate(principals):
            path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/7{at}{role[-34:]}"
            given = {"properties": {"principalId": principal, "roleDefinitionId": role}}
            assert one.up.call("PUT", path, "2022-04-01", given).is_success
    return theirs


def vm_of(one: Deployed) -> str:
    """The VM of the first subscription."""
    return f"/subscriptions/{one.up.subscription}/resourceGroups/team/providers/Microsoft.Compute/virtualMachines/app-0"
