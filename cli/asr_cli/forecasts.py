"""What a failover, a drill or the end of a protection would do, asked of the app before anything is written."""

from asr_cli.api import Api
from asr_cli.drill_text import probe_of
from asr_cli.exits import CliError, ExitCode
from asr_cli.machines import Selection
from asr_cli.wire import Json


def drill_body(
    plan: str | None,
    profile: str | None,
    network: str | None,
    point: str | None,
    probes: list[str] | None,
    rto: float | None,
    rpo: float | None,
) -> Json:
    """What a drill's request says besides its machines.

    Raises:
        CliError: a probe is none.
    """
    target = {name: value for name, value in {"rtoMinutes": rto, "rpoMinutes": rpo}.items() if value is not None}
    given: Json = {"plan": plan, "profile": profile, "testNetworkId": network, "recoveryPoint": point, "target": target}
    given["probes"] = [probe_of(probe) for probe in probes or ()]
    return {name: value for name, value in given.items() if value}


def machines_body(api: Api, selection: Selection | None, what: str) -> Json:
    """The part of a request that names its machines; nothing where a recovery plan or a profile names them.

    Raises:
        CliError: there are more than one request takes.
    """
    if selection is None:
        return {}
    bodies = list(selection.bodies(api))
    if len(bodies) != 1:
        raise CliError(f"A {what} takes a hundred machines at most.", ExitCode.USAGE)
    return bodies[0]


def ask_forecast(api: Api, operation: str, body: Json) -> Json:
    """The app's answer. Nothing is written by it.

    Raises:
        CliError: the app does not tell.
    """
    return api.ask("POST", "plans", body={**body, "operation": operation}, repeat=True)
