"""The templates against what can be known of them without a compiler: grammar, names, ARM's schemas, naming rules."""

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from asr.planning.events import EVENT_FILTER
from tests.infra import arm_schemas, bicep, symbols
from tests.infra.files import ENTRIES, INFRA, LONGEST, distinct, instances, plain, programs, reached, templates
from tests.repo.tree import ROOT

WITHOUT_A_SCHEMA = frozenset(
    {
        "Microsoft.Resources/resourceGroups@2024-03-01",
        "Microsoft.Network/virtualNetworks@2024-05-01",
        "Microsoft.Network/privateEndpoints@2024-05-01",
        "Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01",
        "Microsoft.Network/privateDnsZones@2020-06-01",
        "Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01",
    }
)
"""Types whose schemas are not among those at hand: only grammar and names of these are checked."""

NAME_RULES: Mapping[str, str] = {
    "Microsoft.Resources/resourceGroups": r"[\w.()-]{1,89}[\w()-]",
    "Microsoft.ManagedIdentity/userAssignedIdentities": r"[A-Za-z0-9][\w-]{2,127}",
    "Microsoft.Storage/storageAccounts": r"[a-z0-9]{3,24}",
    "Microsoft.Storage/storageAccounts/blobServices/containers": r".*/(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]",
    "Microsoft.OperationalInsights/workspaces": r"[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]",
    "Microsoft.Insights/components": r"[^%&\\?/]{1,259}[^%&\\?/.\s]",
    "Microsoft.Insights/actionGroups": r"[^:<>+/&%\\?|]{1,259}[^:<>+/&%\\?|.\s]",
    "Microsoft.Insights/scheduledQueryRules": r"[^*#&+:<>?@%{}\\/|]{1,259}[^*#&+:<>?@%{}\\/|.\s]",
    "Microsoft.Insights/metricAlerts": r"[^*#&+:<>?@%{}\\/|]{1,259}[^*#&+:<>?@%{}\\/|.\s]",
    "Microsoft.DurableTask/schedulers": r"[A-Za-z0-9-]{3,64}",
    "Microsoft.EventGrid/topics": r"[A-Za-z0-9-]{3,50}",
    "Microsoft.EventGrid/systemTopics": r"[A-Za-z0-9-]{3,128}",
    "Microsoft.EventGrid/systemTopics/eventSubscriptions": r".*/[A-Za-z0-9-]{3,64}",
    "Microsoft.Web/serverfarms": r"[A-Za-z0-9-]{1,60}",
    "Microsoft.Web/sites": r"[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]",
    "Microsoft.Network/virtualNetworks": r"[A-Za-z0-9][\w.-]{0,62}\w",
}
"""What the names of each type may look like.

Source: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

OTHER_FORM = re.compile(r"^(import|type|func|extension|provider)\b|^var \w+ \w+ =|^@(secure|onlyIfNotExists)", re.M)
"""What makes the compiler write a template in another form than a list of resources: EmitterSettings in its source."""

PLANTED = {
    "a misspelt property": ("modules/host.bicep", "httpsOnly:", "httpOnly:", "httpOnly"),
    "a misspelt inner property": ("modules/host.bicep", "instanceMemoryMB: instance", "memoryMB: instance", "memoryMB"),
    "a wrong enum": ("modules/event-subscription.bicep", "'EventGridSchema'", "'EventSchema'", "EventSchema"),
    "a wrong endpoint": ("modules/event-subscription.bicep", "'AzureFunction'", "'Function'", "Function"),
    "a missing property": ("modules/scheduler.bicep", "ipAllowlist:", "// ipAllowlist:", "ipAllowlist"),
    "a wrong type": ("modules/storage.bicep", "days: 7", "days: 'seven'", "seven"),
    "a fault in one branch": ("modules/scheduler.bicep", "capacity: 1", "capacityy: 1", "capacityy"),
    "a bad identity": ("modules/system-topic.bicep", "'SystemAssigned'", "'System'", "System"),
}
"""Faults that were planted: file, text, its replacement, and what the message has to name."""


def found_in(found: Iterable[bicep.Instance]) -> list[str]:
    """Everything that ARM's schemas have against these resources."""
    return [problem for one in found if arm_schemas.is_known(one.kind) for problem in arm_schemas.problems(one.body)]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The templates in a folder in which something can be broken."""
    return Path(shutil.copytree(INFRA, tmp_path / "infra"))


def planted(folder: Path, file: str, text: str, replacement: str) -> None:
    """Replace a text that is there."""
    path = folder / file
    whole = path.read_text(encoding="utf-8")
    assert text in whole
    path.write_text(whole.replace(text, replacement, 1), encoding="utf-8")


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_every_template_is_bicep_and_its_names_are_known(path: Path) -> None:
    """It parses without an error node, every name is declared and used, and every module called as it wants to be."""
    assert bicep.faults(path) == []
    assert list(symbols.problems(path)) == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.name)
def test_a_compiled_template_stays_a_list_of_resources(path: Path) -> None:
    """Types of one's own, functions, imports and nullable types make the compiler write symbolic names instead."""
    text = path.read_text(encoding="utf-8")

    assert not OTHER_FORM.search(text)
    for kind in ("parameter", "output"):
        for one in bicep.declarations(path, kind):
            assert one.label in {"string", "int", "bool", "array", "object"}, one.name


