"""host.json: how the app wants to be hosted."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Self

from local.host.jsonfile import Section
from local.host.settings import resolve
from local.host.timespans import read_span

logger = logging.getLogger(__name__)

# Azure's default outside the Consumption plan, and the one of `func start`.
_DEFAULT_TIMEOUT = timedelta(minutes=30)
_MOST_AT_ONCE = 1_000_000
_OVERRIDES = "AzureFunctionsJobHost"
_OF_STORAGE, _OF_A_SCHEDULER = "AzureStorage", "azureManaged"
_LEVELS = {
    "trace": 5,
    "debug": logging.DEBUG,
    "information": logging.INFO,
    "warning": logging.WARNING,
    "error": logging.ERROR,
    "critical": logging.CRITICAL,
    "none": logging.CRITICAL + 1,
}


@dataclass(frozen=True, slots=True)
class HostJson:
    """What the host takes from host.json; the defaults are those of Azure Functions 4.

    Attributes:
        function_timeout: how long an invocation may take; `None` is for ever.
        log_level: of Python's logging, by `logging.logLevel.default`; categories of their own are not told apart.
        back_end: where Azure would record runs, by `storageProvider.type`; here the hub is always in memory.
        open_telemetry: whether the host takes part in traces by OpenTelemetry (`telemetryMode`), and so records them.
        max_orchestrations: turns that may execute at once; likewise activities and entity batches.
    """

    route_prefix: str = "api"
    hub_name: str = "TestHubName"
    back_end: str = "AzureStorage"
    replace_any_state: bool = False
    max_orchestrations: int = 0
    max_activities: int = 0
    max_entities: int = 0
    function_timeout: timedelta | None = _DEFAULT_TIMEOUT
    log_level: int = logging.INFO
    open_telemetry: bool = False

    @classmethod
    def read(cls, app_dir: Path, settings: Mapping[str, str]) -> Self:
        """Read `app_dir`/host.json; without the file every value is the default.

        App settings called `AzureFunctionsJobHost__...` win over the file, and the hub's name may refer to one.

        Raises:
            ConfigurationError: the file is not a JSON object, or a value is not what it has to be.
        """
        file = Section.of_file(app_dir / "host.json").overridden(settings, _OVERRIDES)
        _check_version(file)
        extensions = file.section("extensions")
        durable = extensions.section("durableTask")
        return cls(
            route_prefix=extensions.section("http").text("routePrefix", "api").strip("/"),
            hub_name=resolve(durable.text("hubName", "TestHubName"), settings),
            back_end=_back_end(durable, settings),
            replace_any_state=durable.text("overridableExistingInstanceStates", "") == "AnyState",
            max_orchestrations=_concurrency(durable, "maxConcurrentOrchestratorFunctions"),
            max_activities=_concurrency(durable, "maxConcurrentActivityFunctions"),
            max_entities=_concurrency(durable, "maxConcurrentEntityFunctions"),
            function_timeout=_timeout(file),
            open_telemetry=file.text("telemetryMode", "").lower() == "opentelemetry",
            log_level=_LEVELS.get(
                file.section("logging").section("logLevel").text("default", "").lower(), logging.INFO
            ),
        )


def _check_version(file: Section) -> None:
    """What Azure refuses is refused here; where it only lacks something, a warning is enough to go on."""
    version = file.text("version", "")
    if version not in {"2.0", ""}:
        raise file.wrong("version", 'the text "2.0" is expected')
    if not version:
        logger.warning('%sAzure wants a host.json with "version": "2.0"', file.place)


def _back_end(durable: Section, settings: Mapping[str, str]) -> str:
    """The name of the storage provider. What would keep the app from starting in Azure is refused here, too.

    Source: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-bindings#host-json
    """
    provider = durable.section("storageProvider")
    name = provider.text("type", "AzureStorage")
    if name.lower() == _OF_STORAGE.lower():
        provider.whole("partitionCount", 4, 1, 16)
        interval = provider.text("maxQueuePollingInterval", "00:00:30")
        if not read_span(interval):
            raise provider.wrong("maxQueuePollingInterval", "a time span is expected (hh:mm:ss)")
    elif name.lower() == _OF_A_SCHEDULER.lower():
        setting = provider.text("connectionStringName", "DURABLE_TASK_SCHEDULER_CONNECTION_STRING")
        if not settings.get(setting):
            raise provider.wrong("connectionStringName", "the name of an app setting that has a value is expected")
    else:
        raise provider.wrong("type", f"{_OF_STORAGE} or {_OF_A_SCHEDULER} is expected")
    return name


def _concurrency(durable: Section, name: str) -> int:
    # The real default is ten per core; it is resolved here so that everything else sees a number.
    return durable.whole(name, 10 * (os.cpu_count() or 1), 1, _MOST_AT_ONCE)


def _timeout(file: Section) -> timedelta | None:
    text = file.text("functionTimeout", "")
    if not text:
        return _DEFAULT_TIMEOUT
    if text in {"-1", "-00:00:01"}:
        return None
    span = read_span(text)
    if not span:
        raise file.wrong("functionTimeout", "a time span is expected (hh:mm:ss, or -1 for none)")
    return span
