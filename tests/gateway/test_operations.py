"""Long operations: begun, polled at once each time, and ended with Azure's own words."""

import pytest

from asr.errors import Rejected, TransientFault
from asr.gateway.operations import OperationFailed, Running, Succeeded, poll
from asr.gateway.resources import put
from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_fabric
from asr.model.step import Operation
from tests.gateway.sessions import SUBSCRIPTION, within
from tests.gateway.wire import AZURE, Reply, Wire
from tests.words import fix, sentence

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g"
VAULT = f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/v"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/n"
FABRIC = f"{VAULT}/replicationFabrics/f"
STATUS, JOB = f"{VAULT}/replicationOperationStatus/j-1", f"{VAULT}/replicationJobs/j-1"
SIGNED = "api-version=2022-08-01&t=1&c=SECRET&s=SECRET&h=SECRET"


def begin_fabric(headers: dict[str, str]) -> tuple[Operation | None, list[str]]:
    """The operation that creating a fabric begins, and the texts of what was sent."""

    async def work(azure: Azure) -> Operation | None:
        return await begin_create_fabric(azure, VAULT, "f", "eastasia")

    with Wire({("PUT", FABRIC): Reply(202, None, headers)}) as wire:
        operation = within(wire.url, work, ASR_POLL_INTERVAL_SECONDS="7")
        return operation, [asked.method for asked in wire.asked]


def polled(operation: Operation, replies: dict[tuple[str, str], Reply]) -> tuple[object, Wire]:
    """What one look answers; the operation's URL is a path of the wire."""

    async def work(azure: Azure) -> object:
        url = f"{azure.settings.arm_endpoint}{operation.url}"
        return await poll(azure, Operation(url, operation.style, operation.after_seconds))

    with Wire(replies) as wire:
        return within(wire.url, work, ASR_POLL_INTERVAL_SECONDS="7"), wire


def test_site_recoverys_empty_202_begins_an_operation() -> None:
    """The status URL is kept with its signature, and the job is known from it."""
    operation, methods = begin_fabric(
        {
            "Azure-AsyncOperation": f"{AZURE}{STATUS}?{SIGNED}",
            "Location": f"{AZURE}{FABRIC}/operationresults/j-1?{SIGNED}",
            "Retry-After": "30",
            "x-ms-request-id": JOB,
        }
    )

    assert operation is not None
    assert operation.url.endswith(f"{STATUS}?{SIGNED}")
    assert (operation.style, operation.after_seconds, operation.job) == ("status", 30.0, JOB)
    assert methods == ["PUT"], "beginning does not poll"


def test_the_job_is_known_without_a_request_id() -> None:
    """A job bears the name of its operation; without Retry-After the settings say when to look."""
    operation, _ = begin_fabric({"Azure-AsyncOperation": f"{AZURE}{STATUS}?{SIGNED}"})

    assert operation is not None
    assert (operation.after_seconds, operation.job) == (7.0, JOB)


@pytest.mark.parametrize(
    ("reply", "style"),
    [
        (Reply(201, {"id": NETWORK}, {"Azure-AsyncOperation": f"{AZURE}/status"}), "status"),
        (Reply(202, "", {"Location": f"{AZURE}/location", "Content-Type": "text/plain"}), "location"),
        (Reply(201, {"id": NETWORK, "properties": {"provisioningState": "Creating"}}), "status"),
        (Reply(201, {"id": NETWORK, "properties": {"provisioningState": "Succeeded"}}), None),
        (Reply(200, {"id": NETWORK, "properties": {"provisioningState": "Succeeded"}}), None),
        (Reply(201, {"id": NETWORK}), None),
    ],
)
def test_each_way_to_answer_a_put(reply: Reply, style: str | None) -> None:
    """Providers differ in how they say that they work on; all ways are understood."""

    async def work(azure: Azure) -> Operation | None:
        return await put(azure, NETWORK, {"location": "eastasia"})

    with Wire({("PUT", NETWORK): reply}) as wire:
        operation = within(wire.url, work)

    assert (operation.style if operation else None) == style


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("body", ["null", "[]", "{}", "", "<html>", '{"value": null}'])
def test_a_write_that_shows_nothing_is_not_taken_for_done(status: int, body: str) -> None:
    """Something in front of Azure has answered: what is remembered as made would be missing for hours."""

    async def work(azure: Azure) -> Operation | None:
        return await put(azure, NETWORK, {"location": "eastasia"})

    with Wire({("PUT", NETWORK): Reply(status, body)}) as wire, pytest.raises(TransientFault):
        within(wire.url, work)


