"""`If-Match` and `If-None-Match`: writes that only happen when a resource is as the client believes it to be.

A resource without an `etag` of its own takes any `If-Match`: its provider does not version it.
"""

from collections.abc import Mapping

from local.emulator.arm.errors import ArmError
from local.emulator.arm.store import Resource


def check_preconditions(headers: Mapping[str, str], present: Resource | None) -> None:
    """Refuse a write whose conditions do not hold. `headers` have lower-cased keys.

    Raises:
        ArmError: 412 PreconditionFailed.
    """
    if present and headers.get("if-none-match", "").strip() == "*":
        raise _failed("If-None-Match: *", f"the resource '{present.id.text}' exists")
    wanted = [one.strip() for one in headers.get("if-match", "").split(",") if one.strip()]
    if not wanted:
        return
    if present is None:
        raise _failed(f"If-Match: {headers['if-match']}", "the resource does not exist")
    etag = present.body.get("etag")
    if etag is not None and "*" not in wanted and etag not in wanted:
        raise _failed(f"If-Match: {headers['if-match']}", f"the resource's etag is {etag}")


def _failed(condition: str, why: str) -> ArmError:
    return ArmError(412, "PreconditionFailed", f"The precondition '{condition}' evaluated to false: {why}.")
