"""Tokens of this Azure: its tenant, its clock, one lifetime."""

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.tokens import issued_token


def token_for(request: ArmRequest, audience: str, client: str, lifetime_s: int) -> str:
    """Return a token for `audience` that the application `client` gets now."""
    cloud = request.cloud
    return issued_token(cloud.tenant, cloud.clock.now(), audience, client, lifetime_s)
