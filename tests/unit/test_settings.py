"""Settings: defaults, every problem at once, and no token in clear over a network."""

import pytest

from asr.choices.profiles import Profile
from asr.errors import BadSetting
from asr.settings import SETTINGS, Settings, read_settings

LEAST = {"ASR_SUBSCRIPTIONS": "11111111-2222-3333-4444-555555555555"}


def problems(**environment: str) -> tuple[str, ...]:
    """What is wrong with this environment."""
    with pytest.raises(BadSetting) as caught:
        read_settings(LEAST | environment)
    return caught.value.problems


class TestDefaults:
    """What an operator does not say is the portal's choice."""

    def test_one_setting_is_enough(self) -> None:
        """Only the subscriptions have no default."""
        settings = read_settings(LEAST)

        assert settings.subscriptions == ("11111111-2222-3333-4444-555555555555",)
        assert settings.default_profile == "default"
        assert settings.profiles["default"] == Profile("default")
        assert settings.tag_prefix == "asr-"
        assert (settings.poll_seconds, settings.retry_seconds, settings.retry_attempts) == (30.0, 5.0, 8)
        assert (settings.step_minutes, settings.foundation_hours) == (240.0, 12.0)
        assert settings.arm_endpoint == "https://management.azure.com"
        assert settings.store == ".store"

    def test_an_empty_value_means_the_default(self) -> None:
        """The portal cannot leave a setting out once it was added, only empty it."""
        assert read_settings(LEAST | {"ASR_TAG_PREFIX": ""}).tag_prefix == "asr-"

    def test_every_setting_is_told_apart_and_explained(self) -> None:
        """Names are unique, begin alike, and each meaning is a sentence."""
        assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
        assert all(setting.name.startswith("ASR_") and setting.meaning.endswith(".") for setting in SETTINGS)

    def test_telemetry_that_is_configured_twice_is_refused(self) -> None:
        """Everything would be told, and paid for, twice."""
        insights = {"APPLICATIONINSIGHTS_CONNECTION_STRING": "InstrumentationKey=secret"}

        (problem,) = problems(**insights, PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY="true")

        assert problem.startswith("PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY is 'true'")
        assert "secret" not in problem
        assert read_settings(LEAST | insights)


class TestReading:
    """Values are brought into the form in which they are compared."""

    def test_subscriptions_are_split_and_lowered(self) -> None:
        """Spaces, an empty part between commas and a subscription given twice do no harm."""
        one, other = "AAAAAAAA-2222-3333-4444-555555555555", "11111111-2222-3333-4444-555555555555"

        settings = read_settings({"ASR_SUBSCRIPTIONS": f" {one}, ,{other},{one.lower()} "})

        assert settings.subscriptions == (one.lower(), other)

    def test_names_are_lowered(self) -> None:
        """Tag names and profile names have no case in Azure."""
        settings = read_settings(
            LEAST | {"ASR_TAG_PREFIX": "DR-", "ASR_DEFAULT_PROFILE": "Gold", "ASR_PROFILES": '{"GOLD": {}}'}
        )

        assert (settings.tag_prefix, settings.default_profile, list(settings.profiles)) == ("dr-", "gold", ["gold"])

    @pytest.mark.parametrize(
        "endpoint",
        [
            "https://management.azure.com/",
            "https://management.usgovcloudapi.net",
            "http://127.0.0.1:8080",
            "http://localhost:8080/",
        ],
    )
    def test_a_safe_endpoint_is_taken_without_its_slash(self, endpoint: str) -> None:
        """Paths are appended to it, so it ends without one."""
        assert read_settings(LEAST | {"ASR_ARM_ENDPOINT": endpoint}).arm_endpoint == endpoint.rstrip("/")

    @pytest.mark.parametrize(
        "store",
        [
            "https://contoso.blob.core.windows.net/asr-autoprotect/",
            "https://contoso.blob.core.usgovcloudapi.net/asr",
            "https://contoso.z07.blob.storage.azure.net/asr",
        ],
    )
    def test_a_container_of_any_cloud_is_taken_without_its_slash(self, store: str) -> None:
        """It is the one form that serves in Azure."""
        assert read_settings(LEAST | {"ASR_STORE": store, "WEBSITE_SITE_NAME": "app"}).store == store.rstrip("/")

    @pytest.mark.parametrize("store", ["/srv/store", "data/store", "http://127.0.0.1:10000/devstoreaccount1/asr"])
    def test_a_developers_store_is_refused_in_azure(self, store: str) -> None:
        """Instances of a deployed app share no folder: what one remembers, the others would not know."""
        assert read_settings(LEAST | {"ASR_STORE": store}).store == store
        with pytest.raises(BadSetting, match=r"^ASR_STORE is .*; use https://.*: in Azure"):
            read_settings(LEAST | {"ASR_STORE": store, "WEBSITE_SITE_NAME": "app"})


