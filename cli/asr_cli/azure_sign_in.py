"""The app's key by the sign-in that a person has at Azure: ARM lists it to whoever may.

REST: Web Apps - List Host Keys; it needs Microsoft.Web/sites/host/listkeys/action, as `Website Contributor` has it.
"""

import re
from typing import Any

import httpx

from asr_cli.addresses import checked_url
from asr_cli.bearer import Bearer
from asr_cli.exits import CliError, ExitCode
from asr_cli.profiles import Profile
from asr_cli.words import plain

_API = "2024-11-01"
_ARM = "https://management.azure.com"
_SECONDS = 30.0
_SITE = re.compile(
    r"/subscriptions/[^/?#]+/resourceGroups/[^/?#]+/providers/Microsoft\.Web/sites/[^/?#]+", re.IGNORECASE
)


def site_address(profile: Profile) -> str:
    """Where the app answers, as ARM tells it.

    Raises:
        CliError: ARM does not tell.
    """
    site = _ask(profile, "GET", "")
    hosts = (site.get("properties") or {}).get("hostNames") or []
    host = (site.get("properties") or {}).get("defaultHostName") or (hosts[0] if hosts else None)
    if not isinstance(host, str):
        raise CliError(
            f"Azure tells no address of {profile.resource_id}.", ExitCode.NOT_SIGNED_IN, "Set the profile's url"
        )
    return f"https://{host}"


def list_key(profile: Profile) -> str:
    """The app's default function key.

    Raises:
        CliError: nobody is signed in, or it is not listed to who is.
    """
    told = _ask(profile, "POST", "/host/default/listkeys")
    keys = told.get("functionKeys")
    key = (keys.get("default") or next(iter(keys.values()), None)) if isinstance(keys, dict) else None
    key = key or told.get("masterKey")
    if not isinstance(key, str):
        raise CliError(f"Azure lists no key of {profile.resource_id}.", ExitCode.NOT_SIGNED_IN)
    return key


def _ask(profile: Profile, method: str, path: str) -> dict[str, Any]:
    site = (profile.resource_id or "").rstrip("/")
    if not _SITE.fullmatch(site):
        raise CliError(f"resource_id of profile {profile.name} is no id of a Functions site.", ExitCode.USAGE)
    arm = checked_url(profile.arm or _ARM)
    try:
        with httpx.Client(timeout=_SECONDS, auth=Bearer(arm), headers={"User-Agent": "asr"}) as http:
            answer = http.request(method, f"{arm}{site}{path}", params={"api-version": _API})
        told = answer.json() if answer.content else {}
    except (httpx.HTTPError, ValueError, RecursionError) as error:
        raise CliError(f"Azure does not answer as it should: {plain(error)}", ExitCode.NOT_SIGNED_IN) from error
    if answer.is_success and isinstance(told, dict):
        return told
    said = told.get("error") if isinstance(told, dict) else None
    words = f": {plain(said.get('message'))}" if isinstance(said, dict) else ""
    raise CliError(
        f"Azure does not list the key of {site.rsplit('/', 1)[-1]} to you ({answer.status_code}){words}",
        ExitCode.NOT_SIGNED_IN,
        "It takes Microsoft.Web/sites/host/listkeys/action, which Website Contributor has",
    )
