"""What is no answer of Azure's is told as that: never absence, never a defect; and everything ends."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from asr.errors import NotUnderstood, Rejected, TransientFault
from asr.gateway.answers import is_collection, problem_of
from asr.gateway.headers import LONGEST_PAUSE_SECONDS, retry_after
from asr.gateway.machines import read_virtual_machine
from asr.gateway.networks import read_network
from asr.gateway.operations import poll
from asr.gateway.paging import MOST_PAGES
from asr.gateway.redact import LONGEST_QUOTE
from asr.gateway.regions import read_regions
from asr.gateway.resources import list_path, list_resources, read
from asr.gateway.session import Azure
from asr.gateway.site_recovery import eligibility, find_protection, list_fabrics, list_protected_items
from asr.gateway.site_recovery.items import get_protected_item
from asr.model.step import Operation
from local.emulator.server import Emulator
from tests.gateway.sessions import SUBSCRIPTION, within
from tests.gateway.wire import Reply, Wire

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g"
VM = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm"
VAULT = f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/v"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/n"
DISKS = f"{GROUP}/providers/Microsoft.Compute/disks"
ITEM = f"{VAULT}/replicationFabrics/f/replicationProtectionContainers/c/replicationProtectedItems/i"
DEEP = "[" * 100_000 + "]" * 100_000
DEEP_OBJECT = '{"properties":' * 100_000 + "{}" + "}" * 100_000

type Work = Callable[[Azure], Awaitable[object]]

READS: dict[str, tuple[Work, str]] = {
    "machine": (lambda azure: read_virtual_machine(azure, VM), VM),
    "network": (lambda azure: read_network(azure, NETWORK), NETWORK),
    "links": (lambda azure: find_protection(azure, VM), f"{VM}/providers/Microsoft.Resources/links"),
    "item": (lambda azure: get_protected_item(azure, ITEM), ITEM),
    "items": (lambda azure: list_protected_items(azure, VAULT), f"{VAULT}/replicationProtectedItems"),
    "fabrics": (lambda azure: list_fabrics(azure, VAULT), f"{VAULT}/replicationFabrics"),
    "resources": (lambda azure: list_resources(azure, SUBSCRIPTION, "a/b"), f"/subscriptions/{SUBSCRIPTION}/resources"),
    "regions": (lambda azure: read_regions(azure, SUBSCRIPTION), f"/subscriptions/{SUBSCRIPTION}/locations"),
    "disks": (lambda azure: list_path(azure, SUBSCRIPTION, DISKS, "1"), DISKS),
    "eligibility": (
        lambda azure: eligibility(azure, VM),
        f"{VM}/providers/Microsoft.RecoveryServices/replicationEligibilityResults/default",
    ),
}


@pytest.mark.parametrize("body", ["null", "[]", "{}", '"text"', "3", DEEP, DEEP_OBJECT, '{"properties": 3}'])
@pytest.mark.parametrize("what", READS)
def test_what_cannot_be_azures_answer_means_nothing(what: str, body: str) -> None:
    """Neither that something is not there nor that the app is broken."""
    work, path = READS[what]
    with Wire({("GET", path): Reply(200, body)}) as wire, pytest.raises(NotUnderstood) as raised:
        within(wire.url, work)

    assert raised.value.reason.code == "AzureAnswerNotUnderstood"


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("items", {"value": {}}),
        ("items", {"value": None}),
        ("items", {"value": [3]}),
        ("items", {"value": [{}]}),
        ("items", {"value": [{"id": ITEM, "properties": []}]}),
        ("regions", {"value": [{"name": "x", "metadata": 3}]}),
        ("machine", {"id": VM, "location": "eastasia"}),
        ("machine", {"location": "eastasia", "properties": {}}),
    ],
)
def test_wrong_types_within_mean_nothing_either(what: str, body: object) -> None:
    """Whatever the SDK, or a reader, stumbles over."""
    work, path = READS[what]
    with Wire({("GET", path): Reply(200, body)}) as wire, pytest.raises(NotUnderstood):
        within(wire.url, work)


@pytest.mark.parametrize("body", ["null", "[]", "{}", "3", '{"status": 3}', DEEP])
def test_an_operation_that_tells_no_status_has_not_succeeded(body: str) -> None:
    """Nothing follows from an empty document, least of all success."""

    async def work(azure: Azure) -> object:
        return await poll(azure, Operation(f"{azure.settings.arm_endpoint}/status", "status", 1.0))

    with Wire({("GET", "/status"): Reply(200, body)}) as wire, pytest.raises(NotUnderstood):
        within(wire.url, work)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (NETWORK, False),
        (DISKS, True),
        (f"{VM}/providers/Microsoft.Resources/links", True),
        (f"/subscriptions/{SUBSCRIPTION}", False),
        (f"/subscriptions/{SUBSCRIPTION}/resources", True),
        (f"/subscriptions/{SUBSCRIPTION}/resourcegroups", True),
        (GROUP, False),
        (f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Compute/locations/eastasia/usages", True),
    ],
)
def test_what_a_path_names(path: str, expected: bool) -> None:
    """A list, or one resource."""
    assert is_collection(path.lower()) == expected


def test_a_plain_answer_is_one() -> None:
    """Empty lists and resources without properties are quite usual."""
    assert problem_of(DISKS, {"value": []}) is None
    assert problem_of(NETWORK, {"id": NETWORK, "properties": None}) is None


def test_lists_end() -> None:
    """A page that leads to itself, or a circle of pages; for our own reader of pages and the SDK's."""
    for what in ("items", "disks", "resources"):
        work, path = READS[what]
        with Wire({}) as wire:
            again = f"{wire.url}{path}?api-version=1&$skiptoken=again"
            wire.answer("GET", path, Reply(200, {"value": [], "nextLink": again}))
            with pytest.raises(NotUnderstood, match="read already"):
                within(wire.url, work)
        assert len(wire.asked) == 2


