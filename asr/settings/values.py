"""How the text of each setting is read, and what is wrong with one that cannot be."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pydantic import GetCoreSchemaHandler, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from asr.choices.allowed_targets import scope_of, subscriptions_named_by
from asr.choices.profiles import Profile, read_profiles

_SUBSCRIPTION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_CONTAINER = r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"
_BLOB_HOST = r"(z\d\d\.blob\.storage\.azure\.net|blob\.core\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn))"
_BLOBS = re.compile(rf"https://[a-z0-9]{{3,24}}\.{_BLOB_HOST}/{_CONTAINER}")
"""A container in any of Azure's clouds, and nowhere else: the app's token goes there.

Source: https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
"""

_AZURITE = re.compile(rf"http://(127\.0\.0\.1|localhost)(:\d{{1,5}})?/devstoreaccount1/{_CONTAINER}")

_TOPIC = re.compile(r"https://([a-z0-9-]{1,63}\.){2,4}eventgrid\.azure\.(net|us|cn)/api/events", re.IGNORECASE)
"""The endpoint of a custom topic in any of Azure's clouds.

Source: https://learn.microsoft.com/azure/event-grid/custom-topics; the clouds' endpoints in azure-cli-core.
"""

_LOCAL_TOPIC = re.compile(r"http://(127\.0\.0\.1|localhost)(:\d{1,5})?/[\w./-]+")

_SECRET = re.compile(r"(?i)(AccountKey|SharedAccessSignature|[?&]sig)=|[?&]s[ev]=")
"""What shows that a text is a connection string or a signed address."""

_TAG_PREFIX = re.compile(r"(?!\s)[^<>%&\\?/\x00-\x1f]{1,100}(?<!\s)")
"""What a tag's name may hold. Source: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources"""

NAMED = "named"
"""The error of a setting whose value may be shown; of any other error the message says all."""

type _Read = Callable[[str, ValidationInfo], Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """One app setting; it annotates its field. `default` None means the app cannot work without it.

    `read` makes the value of the text; it raises `PydanticCustomError` with the fix.
    """

    name: str
    default: str | None
    read: _Read
    meaning: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(self.read)


def _use(fix: str) -> PydanticCustomError:
    return PydanticCustomError(NAMED, "{fix}", {"fix": fix})


def subscriptions(text: str, _info: ValidationInfo) -> tuple[str, ...]:
    """Each once. A name or a path in place of an id would make the app ignore every event, and say nothing."""
    parts = (part.strip().lower() for part in text.split(","))
    ids = tuple(dict.fromkeys(part for part in parts if part))
    if not ids or not all(_SUBSCRIPTION_ID.fullmatch(one) for one in ids):
        raise _use("use subscription ids such as 00000000-0000-0000-0000-000000000000, comma-separated")
    return ids


def profiles(text: str, _info: ValidationInfo) -> Mapping[str, Profile]:
    try:
        return read_profiles(text)
    except ValueError as error:
        raise PydanticCustomError("profiles", "{problem}", {"problem": str(error)}) from None


def default_profile(text: str, info: ValidationInfo) -> str:
    """Where the profiles themselves cannot be read, that is problem enough."""
    profiles = info.data.get("profiles")
    if profiles is not None and text.lower() not in profiles:
        raise _use(f"name one of the profiles in ASR_PROFILES; there is {', '.join(sorted(profiles)) or 'none'}")
    return text.lower()


def tag_prefix(text: str, _info: ValidationInfo) -> str:
    if not _TAG_PREFIX.fullmatch(text):
        raise _use(r"use at most 100 characters without < > % & \ ? / and without spaces around")
    return text.lower()


def number(lowest: float, highest: float, *, whole: bool = False) -> _Read:
    def read(text: str, _info: ValidationInfo) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not lowest <= value <= highest or (whole and not value.is_integer()):
            raise _use(f"use a {'whole ' if whole else ''}number from {lowest:g} to {highest:g}")
        return int(value) if whole else value

    return read


def flag(text: str, _info: ValidationInfo) -> bool:
    value = {"true": True, "false": False}.get(text.strip().lower())
    if value is None:
        raise _use("use true or false")
    return value


def endpoint(text: str, _info: ValidationInfo) -> str:
    """Tokens travel in clear over http, so only this machine may be spoken to that way."""
    if not _is_safe(text.rstrip("/")):
        raise _use("use https://<host>, or http to 127.0.0.1 or localhost")
    return text.rstrip("/")


def store(text: str, info: ValidationInfo) -> str:
    """A value that holds a secret is not repeated: problems are shown to whoever asks for the app's health."""
    text, form = text.rstrip("/"), "https://<account>.blob.core.windows.net/<container>"
    if _SECRET.search(text):
        raise PydanticCustomError(
            "secret", "holds a key or a signature, which is not shown; use {form}", {"form": form}
        )
    if ("://" in text and not _BLOBS.fullmatch(text) and not _AZURITE.fullmatch(text)) or "\0" in text or not text:
        raise _use(f"use {form}, or a folder")
    if info.context and info.context["in_azure"] and not _BLOBS.fullmatch(text):
        raise _use(f"use {form}: in Azure the app's instances share no folder")
    return text


def clock_url(text: str, info: ValidationInfo) -> str:
    """A clock that can be moved is for this machine alone."""
    try:
        url = urlsplit(text)
        local = url.scheme in ("http", "https") and url.hostname in ("127.0.0.1", "localhost") and not url.username
    except ValueError:
        local = False
    if text and not local:
        raise _use("leave it out, or use http to 127.0.0.1 or localhost")
    if text and info.context and info.context["in_azure"]:
        raise _use("leave it out: in Azure the system's clock counts")
    return text


def events_endpoint(text: str, _info: ValidationInfo) -> str:
    """The app's token goes there, so it is Event Grid's own, or on this machine."""
    text = text.rstrip("/")
    if text and not _TOPIC.fullmatch(text) and not _LOCAL_TOPIC.fullmatch(text):
        raise _use(
            "use a topic's endpoint without a key, https://<name>.<region>-1.eventgrid.azure.net/api/events, "
            "or leave it out"
        )
    return text


def proxy(text: str, _info: ValidationInfo) -> str:
    """A proxy's address: a host and a port, and no user."""
    try:
        url = urlsplit(text)
        is_proxy = url.scheme == "http" and bool(url.hostname) and url.port is not None and not url.username
    except ValueError:
        is_proxy = False
    if text and not is_proxy:
        raise _use("use http://<host>:<port>, without a user")
    return text


def targets(text: str, info: ValidationInfo) -> tuple[str, ...]:
    """With the watched subscriptions and those of the profiles in front."""
    scopes = [scope_of(part.strip()) for part in text.split(",") if part.strip()]
    if None in scopes:
        raise _use("use ids of subscriptions, resource groups or vaults, comma-separated")
    watched = (f"/subscriptions/{one}" for one in info.data.get("subscriptions", ()))
    named = subscriptions_named_by(info.data.get("profiles", {}).values())
    return tuple(dict.fromkeys((*watched, *named, *(scope for scope in scopes if scope))))


def _is_safe(endpoint: str) -> bool:
    try:
        url = urlsplit(endpoint)
        host, _ = url.hostname, url.port
    except ValueError:  # brackets without an IPv6 address in them, a port that is none
        return False
    local = url.scheme == "http" and host in ("127.0.0.1", "localhost")
    only_host = bool(host) and not url.path and not url.username and not re.search(r"[\s?#]", endpoint)
    return only_host and (url.scheme == "https" or local)
