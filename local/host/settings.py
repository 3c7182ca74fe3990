"""App settings: local.settings.json, the environment, and the expressions that refer to them."""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

_BINDING_EXPRESSION = re.compile(r"%([^%]+)%")
_SETTINGS_FILES = ("local.settings.json", "local.settings.sample.json")
_DISABLED = "AzureWebJobs.{}.Disabled"


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
class LocalHost:
    """The section `Host` of the settings file: what a developer wants of the local host.

    Attributes:
        port: `LocalHttpPort`.
        cors: `CORS`: the origins that browsers may call from, `*` for all.
        cors_credentials: `CORSCredentials`: whether they may send cookies and the like.
    """

    port: int | None = None
    cors: tuple[str, ...] = ()
    cors_credentials: bool = False

    @classmethod
    def read(cls, app_dir: Path) -> Self:
        """Read the section.

        Raises:
            ConfigurationError: the file is not a JSON object, or the port is no number.
        """
        path = _settings_file(app_dir)
        section = read_object(path).get("Host", {})
        port = section.get("LocalHttpPort")
        if port is not None and not str(port).isdigit():
            raise ConfigurationError(f"{path}: Host.LocalHttpPort: '{port}' is no port")
        return cls(
            port=None if port is None else int(port),
            cors=read_origins(str(section.get("CORS", ""))),
            cors_credentials=bool(section.get("CORSCredentials", False)),
        )


def read_origins(text: str) -> tuple[str, ...]:
    """Origins separated by commas."""
    return tuple(origin.strip() for origin in text.split(",") if origin.strip())


def read_app_settings(app_dir: Path, overrides: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment the worker gets: the settings file's `Values`, then this environment, then `overrides`.

    The file is local.settings.json; a fresh clone has only local.settings.sample.json, which then serves.

    Raises:
        ConfigurationError: the file is not a JSON object.
    """
    values = read_object(_settings_file(app_dir)).get("Values", {})
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
    fixed = {"FUNCTIONS_WORKER_RUNTIME": "python", "AZURE_FUNCTIONS_ENVIRONMENT": "Development"}
    return {**fixed, **texts, **os.environ, **(overrides or {})}


def is_disabled(function_name: str, settings: Mapping[str, str]) -> bool:
    """Whether the app setting `AzureWebJobs.<name>.Disabled` switches the function off."""
    return settings.get(_DISABLED.format(function_name), "").lower() in {"true", "1"}


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


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file; empty when there is no file.

    Raises:
        ConfigurationError: the file holds something else.
    """
    if not path.is_file():
        return {}
    try:
        raw = json.loads(path.read_text(encoding="utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ConfigurationError(f"{path}: not valid JSON: {error}") from error
    if not isinstance(raw, dict):
        raise ConfigurationError(f"{path}: a JSON object is expected")
    return raw


def _settings_file(app_dir: Path) -> Path:
    return next(
        (app_dir / name for name in _SETTINGS_FILES if (app_dir / name).is_file()), app_dir / _SETTINGS_FILES[0]
    )
