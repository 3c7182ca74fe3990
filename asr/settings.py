"""The product's settings: one table, from which defaults, the sample file and the documentation are checked."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from asr.errors import BadSetting
from asr.profiles import Profile, read_profiles


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


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in this environment.

    Raises:
        BadSetting: one is missing or wrong; every wrong one is named with its value's problem and the fix.
    """
    values = {setting.name: environment.get(setting.name) or setting.default for setting in SETTINGS}
    problems = [f"{name} is not set; {_meaning(name)}" for name, value in values.items() if value is None]
    if problems:
        raise BadSetting(problems)
    text = {name: value for name, value in values.items() if value is not None}

    def number(name: str, lowest: float) -> float:
        try:
            value = float(text[name])
        except ValueError:
            value = lowest - 1
        if not lowest <= value < math.inf:
            problems.append(f"{name} is {text[name]!r}; use a number from {lowest:g} up")
            return lowest
        return value

    profiles: Mapping[str, Profile] = {}
    try:
        profiles = read_profiles(text["ASR_PROFILES"])
    except ValueError as error:
        problems.append(f"ASR_PROFILES: {error}")
    settings = Settings(
        subscriptions=tuple(part.strip().lower() for part in text["ASR_SUBSCRIPTIONS"].split(",") if part.strip()),
        profiles=profiles,
        default_profile=text["ASR_DEFAULT_PROFILE"].lower(),
        tag_prefix=text["ASR_TAG_PREFIX"].lower(),
        poll_seconds=number("ASR_POLL_INTERVAL_SECONDS", 0.1),
        retry_seconds=number("ASR_RETRY_INTERVAL_SECONDS", 0.1),
        retry_attempts=int(number("ASR_RETRY_ATTEMPTS", 1)),
        step_minutes=number("ASR_STEP_MINUTES", 0.01),
        foundation_hours=number("ASR_FOUNDATION_HOURS", 0),
        arm_endpoint=text["ASR_ARM_ENDPOINT"].rstrip("/"),
    )
    if profiles and settings.default_profile not in profiles:
        problems.append(
            f"ASR_DEFAULT_PROFILE is {settings.default_profile!r}; ASR_PROFILES has {', '.join(sorted(profiles))}"
        )
    if not _is_safe(settings.arm_endpoint):
        problems.append(f"ASR_ARM_ENDPOINT is {settings.arm_endpoint!r}; use https, or http to 127.0.0.1 or localhost")
    if problems:
        raise BadSetting(problems)
    return settings


def _meaning(name: str) -> str:
    return next(setting.meaning for setting in SETTINGS if setting.name == name)


def _is_safe(endpoint: str) -> bool:
    """Tokens travel in clear over http, so only this machine may be spoken to that way."""
    url = urlsplit(endpoint)
    return url.scheme == "https" or (url.scheme == "http" and url.hostname in ("127.0.0.1", "localhost"))
