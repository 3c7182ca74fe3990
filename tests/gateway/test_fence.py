"""Nothing leaves for anywhere but Azure Resource Manager, and no write goes where nobody allowed one."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from asr.errors import AutoprotectError, OutOfBounds
from asr.gateway.fence import is_inside
from asr.gateway.operations import poll
from asr.gateway.resources import list_path, list_resources, put, put_group, read
from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_fabric, list_protected_items
from asr.gateway.site_recovery.protection import Enable, begin_enable_protection
from asr.model.specs import EnableSpec
from asr.model.step import Operation
from tests.gateway.sessions import SUBSCRIPTION, TOKEN, within
from tests.gateway.wire import Reply, Wire

GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g"
VAULT = f"{GROUP}/providers/Microsoft.RecoveryServices/vaults/v"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/n"
FOREIGN = "11111111-2222-3333-4444-555555555555"
CLOUD = "https://management.azure.com"


@pytest.mark.parametrize(
    "url",
    [
        f"{CLOUD}/subscriptions/x?y=z",
        CLOUD,
        "https://management.azure.com:443/x",
        "HTTPS://Management.Azure.COM/x",
        "https://eastasia.management.azure.com/x",
        "https://eastus2euap.management.azure.com/x",
    ],
)
def test_azures_own_addresses_are_inside(url: str) -> None:
    """In any casing, with or without the usual port; a region's own host, too."""
    assert is_inside(url, CLOUD)


@pytest.mark.parametrize(
    "url",
    [
        "http://management.azure.com/x",
        "https://management.azure.com:444/x",
        "https://management.azure.com.evil.example/x",
        "https://evil.example/management.azure.com",
        "https://evilmanagement.azure.com/x",
        "https://a.b.management.azure.com/x",
        "https://evil.example#.management.azure.com/x",
        "https://user@management.azure.com/x",
        "https://management.azure.com@evil.example/x",
        "https://management.azure.com:443@evil.example/x",
        "https://management.azure.com\\@evil.example/x",
        "https://management.azure.com\\.evil.example/x",
        "https://evil.example\\management.azure.com/x",
        "https://management.azure.com\t/x",
        " https://management.azure.com/x",
        "https://management%2eazure%2ecom/x",
        "https://management.azure.com./x",
        "https:management.azure.com/x",
        "//management.azure.com/x",
        "/subscriptions/x",
        "ftp://management.azure.com/x",
        "https:///x",
        "",
        "https://eastasia.management.usgovcloudapi.net/x",
        "https://169.254.169.254/metadata",
    ],
)
def test_everything_else_is_outside(url: str) -> None:
    """Other schemes, ports and hosts; users; hosts that only look alike; what two readers may read differently."""
    assert not is_inside(url, CLOUD)


def test_a_private_endpoint_has_no_regions() -> None:
    """Only the public clouds are known to answer at a region's host."""
    assert is_inside("http://127.0.0.1:8080/x", "http://127.0.0.1:8080")
    assert not is_inside("http://127.0.0.1:8081/x", "http://127.0.0.1:8080")
    assert not is_inside("http://localhost:8080/x", "http://127.0.0.1:8080")
    assert not is_inside("https://region.arm.contoso.example/x", "https://arm.contoso.example")


async def begin_and_poll(azure: Azure) -> object:
    operation = await begin_create_fabric(azure, VAULT, "f", "eastasia")
    assert operation is not None
    return await poll(azure, operation)


async def put_and_poll(azure: Azure) -> object:
    operation = await put(azure, NETWORK, {"location": "eastasia"})
    assert operation is not None
    return await poll(azure, operation)


def listed(foreign: str) -> Reply:
    return Reply(200, {"value": [], "nextLink": f"{foreign}/next?api-version=1"})


type Work = Callable[[Azure], Awaitable[object]]

LINKS: dict[str, tuple[Work, tuple[str, str], Callable[[str], Reply]]] = {
    "Azure-AsyncOperation": (
        begin_and_poll,
        ("PUT", f"{VAULT}/replicationFabrics/f"),
        lambda foreign: Reply(202, None, {"Azure-AsyncOperation": f"{foreign}/status"}),
    ),
    "Location": (put_and_poll, ("PUT", NETWORK), lambda foreign: Reply(202, None, {"Location": f"{foreign}/location"})),
    "nextLink of ours": (
        lambda azure: list_path(azure, SUBSCRIPTION, f"{GROUP}/providers/Microsoft.Compute/disks", "1"),
        ("GET", f"{GROUP}/providers/Microsoft.Compute/disks"),
        listed,
    ),
    "nextLink of the resources' pager": (
        lambda azure: list_resources(azure, SUBSCRIPTION, "Microsoft.Compute/virtualMachines"),
        ("GET", f"/subscriptions/{SUBSCRIPTION}/resources"),
        listed,
    ),
    "nextLink of Site Recovery's pager": (
        lambda azure: list_protected_items(azure, VAULT),
        ("GET", f"{VAULT}/replicationProtectedItems"),
        listed,
    ),
}


