"""The app settings that the templates write are exactly those that the app reads."""

import re

import pytest

from asr.settings import SETTINGS
from tests.infra.bicep import EXPRESSION, Program, declarations, faults
from tests.infra.files import INFRA, instances

NOT_IN_AZURE = {"ASR_CLOCK_URL", "ASR_ARM_ENDPOINT"}
"""A clock that can be moved and another Azure are for a machine of one's own."""

OF_THE_PLATFORM = {
    "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
    "APPLICATIONINSIGHTS_CONNECTION_STRING",
    "AZURE_CLIENT_ID",
    "AzureWebJobsStorage__blobServiceUri",
    "AzureWebJobsStorage__clientId",
    "AzureWebJobsStorage__credential",
    "AzureWebJobsStorage__queueServiceUri",
    "AzureWebJobsStorage__tableServiceUri",
    "PYTHON_ENABLE_OPENTELEMETRY",
}
OF_THE_SCHEDULER = {
    "AzureFunctionsJobHost__extensions__durableTask__hubName",
    "AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName",
    "AzureFunctionsJobHost__extensions__durableTask__storageProvider__type",
    "DURABLE_TASK_SCHEDULER_CONNECTION_STRING",
}
FORBIDDEN_ON_FLEX = {
    "ENABLE_ORYX_BUILD",
    "FUNCTIONS_WORKER_RUNTIME",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "WEBSITE_RUN_FROM_PACKAGE",
}
"""Runtime and deployment stand in `functionAppConfig`; the old settings beside it are refused or mislead."""


def by_template() -> list[dict[str, object]]:
    """The settings of each way in which the template can come out."""
    return [one.body["properties"] for one in instances() if one.body["name"].endswith("/appsettings")]


def by_parameters() -> dict[str, str]:
    """The further settings that the parameter file hands on, with their values where the environment has none."""
    found = Program(INFRA / "app.bicepparam").value("settings")
    assert isinstance(found, dict)
    return found


def test_every_setting_of_the_app_can_be_set_and_no_other() -> None:
    """A setting that is new has its line in the parameter file, and one that is gone has none."""
    known = {one.name for one in SETTINGS} - NOT_IN_AZURE
    written = set().union(*by_template())

    assert {name for name in written if name.startswith("ASR_")} | by_parameters().keys() == known
    assert written & by_parameters().keys() == {"ASR_SWEEP_SCHEDULE"}


def test_what_else_is_written_the_platform_reads() -> None:
    """With the scheduler its settings are added, and nothing that Flex Consumption does not take."""
    for one in by_template():
        others = {name for name in one if not name.startswith("ASR_")}
        scheduler = OF_THE_SCHEDULER if "DURABLE_TASK_SCHEDULER_CONNECTION_STRING" in one else set()
        assert others == OF_THE_PLATFORM | scheduler
        assert not others & FORBIDDEN_ON_FLEX


def test_every_setting_comes_from_the_environment_under_its_own_name() -> None:
    """`azd env set ASR_SWEEP_SCHEDULE ...` sets ASR_SWEEP_SCHEDULE."""
    text = (INFRA / "app.bicepparam").read_text(encoding="utf-8")
    pairs = re.findall(r"^  (ASR_\w+): readEnvironmentVariable\('(\w+)'", text, re.MULTILINE)

    assert dict(pairs).keys() == by_parameters().keys()
    assert all(name == variable for name, variable in pairs)


def test_what_is_not_set_is_as_the_app_has_it() -> None:
    """An empty value is the default; where the platform reads a setting, too, the default is written out."""
    defaults = {one.name: one.default for one in SETTINGS}

    for name, value in by_parameters().items():
        assert value in ("", defaults[name])
    # The timer trigger reads its schedule from the setting itself.
    assert by_parameters()["ASR_SWEEP_SCHEDULE"] == defaults["ASR_SWEEP_SCHEDULE"]
    # So it is there also for who uses the template without the parameter file.
    assert {one["ASR_SWEEP_SCHEDULE"] for one in by_template()} == {defaults["ASR_SWEEP_SCHEDULE"]}


@pytest.mark.parametrize("layer", ["app", "events"])
def test_the_parameter_file_fits_its_template(layer: str) -> None:
    """It sets nothing that the template does not have, everything that it needs, and each with its type."""
    path = INFRA / f"{layer}.bicepparam"
    wanted = {one.name: one for one in declarations(INFRA / f"{layer}.bicep", "parameter")}
    given = {one.name: one for one in declarations(path, "variable")}

    assert faults(path) == []
    assert given.keys() - wanted.keys() == set()
    assert {name for name, one in wanted.items() if one.value is None} - given.keys() == set()
    for name, one in given.items():
        text = (one.value.text or b"").decode() if one.value else ""
        for kind in ("int", "bool"):
            assert text.startswith(f"{kind}(") == (wanted[name].label == kind), name


@pytest.mark.parametrize("layer", ["app", "events"])
def test_the_defaults_of_parameter_file_and_template_agree(layer: str) -> None:
    """Who uses the template without the file gets the same."""
    text = (INFRA / f"{layer}.bicepparam").read_text(encoding="utf-8")
    template = Program(INFRA / f"{layer}.bicep")

    for name, default in re.findall(
        r"^param (\w+) = (?:int\(|bool\()?readEnvironmentVariable\('\w+', '([^']+)'\)", text, re.MULTILINE
    ):
        if name != "environmentName":
            value = template.value(name)
            assert value == EXPRESSION or str(value).lower() == default.lower(), name


@pytest.mark.parametrize(("required", "action"), [(True, "Return401"), (False, "AllowAnonymous")])
def test_who_does_not_sign_in_is_told_so_and_never_sent_elsewhere(required: bool, action: str) -> None:
    """A program cannot follow a redirect to a login page: required is 401, else the key is enough."""
    program = Program(INFRA / "app.bicep", lambda _: required, {"signInRequired": required})
    (found,) = (one.body["properties"] for one in program.instances() if one.body["name"].endswith("/authsettingsV2"))

    assert found["globalValidation"] == {
        "requireAuthentication": required,
        "unauthenticatedClientAction": action,
        "excludedPaths": ["/runtime/webhooks/EventGrid", "/runtime/webhooks/eventgrid", "/api/health"],
    }