def test_a_list_may_be_long_but_not_endless() -> None:
    """Each page is another one, for ever."""

    async def work(azure: Azure) -> object:
        return await list_path(azure, SUBSCRIPTION, DISKS, "1")

    with Wire({}) as wire:
        links = [f"{wire.url}{DISKS}?page={number}" for number in range(MOST_PAGES + 2)]
        wire.answer("GET", DISKS, [Reply(200, {"value": [], "nextLink": link}) for link in links])
        with pytest.raises(NotUnderstood, match="pages"):
            within(wire.url, work)


def test_a_server_that_trickles_is_given_up() -> None:
    """It is never silent for long, and would never be done."""
    with Emulator() as emulator:
        fault = {"method": "GET", "path": "*", "trickle_s": 0.05}
        httpx.post(f"{emulator.url}/_emulator/faults", json=fault).raise_for_status()
        subscription = emulator.subscription
        path = f"/subscriptions/{subscription}/providers/Microsoft.Compute/disks"

        async def work(azure: Azure) -> object:
            return await list_path(azure, subscription, path, "2024-03-02")

        with pytest.raises(TransientFault, match="Timeout"):
            within(emulator.url, work, total_seconds=0.3)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("9999", LONGEST_PAUSE_SECONDS),
        ("86400", LONGEST_PAUSE_SECONDS),
        ("86401", None),
        ("99999999999999", None),
        ("9" * 400, None),
        ("inf", None),
        ("nan", None),
        ("-5", None),
        ("1e400", None),
        ("1_000", None),
        ("soon", None),
        ("", None),
        ("Thu, 31 Dec 2099 23:59:59 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("Fri, 31 Dec 1999 23:59:59 -0000", 0.0),
        ("Fri, 31 Dec 99999 23:59:59 GMT", None),
        ("Fri, 31 Dec 1999 23:59:59 +9999", None),
    ],
)
def test_pauses_are_finite(text: str, seconds: float | None) -> None:
    """Whatever stands in Retry-After; what cannot be meant is no pause, so the app's own short one counts."""
    assert retry_after({"Retry-After": text}) == seconds


def test_a_date_without_a_zone_is_one_of_utc() -> None:
    """Zone `-0000` says that none is known."""
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=100)).replace("+0000", "-0000")

    assert 90 < (retry_after({"Retry-After": soon}) or 0) <= 100


def test_what_azure_says_is_cut() -> None:
    """Histories are small; that something was left out shows."""
    body = {"error": {"code": "C" * 9999, "message": "m" * 99_999}}
    with Wire({("GET", NETWORK): Reply(400, body)}) as wire, pytest.raises(Rejected) as raised:
        within(wire.url, lambda azure: read(azure, NETWORK))

    said = (raised.value.reason.azure or {})["message"]
    assert said == f"{'m' * LONGEST_QUOTE}..."
    assert len(raised.value.reason.code) < 9999
