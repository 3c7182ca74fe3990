"""The scripts of a deployment by themselves; with an Azure to talk to they are tried in `test_deployed`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gateway.wire import Reply, Wire
from tests.infra.files import INFRA
from tests.repo.functions import TRIGGERS
from tests.repo.tree import ROOT

SCRIPTS = sorted(path.stem for path in (INFRA / "scripts").glob("*.py") if path.stem != "arm")

AT = {"AZURE_SUBSCRIPTION_ID": "x", "AZURE_RESOURCE_GROUP": "rg-try", "AZURE_ENV_NAME": "try"}
"""What azd tells its hooks of where the app is."""


def run(name: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a script with this environment and no other: no azd, no Azure CLI, nobody signed in."""
    command = [sys.executable, str(INFRA / "scripts" / f"{name}.py"), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def stand_in(folder: Path, name: str, answer: object) -> None:
    """A program of this name that prints an answer, as azd and the Azure CLI print tokens."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\nprint({json.dumps(json.dumps(answer))})\n", encoding="utf-8")
    path.chmod(0o755)


def test_the_administrator_is_told_what_to_run() -> None:
    """Every command on a line of its own; with roles assigned nothing is said."""
    told = run("administrator", ASR_ADMINISTRATOR=json.dumps(["az first", "az second"]))

    assert told.returncode == 0
    assert "  az first\n  az second\n" in told.stdout
    assert run("administrator", ASR_ADMINISTRATOR="[]").stdout == run("administrator").stdout == ""


def test_the_commands_name_templates_with_their_parameters() -> None:
    """What an administrator is told to run exists and takes what it is given."""
    text = (INFRA / "app.bicep").read_text(encoding="utf-8")

    for name, parameters in (
        ("own", ("principalId", "backend", "eventsOut")),
        ("watched", ("principalId", "roleToken")),
    ):
        path = INFRA / "rights" / f"{name}.bicep"
        assert f"--template-file {path.relative_to(ROOT).as_posix()} --parameters" in text
        assert all(f"param {one} " in path.read_text(encoding="utf-8") for one in parameters)
        assert all(f"{one}=${{" in text for one in parameters)


def test_the_functions_that_are_looked_for_are_the_apps() -> None:
    """The script reads them from the table of functions, which has no other form by now."""
    scripts = str(INFRA / "scripts")
    code = f"import sys; sys.path.insert(0, {scripts!r}); import check_deployment; print(*check_deployment.expected())"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert set(found.stdout.split()) == TRIGGERS


@pytest.mark.parametrize("name", [one for one in SCRIPTS if one != "administrator"])
def test_what_is_missing_is_said(name: str) -> None:
    """Without azd's environment a sentence says which value is not there, and how to find out."""
    ended = run(name)

    assert ended.returncode == 1
    assert "is not set; run `azd env get-values`" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_nobody_signed_in_is_said(tmp_path: Path) -> None:
    """Neither azd nor the Azure CLI is there."""
    ended = run("check_down", **AT, PATH=str(tmp_path))

    assert (ended.returncode, "azd auth login" in ended.stderr) == (1, True)


@pytest.mark.parametrize(("program", "answer"), [("azd", {"token": "t"}), ("az", {"accessToken": "t"})])
def test_either_sign_in_will_do(tmp_path: Path, program: str, answer: dict[str, str]) -> None:
    """The token is taken from it, and then Azure is asked: here nobody answers, and that is said."""
    stand_in(tmp_path, program, answer)
    ended = run("check_down", PATH=str(tmp_path), ASR_ARM_ENDPOINT="http://127.0.0.1:9", **AT)

    assert (ended.returncode, "Azure cannot be reached at http://127.0.0.1:9" in ended.stderr) == (1, True)


def test_a_region_that_cannot_be_compared_stops_nobody(tmp_path: Path) -> None:
    """Who deploys may lack the right to read VMs; then it is up to them."""
    ended = run("check_region", AZURE_LOCATION="x", AZURE_SUBSCRIPTION_ID="y", PATH=str(tmp_path))

    assert (ended.returncode, "could not be read" in ended.stdout) == (0, True)


def test_a_token_goes_nowhere_else() -> None:
    """Neither unencrypted to another machine, nor to where an answer points."""
    ended = run("check_down", ASR_ARM_ENDPOINT="http://azure.example", ASR_ARM_TOKEN="t", **AT)
    assert (ended.returncode, "a token goes by https alone" in ended.stderr) == (1, True)

    with Wire({}) as elsewhere:
        deployments = ("GET", "/subscriptions/x/providers/Microsoft.Resources/deployments")
        for link in (f"{elsewhere.url}/more", "{}0/more", "{}.azure.example/more"):
            with Wire({}) as azure:
                azure.answer(*deployments, Reply(body={"value": [], "nextLink": link.format(azure.url)}))
                ended = run("check_down", ASR_ARM_ENDPOINT=azure.url, ASR_ARM_TOKEN="t", **AT)
            assert (ended.returncode, "no token goes there" in ended.stderr) == (1, True), ended.stderr
        with Wire({deployments: Reply(302, headers={"Location": f"{elsewhere.url}/login"})}) as azure:
            ended = run("check_down", ASR_ARM_ENDPOINT=azure.url, ASR_ARM_TOKEN="t", **AT)
            assert (ended.returncode, ": 302" in ended.stderr) == (1, True), ended.stderr
        site = "/subscriptions/x/resourceGroups/g/providers/Microsoft.Web/sites/app"
        with Wire({("GET", "/api/health"): Reply(302, headers={"Location": f"{elsewhere.url}/login"})}) as azure:
            names = [{"name": f"app/{one}"} for one in TRIGGERS]
            azure.answer("GET", f"{site}/functions", Reply(body={"value": names}))
            azure.answer("POST", f"{site}/host/default/listkeys", Reply(body={"functionKeys": {"default": "k"}}))
            known = {"ASR_ARM_ENDPOINT": azure.url, "ASR_ARM_TOKEN": "t", "ASR_CHECK_SECONDS": "0"}
            ended = run("check_deployment", ASR_APP_ID=site, ASR_APP_URL=azure.url, **known)
            assert (ended.returncode, "answers 302" in ended.stderr) == (1, True), ended.stderr
        assert elsewhere.asked == []


@pytest.mark.parametrize(("environment", "stopped"), [("try", True), ("other", False)])
def test_a_group_that_azd_would_take_along_stops_it(environment: str, stopped: bool) -> None:
    """azd may delete each group that its deployments put something into: also a foreign topic's."""
    kinds = (
        "Web/sites/func",
        "EventGrid/systemTopics/all/eventSubscriptions/asr-autoprotect",
        "Insights/metricAlerts/ma",
    )
    made = [
        {"id": f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.{kind}"}
        for subscription, group, kind in (
            ("x", "RG-try", kinds[0]),
            ("x", "rg-try-events", kinds[2]),
            ("x", "Default-EventGrid", kinds[1]),
            ("another", "theirs", kinds[1]),
        )
    ]
    roles = {"id": "/subscriptions/x/providers/Microsoft.Authorization/roleAssignments/y"}
    deployments = [
        {"tags": {"azd-env-name": environment}, "properties": {"outputResources": [*made, roles]}},
        {"properties": {}},
    ]
    group = "/subscriptions/x/resourceGroups/rg-try/resources"
    replies = {
        ("GET", "/subscriptions/x/providers/Microsoft.Resources/deployments"): Reply(body={"value": deployments}),
        ("GET", group): Reply(body={"value": []}),
    }
    with Wire(replies) as azure:
        ended = run("check_down", ASR_ARM_ENDPOINT=azure.url, ASR_ARM_TOKEN="t", **AT)

    assert (ended.returncode == 1) == stopped, ended.stderr
    assert ("may delete groups that are not the app's: default-eventgrid. Do not" in ended.stderr) == stopped


def providers(**states: str) -> dict[tuple[str, str], Reply]:
    """The state of each provider that may be asked for; registered unless it is said."""
    names = "Web Storage ManagedIdentity Insights OperationalInsights EventGrid RecoveryServices Compute Network App"
    return {
        ("GET", f"/subscriptions/{subscription}/providers/Microsoft.{name}"): Reply(
            body={"registrationState": states.get(name, "Registered")}
        )
        for subscription in ("x", "y")
        for name in (*names.split(), "DurableTask")
    }


@pytest.mark.parametrize(
    ("chosen", "states", "lacking"),
    [
        ({}, {}, []),
        ({}, {"App": "NotRegistered", "DurableTask": "NotRegistered", "Web": "Registering"}, []),
        ({"ASR_VNET": "true"}, {"App": "NotRegistered"}, [("x", "App")]),
        ({"ASR_BACKEND": "scheduler"}, {"DurableTask": "Unregistered"}, [("x", "DurableTask")]),
        ({"ASR_SUBSCRIPTIONS": "y"}, {"RecoveryServices": "NotRegistered"}, [("y", "RecoveryServices")]),
        ({"ASR_SUBSCRIPTIONS": "x, y"}, {"EventGrid": "NotRegistered"}, [("x", "EventGrid"), ("y", "EventGrid")]),
    ],
)
def test_providers_that_are_not_registered_are_named(
    chosen: dict[str, str], states: dict[str, str], lacking: list[tuple[str, str]]
) -> None:
    """With the command to paste, for those that what was chosen needs, where it needs them."""
    with Wire(providers(**states)) as azure:
        ended = run(
            "check_providers", ASR_ARM_ENDPOINT=azure.url, ASR_ARM_TOKEN="t", AZURE_SUBSCRIPTION_ID="x", **chosen
        )

    commands = [line.strip() for line in ended.stdout.splitlines() if line.startswith("  az ")]
    assert commands == [
        f"az provider register --subscription {subscription} --namespace Microsoft.{name} --wait"
        for subscription, name in lacking
    ]
    assert ended.returncode == bool(lacking), ended.stdout + ended.stderr


def test_providers_that_cannot_be_read_stop_nobody() -> None:
    """Who deploys may lack the right; then Azure says what is missing."""
    no = Reply(403, {"error": {"code": "AuthorizationFailed", "message": "no"}})
    with Wire(dict.fromkeys(providers(), no)) as azure:
        ended = run("check_providers", ASR_ARM_ENDPOINT=azure.url, ASR_ARM_TOKEN="t", AZURE_SUBSCRIPTION_ID="x")

    assert (ended.returncode, "AuthorizationFailed" in ended.stdout) == (0, True)


TOPICS = "/subscriptions/{}/providers/Microsoft.EventGrid/systemTopics"


def topic(subscription: str, group: str, source: str, **more: object) -> dict[str, object]:
    """A system topic as it is listed."""
    path = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.EventGrid/systemTopics/{group}-t"
    return {"id": path, "name": f"{group}-t", "properties": {"source": source}, **more}


def test_a_topic_that_is_there_is_found(tmp_path: Path) -> None:
    """Of the subscription's own events, and not ours; azd is told, or whoever deploys without it."""
    identity = {"type": "SystemAssigned", "principalId": "p"}
    lists = {
        "x": [
            topic("x", "vaults", "/subscriptions/x/resourceGroups/vaults"),
            topic("x", "rg-try-events", "/subscriptions/x"),
        ],
        "y": [topic("y", "theirs", "/subscriptions/Y", identity=identity)],
        "z": [topic("z", "other", "/subscriptions/z", identity={"type": "UserAssigned", "principalId": "q"})],
    }
    replies = {("GET", TOPICS.format(one)): Reply(body={"value": found}) for one, found in lists.items()}
    (tmp_path / "azd").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/told\n', encoding="utf-8")
    (tmp_path / "azd").chmod(0o755)
    noted = {"w": {"resourceGroup": "by-hand", "name": "t", "principalId": "p"}}
    with Wire(replies) as azure:
        environment = {
            "ASR_ARM_ENDPOINT": azure.url,
            "ASR_ARM_TOKEN": "t",
            "AZURE_ENV_NAME": "try",
            "ASR_SUBSCRIPTIONS": "w,x,y,z",
            "ASR_EXISTING_SYSTEM_TOPICS": json.dumps(noted),
        }
        by_azd = run("find_topics", PATH=str(tmp_path), **environment)
        by_hand = run("find_topics", PATH="/nonexistent", **environment)
        nothing = run("find_topics", PATH=str(tmp_path), **{**environment, "ASR_SUBSCRIPTIONS": "w,x"})

    assert by_azd.returncode == 0, by_azd.stderr
    verb, action, name, value, *rest = (tmp_path / "told").read_text(encoding="utf-8").splitlines()
    assert (verb, action, name, rest) == ("env", "set", "ASR_EXISTING_SYSTEM_TOPICS", ["--environment", "try"])
    assert json.loads(value) == {
        **noted,
        "y": {"resourceGroup": "theirs", "name": "theirs-t", "principalId": "p"},
        "z": {"resourceGroup": "other", "name": "other-t", "principalId": ""},
    }
    assert by_azd.stdout.count("--identity systemassigned") == 1
    assert f"  export ASR_EXISTING_SYSTEM_TOPICS='{value}'" in by_hand.stdout
    assert (nothing.returncode, nothing.stdout) == (0, "")


def test_what_azd_does_not_take_is_said(tmp_path: Path) -> None:
    """The events would go to a second topic, which Azure refuses."""
    (tmp_path / "azd").write_text("#!/bin/sh\necho locked >&2\nexit 3\n", encoding="utf-8")
    (tmp_path / "azd").chmod(0o755)
    with Wire({("GET", TOPICS.format("x")): Reply(body={"value": [topic("x", "g", "/subscriptions/x")]})}) as azure:
        ended = run(
            "find_topics",
            PATH=str(tmp_path),
            ASR_ARM_ENDPOINT=azure.url,
            ASR_ARM_TOKEN="t",
            AZURE_ENV_NAME="try",
            ASR_SUBSCRIPTIONS="x",
        )

    assert (ended.returncode, ended.stderr) == (1, "azd does not take ASR_EXISTING_SYSTEM_TOPICS: locked\n")


def test_what_azure_made_unasked_is_told_before_azd_down() -> None:
    """azd may leave a group for what has no tag of its own in it."""
    inside = [
        {"id": "1", "name": "Failure Anomalies - appi", "type": "microsoft.alertsmanagement/smartDetectorAlertRules"},
        {"id": "2", "name": "Application Insights Smart Detection", "type": "microsoft.insights/actiongroups"},
        {"id": "3", "name": "ag", "type": "Microsoft.Insights/actionGroups", "tags": {"azd-env-name": "try"}},
    ]
    replies = {
        ("GET", "/subscriptions/x/providers/Microsoft.Resources/deployments"): Reply(body={"value": []}),
        ("GET", "/subscriptions/x/resourceGroups/rg-try/resources"): Reply(body={"value": inside}),
    }
    with Wire(replies) as azure:
        ended = run("check_down", ASR_ARM_ENDPOINT=azure.url, ASR_ARM_TOKEN="t", **AT)

    assert ended.returncode == 0, ended.stderr
    assert "tag: Failure Anomalies - appi, Application Insights Smart Detection. If" in ended.stdout
    assert "az group delete --subscription x --name rg-try" in ended.stdout


def test_what_one_may_not_remove_does_not_keep_the_rest() -> None:
    """A role at a management group is somebody else's to take away: it is told, and the others go."""
    roles = "/providers/Microsoft.Authorization"
    above = f"/providers/Microsoft.Management/managementGroups/m{roles}/roleAssignments/1"
    own = f"/subscriptions/x{roles}/roleAssignments/2"
    given = {"principalId": "p", "roleDefinitionId": f"/subscriptions/x{roles}/roleDefinitions/built-in"}
    no = Reply(403, {"error": {"code": "AuthorizationFailed", "message": "not yours"}})
    replies: dict[tuple[str, str], Reply | list[Reply]] = {
        ("GET", TOPICS.format("x")): Reply(body={"value": []}),
        ("GET", "/subscriptions/x/resourceGroups/rg-try-events"): Reply(404),
        ("GET", f"/subscriptions/x{roles}/roleDefinitions"): Reply(body={"value": []}),
        ("GET", f"/subscriptions/x{roles}/roleAssignments"): Reply(
            body={"value": [{"id": one, "properties": given} for one in (above, own)]}
        ),
        ("DELETE", above): no,
        ("DELETE", own): Reply(body={}),
        ("GET", own): Reply(404),
    }
    with Wire(replies) as azure:
        environment = {"ASR_ARM_ENDPOINT": azure.url, "ASR_ARM_TOKEN": "t", "ASR_IDENTITY_PRINCIPAL_ID": "p", **AT}
        ended = run("uninstall", "--yes", ASR_WATCHED="x", **environment)

    assert ended.returncode == 1
    assert "  not removed: DELETE" in ended.stdout
    assert [one.path for one in azure.asked if one.method == "DELETE"] == [above, own]
