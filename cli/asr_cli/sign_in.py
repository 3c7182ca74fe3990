"""Which app is spoken to, and by which key. In order: what the command line or the environment says, the profile, and
the sign-in at Azure that a person has, which may list the app's key. A key stays in memory.
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from asr_cli.addresses import checked_url
from asr_cli.exits import CliError, ExitCode
from asr_cli.profiles import Profile, choose_profile

_COMMAND_SECONDS = 60
HOW = "Set ASR_URL and ASR_KEY, or write a profile: asr config says where."
"""What to do where nothing says which app is meant."""


@dataclass(frozen=True, slots=True)
class SignIn:
    """An app's address and the key for it. `key_from` says where the key is from, never what it is; `audience` whom a
    token is for that goes with the key.
    """

    url: str
    key: str = field(repr=False)
    key_from: str
    profile: str | None = None
    audience: str | None = None


def sign_in(
    url: str | None, key: str | None, profile: str | None, environment: Mapping[str, str] = os.environ
) -> SignIn:
    """The app and the key.

    Raises:
        CliError: nothing says which app, or no key can be had.
    """
    chosen = None if profile is None and (url or environment.get("ASR_URL")) else choose_profile(profile, environment)
    at_url = url or (None if profile else environment.get("ASR_URL")) or (chosen.url if chosen else None)
    known_key, origin = _given_key(key, None if profile else environment.get("ASR_KEY"))
    if at_url is None and chosen and chosen.resource_id:
        from asr_cli.azure_sign_in import site_address  # noqa: PLC0415 - azure-identity is slow to import, and optional

        at_url = site_address(chosen)
    if at_url is None:
        raise CliError("Nothing says which app is meant.", ExitCode.NOT_SIGNED_IN, HOW)
    address = checked_url(at_url)
    if known_key is None and chosen:
        known_key, origin = _profile_key(chosen)
    if known_key is None:
        raise CliError(f"There is no key for {address}.", ExitCode.NOT_SIGNED_IN, HOW)
    audience = (None if profile else environment.get("ASR_AUDIENCE")) or (chosen.audience if chosen else None)
    return SignIn(address, _checked_key(known_key, origin), origin, chosen.name if chosen else None, audience)


def _given_key(key: str | None, from_environment: str | None) -> tuple[str | None, str]:
    """`--key` may name a file (`@FILE`) or standard input (`-`), so that no list of processes shows it."""
    if key is None:
        return (from_environment or None), "ASR_KEY"
    if key == "-":
        return sys.stdin.readline().strip(), "standard input"
    if key.startswith("@"):
        try:
            return Path(key[1:]).expanduser().read_text(encoding="utf-8").strip(), f"the file {key[1:]}"
        except (OSError, UnicodeDecodeError) as error:
            raise CliError(f"The key cannot be read from {key[1:]}: {error}", ExitCode.NOT_SIGNED_IN) from error
    return key, "--key"


def _profile_key(profile: Profile) -> tuple[str | None, str]:
    if profile.key_command:
        return _key_of_command(profile), f"key_command of profile {profile.name}"
    if profile.key:
        return profile.key, f"profile {profile.name}"
    if profile.resource_id:
        from asr_cli.azure_sign_in import list_key  # noqa: PLC0415

        return list_key(profile), "the sign-in at Azure"
    return None, ""


def _key_of_command(profile: Profile) -> str:
    """The first line that the profile's command prints. What it prints is never shown."""
    where = f"key_command of profile {profile.name}"
    try:
        words = shlex.split(profile.key_command or "")
        ran = subprocess.run(  # noqa: S603 - the user's own command
            words, stdout=subprocess.PIPE, text=True, timeout=_COMMAND_SECONDS, check=False
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        kind = "took too long" if isinstance(error, subprocess.TimeoutExpired) else str(error)
        raise CliError(f"{where} cannot be run: {kind}", ExitCode.NOT_SIGNED_IN) from error
    if ran.returncode:
        raise CliError(f"{where} ended with {ran.returncode}.", ExitCode.NOT_SIGNED_IN)
    lines = ran.stdout.splitlines()
    if not lines or not lines[0].strip():
        raise CliError(f"{where} prints no key.", ExitCode.NOT_SIGNED_IN)
    return lines[0].strip()


def _checked_key(key: str, origin: str) -> str:
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise CliError(f"What {origin} gives is no key.", ExitCode.NOT_SIGNED_IN, "A key is one word of ASCII")
    return key
