"""The two files that configure a Functions app on a developer's machine: host.json and local.settings.json."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BINDING_EXPRESSION = re.compile(r"%([^%]+)%")
_LOG_LEVELS = {
    "trace": "DEBUG",
    "debug": "DEBUG",
    "information": "INFO",
    "warning": "WARNING",
    "error": "ERROR",
    "critical": "CRITICAL",
    "none": "CRITICAL",
}


class ConfigurationError(Exception):
    """A configuration file of the app cannot be used; the message names the file and why."""


class SettingMissing(ConfigurationError):
    """A binding names an app setting that does not exist.

    Attributes:
        setting: its name.
    """

    def __init__(self, setting: str) -> None:
        """Name the setting."""
        super().__init__(f"'%{setting}%' does not resolve to a value: no app setting has that name")
        self.setting = setting


@dataclass(frozen=True, slots=True)
class HostJson:
    """What the host takes from host.json; the defaults are those of Azure Functions 4."""

    route_prefix: str = "api"
    hub_name: str = "TestHubName"
    replace_any_state: bool = False
    max_orchestrations: int = 0
    max_activities: int = 0
    max_entities: int = 0
    log_level: str = "INFO"

    @classmethod
    def read(cls, app_dir: Path) -> "HostJson":
        """Read `app_dir`/host.json; without the file every value is the default.

        Raises:
            ConfigurationError: the file is not a JSON object.
        """
        raw = _read_object(app_dir / "host.json")
        extensions = raw.get("extensions", {})
        durable = extensions.get("durableTask", {})
        level = raw.get("logging", {}).get("logLevel", {}).get("default", "Information")
        # The real default is ten per core; it is resolved here so that everything else sees a number.
        per_core = 10 * (os.cpu_count() or 1)
        return cls(
            route_prefix=extensions.get("http", {}).get("routePrefix", "api").strip("/"),
            hub_name=durable.get("hubName", "TestHubName"),
            replace_any_state=durable.get("overridableExistingInstanceStates") == "AnyState",
            max_orchestrations=durable.get("maxConcurrentOrchestratorFunctions", per_core),
            max_activities=durable.get("maxConcurrentActivityFunctions", per_core),
            max_entities=durable.get("maxConcurrentEntityFunctions", per_core),
            log_level=_LOG_LEVELS.get(level.lower(), "INFO"),
        )


def read_app_settings(app_dir: Path, overrides: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment the worker gets: the settings file's `Values`, then this environment, then `overrides`.

    The file is local.settings.json; a fresh clone has only local.settings.sample.json, which then serves.

    Raises:
        ConfigurationError: the file is not a JSON object.
    """
    names = ("local.settings.json", "local.settings.sample.json")
    path = next((app_dir / name for name in names if (app_dir / name).is_file()), app_dir / names[0])
    values = {name: _as_text(value) for name, value in _read_object(path).get("Values", {}).items()}
    fixed = {"FUNCTIONS_WORKER_RUNTIME": "python", "AZURE_FUNCTIONS_ENVIRONMENT": "Development"}
    return {**fixed, **values, **os.environ, **(overrides or {})}


def resolve(text: str, settings: Mapping[str, str]) -> str:
    """Replace every `%NAME%` by the app setting of that name.

    Raises:
        SettingMissing: there is no such setting.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in settings:
            raise SettingMissing(match[1])
        return settings[match[1]]

    return _BINDING_EXPRESSION.sub(value, text)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _read_object(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{path}: not valid JSON: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigurationError(f"{path}: a JSON object is expected")
    return raw