def test_every_module_belongs_to_an_entry() -> None:
    """No template lies about that nothing deploys."""
    assert set(templates()) == set().union(*(reached(INFRA / name) for name in ENTRIES))


def test_every_type_and_version_exists() -> None:
    """Azure publishes a schema for each type and version; the few that are not at hand are named."""
    arm_schemas.needed()
    unknown = {one.kind for one in instances() if not arm_schemas.is_known(one.kind)}

    assert unknown - WITHOUT_A_SCHEMA == set()


def test_every_property_fits() -> None:
    """Whatever is chosen, every property is one that Azure knows and every literal one that it takes."""
    arm_schemas.needed()

    assert found_in(instances()) == []


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str, copy: Path) -> None:
    """The check above finds what a hasty hand does to a template."""
    arm_schemas.needed()
    file, text, replacement, named = PLANTED[fault]
    planted(copy, file, text, replacement)

    assert any(named in problem for problem in found_in(distinct(plain(copy))))


def test_an_unknown_version_is_found(copy: Path) -> None:
    """A version that Azure never had is none that has a schema."""
    arm_schemas.needed()
    planted(copy, "modules/topic.bicep", "topics@2025-02-15", "topics@2025-02-16")

    assert "Microsoft.EventGrid/topics@2025-02-16" in {
        one.kind for one in distinct(plain(copy)) if not arm_schemas.is_known(one.kind)
    }


@pytest.mark.parametrize(
    ("text", "replacement", "named"),
    [
        ("closed: vnet", "close: vnet", "takes no close"),
        ("    closed: vnet\n", "", "needs closed"),
        ("identity.outputs.clientId", "identity.outputs.client", "no output client"),
        ("var hubName", "var hubNames", "hubName is not declared"),
        ("modules/topic.bicep", "modules/topics.bicep", "no module modules/topics.bicep"),
    ],
)
def test_a_wrong_name_is_found(text: str, replacement: str, named: str, copy: Path) -> None:
    """What a compiler would say of names is said here."""
    planted(copy, "app.bicep", text, replacement)

    assert any(named in problem for problem in symbols.problems(copy / "app.bicep"))


def test_a_property_that_a_literal_does_not_have_is_found(copy: Path) -> None:
    """A loop over a table asks each of its rows."""
    planted(copy, "monitoring.bicep", "one.severity", "one.urgency")

    with pytest.raises(AssertionError, match=r"monitoring\.bicep:.* there is no urgency"):
        list(bicep.Program(copy / "monitoring.bicep").instances())


def test_a_broken_file_is_found(copy: Path) -> None:
    """A bracket too few is no Bicep."""
    planted(copy, "modules/topic.bicep", "properties: {", "properties: ")

    assert bicep.faults(copy / "modules/topic.bicep")


def test_names_fit_their_rules() -> None:
    """With the longest environment name, every name that does not hang on Azure's answers is one that Azure takes."""
    checked = set()
    for one in instances():
        kind, name = one.body["type"], str(one.body["name"])
        if kind in NAME_RULES and name != bicep.EXPRESSION:
            assert re.fullmatch(NAME_RULES[kind], name), f"{kind}: {name}"
            checked.add(kind)

    assert set(NAME_RULES) == checked


def test_deployments_have_names_of_at_most_64_characters() -> None:
    """The longest part that is not written here is a unique string of 13 characters, once or twice."""
    for path in templates():
        for one, body in bicep.Program(path, given=LONGEST).modules():
            written = re.sub(r"\$\{[^}]*\}", "x" * 13, str(body["name"]))
            assert len(written) <= 64, one.name


def test_the_events_that_are_subscribed_to_are_those_which_the_app_wants() -> None:
    """The filter is the app's own table, in every way in which the template can come out."""
    filters = [
        one.body["properties"]["filter"]
        for one in instances()
        if one.symbol == "events" and "filter" in one.body["properties"]
    ]

    assert filters
    assert all(one == EVENT_FILTER for one in filters)