@pytest.mark.parametrize(
    ("style", "reply", "expected"),
    [
        ("status", Reply(200, {"status": "InProgress"}), Running(7.0)),
        ("status", Reply(200, {"status": "InProgress"}, {"Retry-After": "4"}), Running(4.0)),
        ("status", Reply(200, {"status": "SomethingNew"}), Running(7.0)),
        ("status", Reply(202, None), Running(7.0)),
        ("status", Reply(200, {"status": "Succeeded", "error": None}), Succeeded()),
        ("status", Reply(200, {"properties": {"provisioningState": "Updating"}}), Running(7.0)),
        ("status", Reply(200, {"properties": {"provisioningState": "Succeeded"}}), Succeeded()),
        ("status", Reply(204, None), Succeeded()),
        ("location", Reply(202, None, {"Retry-After": "2"}), Running(2.0)),
        ("location", Reply(200, {"id": NETWORK}), Succeeded()),
        ("location", Reply(204, None), Succeeded()),
    ],
)
def test_one_poll(style: str, reply: Reply, expected: object) -> None:
    """One GET tells whether it runs and when to look again."""
    operation = Operation("/status", "location" if style == "location" else "status", 1.0)

    answer, wire = polled(operation, {("GET", "/status"): reply})

    assert answer == expected
    assert len(wire.asked) == 1


def test_a_signed_url_is_replayed_as_it_was() -> None:
    """The signature would not fit if a parameter were added, dropped or encoded anew."""
    _, wire = polled(Operation(f"{STATUS}?{SIGNED}&x=a%2Fb", "status", 1.0), {("GET", STATUS): Reply(202)})

    assert wire.asked[0].query == {
        "api-version": ["2022-08-01"],
        "t": ["1"],
        "c": ["SECRET"],
        "s": ["SECRET"],
        "h": ["SECRET"],
        "x": ["a/b"],
    }


FAILED = Reply(200, {"status": "Failed", "error": {"code": "150097", "message": "Protection couldn't be enabled."}})
JOB_ERROR = {
    "serviceErrorDetails": {
        "code": "150097",
        "message": "The target size is not available.",
        "possibleCauses": "The quota is used up.",
        "recommendedAction": "Raise the quota.",
    },
    "errorLevel": "Error",
}


def test_a_failed_job_tells_causes_and_cure() -> None:
    """The operation only says that it failed; the job's first error that stopped it says why."""
    warning = {"serviceErrorDetails": {"code": "1", "message": "Only a warning."}, "errorLevel": "Warning"}
    job = {"id": JOB, "properties": {"state": "Failed", "errors": [warning, JOB_ERROR]}}

    answer, _ = polled(Operation(STATUS, "status", 1.0), {("GET", STATUS): FAILED, ("GET", JOB): Reply(200, job)})

    assert isinstance(answer, OperationFailed)
    assert (answer.reason.code, fix(answer.reason)) == ("150097", "Raise the quota.")
    assert sentence(answer.reason) == "The target size is not available."
    assert answer.reason.azure is not None
    assert answer.reason.azure["possibleCauses"] == "The quota is used up."


def test_a_job_in_the_providers_words() -> None:
    """Where the service says nothing itself, the provider's error counts."""
    error = {
        "providerErrorDetails": {"errorCode": 539, "errorMessage": "Agent silent.", "recommendedAction": "Wake it."}
    }

    answer, _ = polled(
        Operation(STATUS, "status", 1.0),
        {("GET", STATUS): FAILED, ("GET", JOB): Reply(200, {"properties": {"errors": [error]}})},
    )

    assert isinstance(answer, OperationFailed)
    assert (answer.reason.code, sentence(answer.reason), fix(answer.reason)) == ("539", "Agent silent.", "Wake it.")


@pytest.mark.parametrize(
    "job", [Reply(404, {"error": {"code": "NotFound"}}), Reply(200, {"properties": {"errors": []}})]
)
def test_an_unreadable_job_leaves_the_operations_word(job: Reply) -> None:
    """A failure is told even if its job is gone."""
    answer, _ = polled(Operation(STATUS, "status", 1.0), {("GET", STATUS): FAILED, ("GET", JOB): job})

    assert isinstance(answer, OperationFailed)
    assert (answer.reason.code, sentence(answer.reason)) == ("150097", "Protection couldn't be enabled.")


def test_a_failure_without_words_has_a_code() -> None:
    """Even the barest failure becomes a reason."""
    answer, _ = polled(Operation("/status", "status", 1.0), {("GET", "/status"): Reply(200, {"status": "Canceled"})})

    assert isinstance(answer, OperationFailed)
    assert answer.reason.code == "OperationFailed"


def test_a_fault_while_reading_the_job_is_tried_again() -> None:
    """What the job says is worth another try: the failure is polled at again, not told half."""
    with pytest.raises(TransientFault):
        polled(Operation(STATUS, "status", 1.0), {("GET", STATUS): FAILED, ("GET", JOB): Reply(500)})


def test_no_signature_in_a_refusal() -> None:
    """The request named in an error is a path: signatures are in the query."""
    with pytest.raises(Rejected) as raised:
        polled(Operation(f"{STATUS}?{SIGNED}", "status", 1.0), {("GET", STATUS): Reply(403)})

    assert raised.value.request == f"GET {STATUS}"
    assert "SECRET" not in repr(raised.value)
