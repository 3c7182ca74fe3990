"""The product's settings: one table, from which defaults, the sample file and the documentation are checked."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from asr.choices.profiles import Profile, read_profiles
from asr.errors import BadSetting

_SUBSCRIPTION_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_CONTAINER = r"(?!.*--)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"
_BLOB_HOST = r"(z\d\d\.blob\.storage\.azure\.net|blob\.core\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn))"
_BLOBS = re.compile(rf"https://[a-z0-9]{{3,24}}\.{_BLOB_HOST}/{_CONTAINER}")
"""A container in any of Azure's clouds, and nowhere else: the app's token goes there.

Source: https://learn.microsoft.com/azure/storage/common/storage-account-overview#storage-account-endpoints
"""

_AZURITE = re.compile(rf"http://(127\.0\.0\.1|localhost)(:\d{{1,5}})?/devstoreaccount1/{_CONTAINER}")

_SECRET = re.compile(r"(?i)(AccountKey|SharedAccessSignature|[?&]sig)=|[?&]s[ev]=")
"""What shows that a text is a connection string or a signed address."""

_IN_AZURE = "WEBSITE_SITE_NAME"
"""Set for every function app in Azure, never elsewhere.

Source: https://learn.microsoft.com/azure/app-service/reference-app-settings#app-environment
"""

_TAG_PREFIX = re.compile(r"(?!\s)[^<>%&\\?/\x00-\x1f]{1,100}(?<!\s)")
"""What a tag's name may hold. Source: https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources"""


@dataclass(frozen=True, slots=True)
class Setting:
    """One app setting. `default` None means the app cannot work without it."""

    name: str
    default: str | None
    meaning: str


