"""The token endpoint: `POST /{tenant}/oauth2/v2.0/token`, and `/oauth2/token` of version 1.0.

Any secret and any assertion is accepted; a request that lacks what its grant needs is refused as Entra refuses it.
"""

from collections.abc import Mapping, Sequence

from local.emulator.arm.request import ArmRequest
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.wire import JsonObject, fresh_guid
from local.emulator.providers.entra.issuing import token_for

LIFETIME_S = 3599
_NEEDED: Mapping[str, Sequence[str]] = {
    "client_credentials": ("client_id",),
    "refresh_token": ("client_id", "refresh_token"),
    "password": ("client_id", "username", "password"),
    "authorization_code": ("client_id", "code"),
    "urn:ietf:params:oauth:grant-type:jwt-bearer": ("client_id", "assertion"),
}
"""The grants that are served, each with the fields that it cannot do without."""

_CREDENTIALS = ("client_secret", "client_assertion")


def grant(request: ArmRequest) -> ArmResponse:
    """Grant a token. Device code and sign-in by browser are not offered: there is nobody to sign in."""
    form, kind = request.form, request.form.get("grant_type", "")
    if kind not in _NEEDED:
        return _refused(request, 70003, "unsupported_grant_type", f"The app requested unsupported grant type '{kind}'.")
    for name in _NEEDED[kind]:
        if not form.get(name):
            return _missing(request, name)
    if kind == "client_credentials" and not any(form.get(name) for name in _CREDENTIALS):
        text = "'client_assertion' or 'client_secret' is required for the 'client_credentials' grant type."
        return _refused(request, 7000216, "invalid_client", text, status=401)
    audience = form.get("resource") or form.get("scope", "").split(" ")[0].removesuffix("/.default")
    if not audience:
        return _missing(request, "scope")
    body: JsonObject = {
        "token_type": "Bearer",
        "expires_in": LIFETIME_S,
        "ext_expires_in": LIFETIME_S,
        "access_token": token_for(request, audience, form["client_id"], LIFETIME_S),
    }
    return ArmResponse(body=body, headers={"Cache-Control": "no-store, no-cache"})


def _missing(request: ArmRequest, name: str) -> ArmResponse:
    text = f"The request body must contain the following parameter: '{name}'."
    return _refused(request, 900144, "invalid_request", text)


def _refused(request: ArmRequest, number: int, error: str, text: str, *, status: int = 400) -> ArmResponse:
    """Answer as Entra refuses: an OAuth error with a numbered description and the ids that support asks for."""
    trace, at = fresh_guid(), request.cloud.clock.now()
    when = f"{at:%Y-%m-%d %H:%M:%SZ}"
    ids = f"Trace ID: {trace} Correlation ID: {request.correlation_id} Timestamp: {when}"
    return ArmResponse(
        status=status,
        body={
            "error": error,
            "error_description": f"AADSTS{number}: {text} {ids}",
            "error_codes": [number],
            "timestamp": when,
            "trace_id": trace,
            "correlation_id": request.correlation_id,
            "error_uri": f"{request.base_url}/error?code={number}",
        },
    )
