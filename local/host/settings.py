"""App settings: local.settings.json, the environment, and the expressions that refer to them."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from local.host.jsonfile import ConfigurationError, Section
from local.options import HIGHEST_PORT

_BINDING_EXPRESSION = re.compile(r"%([^%]+)%")
_SETTINGS_FILES = ("local.settings.json", "local.settings.sample.json")
_DISABLED = "AzureWebJobs.{}.Disabled"


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
            ConfigurationError: the file is not a JSON object, or a value is not what it has to be.
        """
        section = _settings_file(app_dir).section("Host")
        return cls(
            port=section.whole("LocalHttpPort", 0, 0, HIGHEST_PORT) if "LocalHttpPort" in section.content else None,
            cors=read_origins(section.text("CORS", "")),
            cors_credentials=section.flag("CORSCredentials", default=False),
        )


def read_origins(text: str) -> tuple[str, ...]:
    """Origins separated by commas."""
    return tuple(origin.strip() for origin in text.split(",") if origin.strip())


def read_app_settings(app_dir: Path, overrides: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment the worker gets: the settings file's `Values`, then this environment, then `overrides`.

    The file is local.settings.json; a fresh clone has only local.settings.sample.json, which then serves.

    Raises:
        ConfigurationError: the file is not a JSON object, is encrypted, or one of its values is no text.
    """
    file = _settings_file(app_dir)
    if file.flag("IsEncrypted", default=False):
        raise file.wrong("IsEncrypted", "false is expected (`func settings decrypt` makes it so)")
    fixed = {"FUNCTIONS_WORKER_RUNTIME": "python", "AZURE_FUNCTIONS_ENVIRONMENT": "Development"}
    return {**fixed, **file.section("Values").texts(), **os.environ, **(overrides or {})}


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


def _settings_file(app_dir: Path) -> Section:
    paths = [app_dir / name for name in _SETTINGS_FILES]
    return Section.of_file(next((path for path in paths if path.is_file()), paths[0]))
