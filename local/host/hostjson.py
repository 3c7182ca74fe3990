"""host.json: how the app wants to be hosted."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

from local.host.loglevels import LogLevels
from local.host.settings import ConfigurationError, read_object
from local.host.timespans import read_span

# Azure's default outside the Consumption plan, and the one of `func start`.
_DEFAULT_TIMEOUT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class HostJson:
    """What the host takes from host.json; the defaults are those of Azure Functions 4.

    Attributes:
        function_timeout: how long an invocation may take; `None` is for ever.
        max_orchestrations: turns that may execute at once; likewise activities and entity batches.
    """

    route_prefix: str = "api"
    hub_name: str = "TestHubName"
    replace_any_state: bool = False
    max_orchestrations: int = 0
    max_activities: int = 0
    max_entities: int = 0
    function_timeout: timedelta | None = _DEFAULT_TIMEOUT
    log_levels: LogLevels = field(default_factory=LogLevels)

    @classmethod
    def read(cls, app_dir: Path) -> Self:
        """Read `app_dir`/host.json; without the file every value is the default.

        Raises:
            ConfigurationError: the file is not a JSON object, or its `functionTimeout` is no time span.
        """
        path = app_dir / "host.json"
        raw = read_object(path)
        extensions: Mapping[str, Any] = raw.get("extensions", {})
        durable = extensions.get("durableTask", {})
        # The real default is ten per core; it is resolved here so that everything else sees a number.
        per_core = 10 * (os.cpu_count() or 1)
        return cls(
            route_prefix=extensions.get("http", {}).get("routePrefix", "api").strip("/"),
            hub_name=durable.get("hubName", "TestHubName"),
            replace_any_state=durable.get("overridableExistingInstanceStates") == "AnyState",
            max_orchestrations=durable.get("maxConcurrentOrchestratorFunctions", per_core),
            max_activities=durable.get("maxConcurrentActivityFunctions", per_core),
            max_entities=durable.get("maxConcurrentEntityFunctions", per_core),
            function_timeout=_timeout(path, raw),
            log_levels=LogLevels.read(raw.get("logging", {}).get("logLevel", {})),
        )


def _timeout(path: Path, raw: Mapping[str, Any]) -> timedelta | None:
    text = str(raw.get("functionTimeout", ""))
    if not text:
        return _DEFAULT_TIMEOUT
    if text in {"-1", "-00:00:01"}:
        return None
    span = read_span(text)
    if not span:
        raise ConfigurationError(f"{path}: functionTimeout: '{text}' is no time span (hh:mm:ss, or -1 for none)")
    return span
