"""Where the environment says that telemetry goes, and what is wrong with saying it twice. Pure."""

from collections.abc import Mapping

OTLP = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""The address of an OpenTelemetry collector, which is spoken to by OTLP over HTTP."""

APPLICATION_INSIGHTS = "APPLICATIONINSIGHTS_CONNECTION_STRING"
"""The connection string of an Application Insights component."""

WORKER_ATTACHES = "PYTHON_ENABLE_OPENTELEMETRY"
"""`true`: the worker lets each call go on with the host's trace, and leaves spans, metrics and log to the app."""

WORKER_SENDS = "PYTHON_APPLICATIONINSIGHTS_ENABLE_TELEMETRY"
"""`true`: the worker configures Application Insights itself, beside whatever the app does."""

PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL"

_PROTOCOLS = ("", "http/protobuf")


def destinations(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The settings that name a destination, of those that can be used. None, where the environment is contradictory."""
    if is_true(environment, "OTEL_SDK_DISABLED") or telemetry_problems(environment):
        return ()
    return tuple(name for name in (OTLP, APPLICATION_INSIGHTS) if environment.get(name))


def telemetry_problems(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with the settings of telemetry, each with the fix."""
    named = [name for name in (OTLP, APPLICATION_INSIGHTS) if environment.get(name)]
    problems = []
    if named and is_true(environment, WORKER_SENDS):
        problems.append(
            f"{WORKER_SENDS} is 'true' beside {' and '.join(named)}: everything would be told twice; leave it out, "
            f"and set {WORKER_ATTACHES} to true"
        )
    protocol = environment.get(PROTOCOL, "")
    if OTLP in named and protocol.lower() not in _PROTOCOLS:
        problems.append(f"{PROTOCOL} is {protocol!r}; use http/protobuf, or leave it out")
    return problems


def is_true(environment: Mapping[str, str], name: str) -> bool:
    """Whether the setting is on, as the worker reads its own."""
    return environment.get(name, "").strip().lower() in ("1", "true", "t", "yes", "y")