def test_the_role_has_exactly_the_listed_actions() -> None:
    """Per subscription and per management group alike."""
    listed = bicep.Program(INFRA / "rights/watched.bicep").value("role")["actions"]
    permissions = [
        one.body["properties"]["permissions"] for one in instances() if one.body["type"].endswith("/roleDefinitions")
    ]

    assert permissions
    for (one,) in permissions:
        assert one["actions"] == [action["action"] for action in listed]
        assert not any("*" in action for action in one["actions"])
        assert one["notActions"] == one["dataActions"] == one["notDataActions"] == []


def test_no_template_holds_a_vault() -> None:
    """`azd down` deletes what the templates made: nothing of Site Recovery may be among that."""
    kinds = {one.body["type"].lower() for one in instances()}

    assert not any(kind.startswith(("microsoft.recoveryservices", "microsoft.compute")) for kind in kinds)
    assert "recoveryservices" not in "".join(path.read_text(encoding="utf-8") for path in templates()).lower()


def test_a_closed_network_reaches_what_is_closed() -> None:
    """Whatever takes no public calls has a private endpoint, by the name of its service and in its zone."""
    path = INFRA / "modules/private-endpoints.bicep"
    for given, wanted in (("dts-asr-x", {"blob", "queue", "table", "scheduler"}), ("", {"blob", "queue", "table"})):
        program = bicep.Program(path, lambda _, given=given: not given, {"schedulerName": given})  # type: ignore[misc]
        targets = program.value("targets")
        assert {one["group"] for one in targets} == wanted
        scheduler = [one["zone"] for one in targets if one["group"] == "scheduler"]
        assert scheduler == ["privatelink.durabletask.io"] * bool(given)
    closed = {
        one.body["type"]
        for one in instances()
        if one.body.get("properties", {}).get("publicNetworkAccess") == "Disabled"
    }
    assert closed == {"Microsoft.Storage/storageAccounts", "Microsoft.DurableTask/schedulers"}


def test_nothing_is_opened_by_a_key() -> None:
    """Storage, telemetry and the custom topic take identities only, and no password publishes code."""
    for one in instances():
        properties = one.body.get("properties", {})
        match one.body["type"]:
            case "Microsoft.Storage/storageAccounts":
                assert properties["allowSharedKeyAccess"] is properties["allowBlobPublicAccess"] is False
                assert properties["networkAcls"]["bypass"] == "AzureServices"
            case "Microsoft.Insights/components":
                assert properties["DisableLocalAuth"] is True
            case "Microsoft.EventGrid/topics":
                assert properties["disableLocalAuth"] is True
            case "Microsoft.Web/sites/basicPublishingCredentialsPolicies":
                assert properties == {"allow": False}


def test_the_host_runs_what_the_app_is_made_for() -> None:
    """The runtime's version is the repository's, and orchestrations have an instance that is always ready."""
    sites = [
        one.body["properties"]["functionAppConfig"] for one in instances() if one.body["type"] == "Microsoft.Web/sites"
    ]

    assert {one["runtime"]["version"] for one in sites} == {(ROOT / ".python-version").read_text().strip()}
    assert {one["runtime"]["name"] for one in sites} == {"python"}
    ready = [entry for one in sites for entry in one["scaleAndConcurrency"]["alwaysReady"]]
    assert {entry["name"] for entry in ready} == {"durable"}


def test_every_way_is_tried() -> None:
    """Each back end comes out once at least: the loop over choices and allowed values does reach them."""
    kinds = {one.body["type"] for program in programs() for one in program.instances()}

    assert "Microsoft.DurableTask/schedulers" in kinds
    settings = [one.body["properties"] for one in instances() if one.body["name"].endswith("/appsettings")]
    assert {"DURABLE_TASK_SCHEDULER_CONNECTION_STRING" in one for one in settings} == {True, False}


def test_only_our_own_dead_letters_are_told() -> None:
    """A topic that was there before has other subscriptions, too: the alert counts the one that the templates make."""
    made = {
        one.body["name"].rpartition("/")[2]
        for one in instances()
        if one.body["type"] == "Microsoft.EventGrid/systemTopics/eventSubscriptions"
    } - {bicep.EXPRESSION}
    alerts = [one.body["properties"] for one in instances() if one.body["type"] == "Microsoft.Insights/metricAlerts"]

    assert alerts
    for one in alerts:
        (rule,) = one["criteria"]["allOf"]
        (dimension,) = rule["dimensions"]
        assert (dimension["name"], set(dimension["values"])) == ("EventSubscriptionName", made)