@pytest.mark.parametrize("link", LINKS)
def test_a_rewritten_link_is_followed_nowhere(link: str) -> None:
    """The other server hears nothing, and the failure says where the link led, without what may be a secret in it."""
    work, request, reply = LINKS[link]
    with Wire({}) as other:
        foreign = other.url.replace("http://", "http://secret@")
        with Wire({request: reply(foreign)}) as wire, pytest.raises(OutOfBounds) as raised:
            within(wire.url, work)
        assert other.asked == []

    assert raised.value.reason.code == "ForeignLink"
    assert raised.value.reason.facts["origin"] == other.url
    assert "secret" not in str(raised.value)
    assert TOKEN not in repr(raised.value)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_nowhere(status: int) -> None:
    """Neither to another server nor to this one: Resource Manager does not redirect."""
    with Wire({}) as other:
        answer = Reply(status, None, {"Location": f"{other.url}/elsewhere"})
        with Wire({("GET", NETWORK): answer}) as wire, pytest.raises(AutoprotectError):
            within(wire.url, lambda azure: read(azure, NETWORK))
        assert other.asked == []
    assert len(wire.asked) == 1


def test_an_operation_that_somebody_made_up_is_not_asked_for() -> None:
    """An orchestration that was started by hand may name any address."""
    with Wire({}) as other, Wire({}) as wire, pytest.raises(OutOfBounds):
        within(wire.url, lambda azure: poll(azure, Operation(f"{other.url}/status", "status", 1.0)))

    assert other.asked == wire.asked == []


def test_writes_to_a_subscription_that_nobody_allowed_are_not_sent() -> None:
    """Watched ones, and what ASR_TARGETS names, may be written; reading is not writing."""
    foreign = GROUP.replace(SUBSCRIPTION, FOREIGN)
    inside = f"{foreign}/providers/Microsoft.RecoveryServices/vaults/v"
    fabric = "replicationFabrics/f"

    async def put_all(azure: Azure) -> list[str | None]:
        writing = (put_group(azure, foreign, "eastasia"), begin_create_fabric(azure, inside, "f", "eastasia"))
        ended = await asyncio.gather(*writing, return_exceptions=True)
        assert await read(azure, NETWORK.replace(SUBSCRIPTION, FOREIGN)) is None
        return [end.reason.code if isinstance(end, OutOfBounds) else None for end in ended]

    replies = {
        ("PUT", foreign): Reply(201, {"id": foreign, "name": "g", "location": "eastasia"}),
        ("PUT", f"{inside}/{fabric}"): Reply(202, None, {"Location": f"https://management.azure.com{inside}/done"}),
        ("GET", NETWORK.replace(SUBSCRIPTION, FOREIGN)): Reply(404, {"error": {"code": "NotFound", "message": "No."}}),
    }
    with Wire(replies) as wire:
        refused = "SubscriptionNotAllowed"
        assert within(wire.url, put_all) == [refused, refused]
        assert {asked.method for asked in wire.asked} == {"GET"}
        assert within(wire.url, put_all, ASR_TARGETS=inside) == [refused, None]
        assert within(wire.url, put_all, ASR_TARGETS=FOREIGN) == [None, None]


@pytest.mark.parametrize("field", ["vm", "group", "network"])
def test_what_enabling_names_is_within_bounds_too(field: str) -> None:
    """Replication is written into an allowed vault, yet may be of a foreign machine, or into a foreign group."""
    container = f"{VAULT}/replicationFabrics/f/replicationProtectionContainers/c"
    vm = f"{GROUP}/providers/Microsoft.Compute/virtualMachines/vm"
    ids = {"vm": vm, "group": GROUP, "network": NETWORK, "source": container}
    ids[field] = ids[field].replace(SUBSCRIPTION, FOREIGN)
    spec = EnableSpec(VAULT, ids["vm"], "i", "s", *("policy", "source", "target", "group", "network", "cache"), ())
    enable = Enable(spec, ids, "s")
    with Wire({}) as wire, pytest.raises(OutOfBounds):
        within(wire.url, lambda azure: begin_enable_protection(azure, enable))

    assert wire.asked == []
