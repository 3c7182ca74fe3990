"""A plan in a file: `asr plan --out FILE` writes it, `asr protect --plan FILE` does exactly that or nothing."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from asr_cli.exits import CliError, ExitCode
from asr_cli.wire import Json

SCHEMA = "asr/plan/1"


def write_plan(path: Path, address: str, operation: str, requests: Sequence[Json], plans: Sequence[Json]) -> None:
    """Write the plan.

    Args:
        path: the file.
        address: the app that made it.
        operation: protect, unprotect or failover.
        requests: for each request that the plan will be, its body with its `planHash`.
        plans: what was planned, for readers.

    Raises:
        CliError: the file cannot be written.
    """
    body = {"schema": SCHEMA, "app": address, "operation": operation, "requests": list(requests), "plans": list(plans)}
    try:
        path.write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise CliError(f"The plan cannot be written: {error}") from error


def read_plan(path: Path, address: str, operation: str) -> Json:
    """The plan of the file.

    Raises:
        CliError: it is no plan of this app and operation.
    """
    try:
        told: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise CliError(f"{path} cannot be read as a plan: {error}", ExitCode.USAGE) from error
    if not isinstance(told, dict) or told.get("schema") != SCHEMA or not isinstance(told.get("requests"), list):
        raise CliError(f"{path} is no plan that asr plan --out has written.", ExitCode.USAGE)
    if told.get("operation") != operation:
        raise CliError(f"{path} is a plan of {told.get('operation')}, not of {operation}.", ExitCode.USAGE)
    if told.get("app") != address:
        raise CliError(f"{path} was planned at {told.get('app')}, and this is {address}.", ExitCode.USAGE)
    return told