class TestProblems:
    """A wrong setting is named with its value, and so is every other wrong one."""

    def test_the_missing_subscription_is_explained(self) -> None:
        """The setting's meaning says what to write."""
        with pytest.raises(BadSetting, match=r"ASR_SUBSCRIPTIONS is not set; Subscriptions whose VMs"):
            read_settings({})

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("ASR_POLL_INTERVAL_SECONDS", "0"),
            ("ASR_POLL_INTERVAL_SECONDS", "soon"),
            ("ASR_RETRY_INTERVAL_SECONDS", "-1"),
            ("ASR_RETRY_ATTEMPTS", "0"),
            ("ASR_RETRY_ATTEMPTS", "inf"),
            ("ASR_RETRY_ATTEMPTS", "2.5"),
            ("ASR_STEP_MINUTES", "1e30"),
            ("ASR_SUBSCRIPTIONS", ","),
            ("ASR_SUBSCRIPTIONS", "Production"),
            ("ASR_SUBSCRIPTIONS", "/subscriptions/11111111-2222-3333-4444-555555555555"),
            ("ASR_TAG_PREFIX", "dr/"),
            ("ASR_TAG_PREFIX", " dr-"),
            ("ASR_POLL_INTERVAL_SECONDS", "nan"),
            ("ASR_FOUNDATION_HOURS", "-0.5"),
            ("ASR_PROFILES", "{"),
            ("ASR_DEFAULT_PROFILE", "none"),
            ("ASR_PROFILES", '{"default": {"appConsistentMinutes": 30}}'),
            ("ASR_DEFAULT_PROFILE", "silver"),
            ("ASR_ARM_ENDPOINT", "http://management.azure.com"),
            ("ASR_ARM_ENDPOINT", "http://127.0.0.1.example.com"),
            ("ASR_ARM_ENDPOINT", "management.azure.com"),
            ("ASR_ARM_ENDPOINT", "https://"),
            ("ASR_ARM_ENDPOINT", "https://management.azure.com/subscriptions"),
            ("ASR_ARM_ENDPOINT", "https://name:word@management.azure.com"),
            ("ASR_ARM_ENDPOINT", "https://management.azure.com?"),
            ("ASR_ARM_ENDPOINT", "https://["),
            ("ASR_ARM_ENDPOINT", "https://[x]"),
            ("ASR_ARM_ENDPOINT", "https://management.azure.com:x"),
            ("ASR_ARM_ENDPOINT", "https://management.azure.com:99999"),
            ("ASR_ARM_ENDPOINT", "https://management azure.com"),
            ("ASR_STORE", "/"),
            ("ASR_STORE", "a\0b"),
            ("ASR_STORE", "http://contoso.blob.core.windows.net/asr"),
            ("ASR_STORE", "https://contoso.blob.core.windows.net"),
            ("ASR_STORE", "https://contoso.blob.core.windows.net/asr/more"),
            ("ASR_STORE", "https://contoso.blob.core.windows.net/a--b"),
            ("ASR_STORE", "https://contoso.blob.core.windows.net.example.com/asr"),
            ("ASR_STORE", "https://contoso.blob.core.windows.net:444/asr"),
            ("ASR_STORE", "https://contoso.file.core.windows.net/asr"),
            ("ASR_STORE", "http://127.0.0.1:10000/contoso/asr"),
            ("ASR_STORE", "http://10.0.0.4:10000/devstoreaccount1/asr"),
            ("ASR_STORE", "http://127.0.0.1@example.com/devstoreaccount1/asr"),
            ("ASR_STORE", "ftp://contoso/asr"),
        ],
    )
    def test_a_wrong_value_is_named(self, name: str, value: str) -> None:
        """The problem begins with the setting's name."""
        found = problems(**{name: value})

        assert len(found) == 1
        assert found[0].startswith(name)

    @pytest.mark.parametrize(
        "store",
        [
            "DefaultEndpointsProtocol=https;AccountName=contoso;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net",
            "BlobEndpoint=https://contoso.blob.core.windows.net;SharedAccessSignature=sv=2022&sig=c2VjcmV0",
            "https://contoso.blob.core.windows.net/asr?sv=2022-11-02&sp=rw&sig=c2VjcmV0",
        ],
    )
    def test_a_secret_is_refused_and_not_repeated(self, store: str) -> None:
        """Problems are shown by the API and logged."""
        (found,) = problems(ASR_STORE=store)

        assert found.startswith("ASR_STORE holds a key or a signature")
        assert "c2VjcmV0" not in found

    def test_all_problems_come_at_once(self) -> None:
        """An operator mends everything in one go."""
        found = problems(
            ASR_SUBSCRIPTIONS="x",
            ASR_DEFAULT_PROFILE="y",
            ASR_RETRY_ATTEMPTS="none",
            ASR_POLL_INTERVAL_SECONDS="0",
            ASR_ARM_ENDPOINT="ftp://x",
        )

        assert [problem.split()[0] for problem in found] == [
            "ASR_SUBSCRIPTIONS",
            "ASR_DEFAULT_PROFILE",
            "ASR_POLL_INTERVAL_SECONDS",
            "ASR_RETRY_ATTEMPTS",
            "ASR_ARM_ENDPOINT",
        ]

    @pytest.mark.parametrize(
        ("name", "lowest"),
        [("ASR_POLL_INTERVAL_SECONDS", "0.1"), ("ASR_RETRY_ATTEMPTS", "1"), ("ASR_FOUNDATION_HOURS", "0")],
    )
    def test_the_lowest_value_is_allowed(self, name: str, lowest: str) -> None:
        """Zero hours of trust means: ask Azure every time."""
        assert isinstance(read_settings(LEAST | {name: lowest}), Settings)
