"""Named apps: `config.toml` below the XDG folder. It holds addresses, and commands that print keys; a key only if its
owner writes one.

    default = "prod"

    [profiles.prod]
    url = "https://contoso-asr.azurewebsites.net"
    key_command = "pass show asr/prod"        # or resource_id = "/subscriptions/.../sites/contoso-asr" for `az` sign-in
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asr_cli.exits import CliError, ExitCode
from asr_cli.words import did_you_mean

FIELDS = ("url", "resource_id", "key_command", "key", "audience", "arm")
"""What a profile may say."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One app. `resource_id` is the Functions site's, for a sign-in by Azure's own roles; `arm` where ARM answers;
    `audience` whom tokens are for where the platform wants a sign-in beside the key.
    """

    name: str
    url: str | None = None
    resource_id: str | None = None
    key_command: str | None = None
    key: str | None = None
    audience: str | None = None
    arm: str | None = None

    def __repr__(self) -> str:
        return f"Profile({self.name!r})"


def config_path(environment: Mapping[str, str]) -> Path:
    """Where the profiles are: below XDG_CONFIG_HOME, else ~/.config."""
    base = environment.get("XDG_CONFIG_HOME") or str(Path("~/.config").expanduser())
    return Path(base) / "asr-autoprotect" / "config.toml"


def read_profiles(environment: Mapping[str, str] = os.environ) -> tuple[dict[str, Profile], str | None]:
    """Every profile by its name, and the name of the one that counts by default.

    Raises:
        CliError: the file cannot be read, or says what a profile does not have.
    """
    path = config_path(environment)
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}, None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CliError(f"{path} cannot be read: {error}", ExitCode.USAGE) from error
    profiles = told.get("profiles", {})
    if not isinstance(profiles, dict):
        raise CliError(f"{path}: profiles is no table; write [profiles.NAME]", ExitCode.USAGE)
    found = {name: _profile(path, name, fields) for name, fields in profiles.items()}
    default = told.get("default")
    return found, default if isinstance(default, str) else None


def choose_profile(wanted: str | None, environment: Mapping[str, str] = os.environ) -> Profile | None:
    """The profile of this name, else the default one, else the only one; None if nothing says which.

    Raises:
        CliError: there is none of this name.
    """
    profiles, default = read_profiles(environment)
    name = wanted or environment.get("ASR_PROFILE") or default
    if name is None:
        return next(iter(profiles.values())) if len(profiles) == 1 else None
    if name not in profiles:
        where = config_path(environment)
        known = f"{did_you_mean(name, profiles)}" if profiles else f" {where} has none."
        raise CliError(f"There is no profile '{name}'.{known}", ExitCode.USAGE, "asr config shows those there are")
    return profiles[name]


def _profile(path: Path, name: str, fields: Any) -> Profile:
    if not isinstance(fields, dict):
        raise CliError(f"{path}: [profiles.{name}] is no table", ExitCode.USAGE)
    for field, value in fields.items():
        if field not in FIELDS:
            hint = f"there are {', '.join(FIELDS)}"
            wrong = f"{path}: [profiles.{name}] has no '{field}'.{did_you_mean(field, FIELDS)}"
            raise CliError(wrong, ExitCode.USAGE, hint)
        if not isinstance(value, str):
            raise CliError(f"{path}: {field} of [profiles.{name}] is no text", ExitCode.USAGE)
    return Profile(name, **fields)
