"""What goes wrong on the wire leaves the gateway as one of the errors the product knows."""

import json

import pytest

from asr.errors import AutoprotectError, Rejected, Throttled, TransientFault
from asr.gateway.redact import LONGEST_QUOTE
from asr.gateway.resources import read
from asr.gateway.session import Azure
from tests.gateway.sessions import SUBSCRIPTION, TOKEN, within
from tests.gateway.wire import Reply, Wire
from tests.words import fix, sentence

VNET = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v"


def error_of(reply: Reply) -> AutoprotectError:
    """The error that reading a network ends with, when Azure answers so."""

    async def work(azure: Azure) -> AutoprotectError:
        with pytest.raises(AutoprotectError) as raised:
            await read(azure, VNET)
        return raised.value

    with Wire({("GET", VNET): reply}) as wire:
        error = within(wire.url, work)
        assert len(wire.asked) == (2 if reply.reset else 1), "only a broken connection is tried again, and once"
    return error


def arm_error(code: str, message: str = "No.", **more: object) -> dict[str, object]:
    return {"error": {"code": code, "message": message, **more}}


@pytest.mark.parametrize(
    ("reply", "seconds"),
    [
        (Reply(429, arm_error("TooManyRequests"), {"Retry-After": "17"}), 17.0),
        (Reply(429, arm_error("TooManyRequests"), {"retry-after-ms": "250"}), 0.25),
        (Reply(503, arm_error("ServerBusy"), {"Retry-After": "3"}), 3.0),
        (Reply(409, arm_error("Conflict"), {"Retry-After": "2"}), 2.0),
        (Reply(429, arm_error("TooManyRequests"), {"Retry-After": "soon"}), 5.0),
        (Reply(429, None), 5.0),
        (Reply(429, arm_error("TooManyRequests"), {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), 0.0),
    ],
)
def test_throttling_says_how_long_to_wait(reply: Reply, seconds: float) -> None:
    """A pause is taken from whatever form Azure names it in, else from the settings."""
    error = error_of(reply)

    assert isinstance(error, Throttled)
    assert error.after_seconds == seconds


@pytest.mark.parametrize(
    "reply",
    [
        Reply(408),
        Reply(500, arm_error("InternalServerError")),
        Reply(502, "<html>bad gateway</html>", {"Content-Type": "text/html"}),
        Reply(503),
        Reply(504),
        Reply(409, arm_error("AnotherOperationInProgress")),
        Reply(reset=True),
        Reply(200, {"id": VNET}, cut_short=True),
        Reply(200, '{"id": '),
    ],
    ids=lambda reply: f"{reply.status}{'-reset' * reply.reset}{'-cut' * reply.cut_short}",
)
def test_what_may_pass_is_transient(reply: Reply) -> None:
    """Nothing that another try can cure is told as a refusal."""
    error = error_of(reply)

    assert type(error) is TransientFault
    assert error.request == f"GET {VNET}"


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "InvalidRequestContent"), (501, "NotImplemented"), (403, "Forbidden"), (409, "Conflict"), (412, "Failed")],
)
def test_a_refusal_keeps_azures_words(status: int, code: str) -> None:
    """What Azure says reaches the outcome as it was said, under Azure's own code."""
    error = error_of(Reply(status, arm_error(code, "Because."), {"x-ms-correlation-request-id": "c-1"}))

    assert isinstance(error, Rejected)
    assert (error.status, error.reason.code, sentence(error.reason)) == (status, code, "Because.")
    assert error.reason.azure == {"code": code, "message": "Because.", "correlationId": "c-1"}


def test_site_recoverys_detail_is_what_counts() -> None:
    """Site Recovery hides the code that matters in the first detail, with causes and a cure."""
    detail = {"code": "Inner", "message": "It is so.", "possibleCauses": "This.", "recommendedAction": "Do that."}

    error = error_of(Reply(400, arm_error("BadRequest", "Outer.", details=[detail])))

    assert isinstance(error, Rejected)
    assert (error.reason.code, sentence(error.reason), fix(error.reason)) == ("Inner", "It is so.", "Do that.")
    assert error.reason.azure is not None
    assert error.reason.azure["possibleCauses"] == "This."


