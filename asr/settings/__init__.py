"""The product's settings: one model, by which they are read, and from which sample and documentation are checked."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, ValidationError

from asr.choices.profiles import Profile
from asr.errors import BadSetting
from asr.settings import values
from asr.settings.values import Setting
from asr.telemetry.destinations import telemetry_problems

_IN_AZURE = "WEBSITE_SITE_NAME"
"""Set for every function app in Azure, never elsewhere.

Source: https://learn.microsoft.com/azure/app-service/reference-app-settings#app-environment
"""


class Settings(BaseModel):
    """The settings, read and checked. `profiles` are keyed by lower-case name; `targets` are ids in lower case."""

    model_config = ConfigDict(frozen=True)

    subscriptions: Annotated[
        tuple[str, ...],
        Setting(
            "ASR_SUBSCRIPTIONS",
            None,
            values.subscriptions,
            "Subscriptions whose VMs are kept protected: ids, comma-separated. VMs of others are left alone, whatever "
            "event, request or vault tells of them: so several apps can divide a company's subscriptions among them, "
            "each with a task hub and a store of its own.",
        ),
    ]
    profiles: Annotated[
        Mapping[str, Profile],
        Setting(
            "ASR_PROFILES",
            '{"default": {}}',
            values.profiles,
            "Profiles: a JSON object of name to choices (docs/choices.md; schema: docs/profile.schema.json). What a "
            "profile leaves out is as the portal does it.",
        ),
    ]
    default_profile: Annotated[
        str,
        Setting(
            "ASR_DEFAULT_PROFILE", "default", values.default_profile, "The profile that the tag value `true` means."
        ),
    ]
    tag_prefix: Annotated[
        str,
        Setting(
            "ASR_TAG_PREFIX", "asr-", values.tag_prefix, "What the names of all tags that the app reads begin with."
        ),
    ]
    targets: Annotated[
        tuple[str, ...],
        Setting(
            "ASR_TARGETS",
            "",
            values.targets,
            "Where else VMs may be replicated to when a tag or a request names it: ids of subscriptions, resource "
            "groups or vaults, comma-separated. The watched subscriptions and those that profiles name are always "
            "allowed; any other target that is named is refused, so that who may tag a VM cannot choose where its "
            "data goes.",
        ),
    ]
    sweep_schedule: Annotated[
        str,
        Setting(
            "ASR_SWEEP_SCHEDULE",
            "0 */15 * * * *",
            lambda text, _info: text,
            "When the sweep runs: an NCRONTAB expression, seconds first.",
        ),
    ]
    poll_seconds: Annotated[
        float,
        Setting(
            "ASR_POLL_INTERVAL_SECONDS",
            "30",
            values.number(0.1, 3600),
            "Seconds between two polls of a running operation when Azure sends no Retry-After.",
        ),
    ]
    retry_seconds: Annotated[
        float,
        Setting(
            "ASR_RETRY_INTERVAL_SECONDS",
            "5",
            values.number(0.1, 3600),
            "Seconds before the first retry of a transient fault; doubles each time, to 5 minutes at most.",
        ),
    ]
    retry_attempts: Annotated[
        int,
        Setting(
            "ASR_RETRY_ATTEMPTS",
            "8",
            values.number(1, 100, whole=True),
            "How often a step is tried in all before a transient fault becomes an outcome.",
        ),
    ]
    step_minutes: Annotated[
        float,
        Setting(
            "ASR_STEP_MINUTES",
            "240",
            values.number(0.01, 10_080),
            "Minutes that one step of a run may wait for Azure before that becomes an outcome; a sweep then starts a "
            "new run.",
        ),
    ]
    foundation_hours: Annotated[
        float,
        Setting(
            "ASR_FOUNDATION_HOURS",
            "12",
            values.number(0, 8760),
            "Hours for which a foundation's memory of what exists is trusted.",
        ),
    ]
    stuck_hours: Annotated[
        float,
        Setting(
            "ASR_STUCK_HOURS",
            "24",
            values.number(0.1, 8760),
            "Hours after which initial replication that does not move makes a VM `unhealthy`.",
        ),
    ]
    arm_endpoint: Annotated[
        str,
        Setting(
            "ASR_ARM_ENDPOINT",
            "https://management.azure.com",
            values.endpoint,
            "Azure Resource Manager's address. Plain http is accepted for 127.0.0.1 and localhost only.",
        ),
    ]
    clock_url: Annotated[
        str,
        Setting(
            "ASR_CLOCK_URL",
            "",
            values.clock_url,
            "A clock on this machine that can be moved forward, for trying what takes days; the local Azure has one. "
            "Empty: the system's clock.",
        ),
    ]
    probe_proxy: Annotated[
        str,
        Setting(
            "ASR_PROBE_PROXY",
            "",
            values.proxy,
            "An HTTP proxy, `http://<host>:<port>`, through which drills reach the test VMs by CONNECT. Empty: "
            "directly, so the app's own network has to reach the test network.",
        ),
    ]
    store: Annotated[
        str,
        Setting(
            "ASR_STORE",
            ".store",
            values.store,
            "Where the app keeps who asked for what, and what is too large for a run's history: a blob container, "
            "`https://<account>.blob.core.windows.net/<container>`, or a folder (a relative one lies in the app's "
            "own). A folder is for one machine, so in Azure a container is required; the app's identity needs the role "
            "Storage Blob Data Contributor on it and makes it where it is missing. Keys and signed addresses are not "
            "accepted. "
            "`http://127.0.0.1:10000/devstoreaccount1/<container>` is Azurite on this machine.",
        ),
    ]
    events_endpoint: Annotated[
        str,
        Setting(
            "ASR_EVENTS_ENDPOINT",
            "",
            values.events_endpoint,
            "Where the app publishes what happens to VMs (docs/events.md): the endpoint of an Event Grid custom topic "
            "for CloudEvents 1.0, `https://<name>.<region>-1.eventgrid.azure.net/api/events`. The app's identity needs "
            "the role EventGrid Data Sender on it; keys are not used. Empty: nothing is published.",
        ),
    ]
    history_days: Annotated[
        int,
        Setting(
            "ASR_HISTORY_DAYS",
            "90",
            values.number(1, 3650, whole=True),
            "Days for which the task hub keeps the histories of runs that have ended. Before they are purged, who "
            "asked for what and how it ended is recorded in the store (`audit/`), where it stays: GET /api/audit.",
        ),
    ]
    failovers_at_once: Annotated[
        int,
        Setting(
            "ASR_FAILOVERS_AT_ONCE",
            "10",
            values.number(1, 100, whole=True),
            "VMs of a recovery plan that fail over, or of a drill that are tested, side by side. A consistency group "
            "that is larger fails over alone.",
        ),
    ]
    pause_hours: Annotated[
        float,
        Setting(
            "ASR_PAUSE_HOURS",
            "72",
            values.number(0.01, 720),
            "Hours that a recovery plan which pauses between its waves waits for somebody to resume it; then its run "
            "ends, and the waves that are left are not begun.",
        ),
    ]
    management_urls: Annotated[
        bool,
        Setting(
            "ASR_MANAGEMENT_URLS",
            "false",
            values.flag,
            "`true`: answers that start a run hold Durable's own addresses of it, too. These carry the key of the task "
            "hub, with which whoever reads an answer may end or purge any run.",
        ),
    ]


_BY_FIELD: Mapping[str, Setting] = {
    field: next(part for part in info.metadata if isinstance(part, Setting))
    for field, info in Settings.model_fields.items()
}

SETTINGS: tuple[Setting, ...] = tuple(_BY_FIELD.values())
"""Every setting the app reads, in the order the documentation shows them."""


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings in this environment.

    Raises:
        BadSetting: one is missing or wrong; every wrong one is named with its value's problem and the fix.
    """
    contradictions = telemetry_problems(environment)
    if contradictions:
        raise BadSetting(contradictions)
    texts = {field: environment.get(one.name) or one.default for field, one in _BY_FIELD.items()}
    missing = [_BY_FIELD[field] for field, value in texts.items() if value is None]
    if missing:
        raise BadSetting([f"{setting.name} is not set; {setting.meaning}" for setting in missing])
    try:
        return Settings.model_validate(texts, context={"in_azure": _IN_AZURE in environment})
    except ValidationError as error:
        found = ((_BY_FIELD[str(one["loc"][0])].name, one) for one in error.errors(include_url=False))
        raise BadSetting([_told(name, one["type"], one["input"], one["msg"]) for name, one in found]) from None


def _told(name: str, kind: str, value: object, fix: str) -> str:
    if kind == values.NAMED:
        return f"{name} is {value!r}; {fix}"
    return f"{name}: {fix}" if kind == "profiles" else f"{name} {fix}"
