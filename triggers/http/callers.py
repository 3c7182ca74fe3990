"""Who calls: the identity that the platform found, or else what the caller says of itself."""

from collections.abc import Mapping

from azure.functions import HttpRequest

from asr.model.run import RequestedBy

SAID = "x-asr-requested-by"
"""The header in which a caller may name itself."""

UNKNOWN = "unknown"

_LONGEST = 128


def requested_by(
    request: HttpRequest, said: str | None, environment: Mapping[str, str], *, unnamed: str = UNKNOWN
) -> RequestedBy:
    """Who asks. `said` is the name in the body, if there is one; it comes before the header's. `unnamed` stands for
    callers who say nothing.

    The platform's headers count only where it says that sign-in is on: only then does it remove them from what callers
    send. A function key does not tell whose it is.
    Source: https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
    """
    if environment.get("WEBSITE_AUTH_ENABLED", "").lower() == "true":
        for header in ("x-ms-client-principal-name", "x-ms-client-principal-id"):
            if name := request.headers.get(header):
                return RequestedBy(name[:_LONGEST], verified=True)
    return RequestedBy((said or request.headers.get(SAID) or unnamed)[:_LONGEST], verified=False)