@pytest.mark.parametrize(
    ("code", "message", "tells"),
    [
        (
            "AuthorizationFailed",
            "The client 'x' with object id 'x' does not have authorization to perform action "
            "'Microsoft.Network/virtualNetworks/read' over scope '/subscriptions/s/resourceGroups/g' or it is invalid.",
            ("Microsoft.Network/virtualNetworks/read", "/subscriptions/s/resourceGroups/g"),
        ),
        (
            "LinkedAuthorizationFailed",
            "The client has permission to perform action 'a/write' on scope '/s'; however, it does not have permission "
            "to perform action(s) 'b/join/action' on the linked scope(s) '/s/subnets/x' or those are invalid.",
            ("b/join/action", "/s/subnets/x"),
        ),
        (
            "RequestDisallowedByPolicy",
            "Resource 'web-vnet-asr' was disallowed by policy. Policy identifiers: '[...]'.",
            ("web-vnet-asr", "policy"),
        ),
        (
            "ScopeLocked",
            "The scope '/s/v' cannot perform write operation because following scope(s) are locked: '/s/g'. "
            "Please remove the lock and try again.",
            ("/s/g", "lock"),
        ),
        (
            "MissingSubscriptionRegistration",
            "The subscription is not registered to use namespace 'Microsoft.RecoveryServices'. See https://aka.ms/rps",
            ("Microsoft.RecoveryServices", "register"),
        ),
    ],
)
def test_known_refusals_name_what_is_missing(code: str, message: str, tells: tuple[str, ...]) -> None:
    """The sentence and the fix name the action, scope, lock or namespace: nobody has to parse Azure's prose."""
    error = error_of(Reply(409 if code.startswith("Missing") else 403, arm_error(code, message)))

    assert isinstance(error, Rejected)
    for told in tells:
        assert told in f"{sentence(error.reason)} {fix(error.reason)}"


@pytest.mark.parametrize(
    "secret",
    [
        "https://app.example/hook?functionName=f&code=SECRET",
        "https://x.blob.core.windows.net/a?sv=1&sig=SECRET",
        "Authorization: Bearer SECRET",
        "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=SECRET;",
        "'access_token': 'SECRET'",
        "X-IDENTITY-HEADER: SECRET",
    ],
)
def test_secrets_stay_out_of_every_text(secret: str) -> None:
    """Whatever Azure repeats of a request, no key, signature or token of it is kept."""
    for status in (400, 500):
        error = error_of(Reply(status, arm_error("Odd", f"Cannot use {secret} here.")))

        shown = f"{error} {error!r} {json.dumps(getattr(error, 'reason', None) and error.reason.azure)}"  # type: ignore[attr-defined]
        assert "SECRET" not in shown
        assert "Cannot use" in shown
        assert TOKEN not in shown
        assert error.__cause__ is None


def test_nothing_listens() -> None:
    """An address where nobody listens is a fault that may pass."""
    with Wire({}) as wire:
        gone = wire.url

    async def work(azure: Azure) -> None:
        with pytest.raises(TransientFault, match="GET /subscriptions"):
            await read(azure, VNET)

    within(gone, work)


def test_silence_is_a_fault_that_may_pass() -> None:
    """Azure may take an answer's time and no more; then the activity ends and is tried again."""

    async def work(azure: Azure) -> None:
        with pytest.raises(TransientFault, match="Timeout"):
            await read(azure, VNET)

    with Wire({("GET", VNET): Reply(silent=True)}) as wire:
        within(wire.url, work, read_seconds=0.2)


@pytest.mark.parametrize(("code", "absent"), [("ResourceNotFound", True), ("InvalidResourceType", False)])
def test_not_found_is_absence_unless_the_request_is_wrong(code: str, absent: bool) -> None:
    """A missing resource is None; a type or version that Azure does not know is an error of ours."""

    async def work(azure: Azure) -> object:
        return await read(azure, VNET)

    with Wire({("GET", VNET): Reply(404, arm_error(code))}) as wire:
        if absent:
            assert within(wire.url, work) is None
        else:
            with pytest.raises(Rejected):
                within(wire.url, work)


def test_a_known_refusal_in_unknown_words_keeps_them() -> None:
    """Azure may say the same in other words one day: then its words are told, not a sentence with holes."""
    error = error_of(Reply(403, arm_error("ScopeLocked", "All of this is locked now.")))

    assert isinstance(error, Rejected)
    assert (error.reason.code, sentence(error.reason)) == ("ScopeLocked", "All of this is locked now.")


def test_what_azure_says_is_cut_before_it_is_kept() -> None:
    """It stands in histories and answers; a secret at the cut is hidden all the same."""
    words = "x" * (LONGEST_QUOTE - 20) + " Bearer eyJhbGciOi" + "y" * 50_000
    error = error_of(Reply(403, arm_error("Forbidden", words)))

    assert isinstance(error, Rejected)
    assert error.reason.azure is not None
    assert len(error.reason.azure["message"]) <= LONGEST_QUOTE + 3
    assert "eyJ" not in error.reason.azure["message"]
