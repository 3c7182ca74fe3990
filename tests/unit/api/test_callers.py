"""Who asks: the platform's word where sign-in is on, the caller's own otherwise."""

import azure.functions as func
import pytest

from asr.model.run import RequestedBy
from triggers.http.callers import requested_by

SIGNED_IN = {"X-MS-CLIENT-PRINCIPAL-NAME": "ada@contoso.com", "X-MS-CLIENT-PRINCIPAL-ID": "1"}
ON = {"WEBSITE_AUTH_ENABLED": "True"}


@pytest.mark.parametrize(
    ("headers", "said", "environment", "expected"),
    [
        (SIGNED_IN, "bob", ON, RequestedBy("ada@contoso.com", verified=True)),
        ({"X-MS-CLIENT-PRINCIPAL-ID": "1"}, None, ON, RequestedBy("1", verified=True)),
        (SIGNED_IN, None, {}, RequestedBy("unknown", verified=False)),
        (SIGNED_IN, "bob", {}, RequestedBy("bob", verified=False)),
        ({"X-ASR-Requested-By": "eve"}, None, ON, RequestedBy("eve", verified=False)),
        ({"x-asr-requested-by": "eve"}, "bob", {}, RequestedBy("bob", verified=False)),
        ({"x-asr-requested-by": "e" * 1000}, None, {}, RequestedBy("e" * 128, verified=False)),
    ],
)
def test_who_asks(
    headers: dict[str, str], said: str | None, environment: dict[str, str], expected: RequestedBy
) -> None:
    """Headers that anybody may send count only where the platform removes them."""
    request = func.HttpRequest("POST", "/api/protections", headers=headers, body=b"")

    assert requested_by(request, said, environment) == expected