SETTINGS = (
    Setting(
        "ASR_SUBSCRIPTIONS",
        None,
        "Subscriptions whose VMs are kept protected: ids, comma-separated. Others are ignored.",
    ),
    Setting(
        "ASR_PROFILES",
        '{"default": {}}',
        "Profiles: a JSON object of name to choices (docs/choices.md; schema: docs/profile.schema.json). What a "
        "profile leaves out is as the portal does it.",
    ),
    Setting("ASR_DEFAULT_PROFILE", "default", "The profile that the tag value `true` means."),
    Setting("ASR_TAG_PREFIX", "asr-", "What the names of all tags that the app reads begin with."),
    Setting("ASR_SWEEP_SCHEDULE", "0 */15 * * * *", "When the sweep runs: an NCRONTAB expression, seconds first."),
    Setting(
        "ASR_POLL_INTERVAL_SECONDS",
        "30",
        "Seconds between two looks at a running operation when Azure sends no Retry-After.",
    ),
    Setting(
        "ASR_RETRY_INTERVAL_SECONDS",
        "5",
        "Seconds before the first retry of a transient fault; doubles each time, to 5 minutes at most.",
    ),
    Setting("ASR_RETRY_ATTEMPTS", "8", "How often a step is tried in all before a transient fault becomes an outcome."),
    Setting(
        "ASR_STEP_MINUTES",
        "240",
        "Minutes that one step of a run may wait for Azure before that becomes an outcome; the sweep then looks again.",
    ),
    Setting("ASR_FOUNDATION_HOURS", "12", "Hours for which a foundation's memory of what exists is trusted."),
    Setting(
        "ASR_ARM_ENDPOINT",
        "https://management.azure.com",
        "Azure Resource Manager's address. Plain http is accepted for 127.0.0.1 and localhost only.",
    ),
    Setting(
        "ASR_STORE",
        ".store",
        "Where the app keeps who asked for what, and what is too large for a run's history: a blob container, "
        "`https://<account>.blob.core.windows.net/<container>`, or a folder (a relative one lies in the app's own). "
        "A folder is for one machine, so in Azure a container is required; the app's identity needs the role Storage "
        "Blob Data Contributor on it and makes it where it is missing. Keys and signed addresses are not accepted. "
        "`http://127.0.0.1:10000/devstoreaccount1/<container>` is Azurite on this machine.",
    ),
)
"""Every setting the app reads, in the order the documentation shows them."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, read and checked. `profiles` are keyed by lower-case name."""

    subscriptions: tuple[str, ...]
    profiles: Mapping[str, Profile]
    default_profile: str
    tag_prefix: str
    poll_seconds: float
    retry_seconds: float
    retry_attempts: int
    step_minutes: float
    foundation_hours: float
    arm_endpoint: str
    store: str


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in this environment.

    Raises:
        BadSetting: one is missing or wrong; every wrong one is named with its value's problem and the fix.
    """
    values = {setting.name: environment.get(setting.name) or setting.default for setting in SETTINGS}
    problems = [f"{name} is not set; {_meaning(name)}" for name, value in values.items() if value is None]
    if problems:
        raise BadSetting(problems)
    reader = _Reader({name: value for name, value in values.items() if value is not None})
    profiles = reader.profiles()
    settings = Settings(
        subscriptions=reader.subscriptions(),
        profiles=profiles or {},
        default_profile=reader.default_profile(profiles),
        tag_prefix=reader.tag_prefix(),
        poll_seconds=reader.number("ASR_POLL_INTERVAL_SECONDS", 0.1, 3600),
        retry_seconds=reader.number("ASR_RETRY_INTERVAL_SECONDS", 0.1, 3600),
        retry_attempts=int(reader.number("ASR_RETRY_ATTEMPTS", 1, 100, whole=True)),
        step_minutes=reader.number("ASR_STEP_MINUTES", 0.01, 10_080),
        foundation_hours=reader.number("ASR_FOUNDATION_HOURS", 0, 8760),
        arm_endpoint=reader.endpoint(),
        store=reader.store(in_azure=_IN_AZURE in environment),
    )
    if reader.problems:
        raise BadSetting(reader.problems)
    return settings


class _Reader:
    """Reads one setting at a time and collects what is wrong; a wrong one reads as something harmless."""

    def __init__(self, text: Mapping[str, str]) -> None:
        self._text = text
        self.problems: list[str] = []

    def _wrong(self, name: str, fix: str) -> None:
        self.problems.append(f"{name} is {self._text[name]!r}; {fix}")

    def subscriptions(self) -> tuple[str, ...]:
        """Each once. A name or a path in place of an id would make the app ignore every event, and say nothing."""
        name = "ASR_SUBSCRIPTIONS"
        parts = (part.strip().lower() for part in self._text[name].split(","))
        ids = tuple(dict.fromkeys(part for part in parts if part))
        if not ids or not all(_SUBSCRIPTION_ID.fullmatch(one) for one in ids):
            self._wrong(name, "use subscription ids such as 00000000-0000-0000-0000-000000000000, comma-separated")
        return ids

    def profiles(self) -> Mapping[str, Profile] | None:
        """None when they cannot be read."""
        try:
            return read_profiles(self._text["ASR_PROFILES"])
        except ValueError as error:
            self.problems.append(f"ASR_PROFILES: {error}")
            return None

    def default_profile(self, profiles: Mapping[str, Profile] | None) -> str:
        """Where the profiles themselves cannot be read, that is problem enough."""
        name = self._text["ASR_DEFAULT_PROFILE"].lower()
        if profiles is not None and name not in profiles:
            there = ", ".join(sorted(profiles)) or "none"
            self._wrong("ASR_DEFAULT_PROFILE", f"name one of the profiles in ASR_PROFILES; there is {there}")
        return name

    def tag_prefix(self) -> str:
        prefix = self._text["ASR_TAG_PREFIX"].lower()
        if not _TAG_PREFIX.fullmatch(prefix):
            self._wrong("ASR_TAG_PREFIX", r"use at most 100 characters without < > % & \ ? / and without spaces around")
        return prefix

    def number(self, name: str, lowest: float, highest: float, *, whole: bool = False) -> float:
        try:
            value = float(self._text[name])
        except ValueError:
            value = math.nan
        if not lowest <= value <= highest or (whole and not value.is_integer()):
            self._wrong(name, f"use a {'whole ' if whole else ''}number from {lowest:g} to {highest:g}")
            return lowest
        return value

    def endpoint(self) -> str:
        """Tokens travel in clear over http, so only this machine may be spoken to that way."""
        endpoint = self._text["ASR_ARM_ENDPOINT"].rstrip("/")
        if not _is_safe(endpoint):
            self._wrong("ASR_ARM_ENDPOINT", "use https://<host>, or http to 127.0.0.1 or localhost")
        return endpoint

    def store(self, *, in_azure: bool) -> str:
        """A value that holds a secret is not repeated: problems are shown to whoever asks for the app's health."""
        text = self._text["ASR_STORE"].rstrip("/")
        form = "https://<account>.blob.core.windows.net/<container>"
        if _SECRET.search(text):
            self.problems.append(f"ASR_STORE holds a key or a signature, which is not shown; use {form}")
        elif (
            ("://" in text and not _BLOBS.fullmatch(text) and not _AZURITE.fullmatch(text)) or "\0" in text or not text
        ):
            self._wrong("ASR_STORE", f"use {form}, or a folder")
        elif in_azure and not _BLOBS.fullmatch(text):
            self._wrong("ASR_STORE", f"use {form}: in Azure the app's instances share no folder")
        return text


def _is_safe(endpoint: str) -> bool:
    try:
        url = urlsplit(endpoint)
        host, _ = url.hostname, url.port
    except ValueError:  # brackets without an IPv6 address in them, a port that is none
        return False
    local = url.scheme == "http" and host in ("127.0.0.1", "localhost")
    only_host = bool(host) and not url.path and not url.username and not re.search(r"[\s?#]", endpoint)
    return only_host and (url.scheme == "https" or local)


def _meaning(name: str) -> str:
    return next(setting.meaning for setting in SETTINGS if setting.name == name)
