"""From a VM to its protected item, whoever protected it and in whatever vault."""

import json

import pytest

from asr.errors import Rejected
from asr.gateway.session import Azure
from asr.gateway.site_recovery import find_protected_item, find_protection
from asr.gateway.site_recovery.links import read_links
from tests.gateway.sessions import SUBSCRIPTION, within
from tests.gateway.wire import Reply, Wire

VM = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web-0"
LINKS = f"{VM}/providers/Microsoft.Resources/links"
OTHER = SUBSCRIPTION.replace("0", "1")


def item(vault: str, subscription: str = SUBSCRIPTION) -> str:
    return (
        f"/subscriptions/{subscription}/resourceGroups/v/providers/Microsoft.RecoveryServices/vaults/{vault}"
        "/replicationFabrics/f/replicationProtectionContainers/c/replicationProtectedItems/i"
    )


def link(name: str, target: str, notes: str = "") -> dict[str, object]:
    properties = {"sourceId": f"{VM}/", "targetId": f"{target}/", "notes": notes}
    return {"id": f"{LINKS}/{name}", "name": name, "properties": properties}


def found(*links: dict[str, object]) -> tuple[str, ...]:
    async def work(azure: Azure) -> tuple[str, ...]:
        return tuple(one.item_id for one in await read_links(azure, VM) if one.item_id)

    with Wire({("GET", LINKS): Reply(200, {"value": list(links)})}) as wire:
        return within(wire.url, work)


@pytest.mark.parametrize("name", ["ASR-Protect-i", "ASR-Policy-Protect-i", "asr-protect-i"])
def test_links_of_every_origin(name: str) -> None:
    """Portal, scripts and the built-in policy leave links of different names."""
    assert found(link(name, item("one"))) == (item("one"),)


def test_a_vault_in_another_subscription() -> None:
    """A link cannot point there, so its notes hold the item's id."""
    notes = json.dumps({"protectedItemArmId": f"{item('far', OTHER)}/"})

    assert found(link("ASR-Protect-i", f"{VM}/ProtectedItemArmId/i-nonexistent-use-from-linknotes", notes)) == (
        item("far", OTHER),
    )


def test_other_links_do_not_count() -> None:
    """Links of other makers, and links to anything but a protected item, say nothing about protection."""
    assert (
        found(
            link("backup", item("one")),
            link("ASR-Protect-i", VM),
            link("ASR-Protect-j", "nonsense"),
            link("ASR-Protect-k", "nonsense", notes="{not json"),
        )
        == ()
    )


def test_a_link_that_was_left_over() -> None:
    """A link whose item is gone is skipped; the next one counts. If none does, they are in the way and told."""
    body = {"id": item("two"), "name": "i", "properties": {"providerSpecificDetails": {"instanceType": "A2A"}}}
    absent = {"error": {"code": "NotFound", "details": [{"code": "ArmResourceDoesNotExist", "possibleCauses": "x"}]}}

    async def work(azure: Azure) -> tuple[str | None, tuple[str, ...]]:
        protected, stale = await find_protection(azure, VM)
        return protected.id if protected else None, stale

    links = {"value": [link("ASR-Protect-i", item("one")), link("ASR-Protect-j", item("two"))]}
    replies = {("GET", LINKS): Reply(200, links), ("GET", item("one")): Reply(404, absent)}
    with Wire({**replies, ("GET", item("two")): Reply(200, body)}) as wire:
        assert within(wire.url, work) == (item("two"), ())
    with Wire({**replies, ("GET", item("two")): Reply(404, absent)}) as wire:
        assert within(wire.url, work) == (None, (f"{LINKS}/ASR-Protect-i", f"{LINKS}/ASR-Protect-j"))


def test_a_vault_never_used_answers_400_about_what_is_absent() -> None:
    """A named item in such a vault is absent, though Azure calls the request bad."""
    detail = {"code": "SubscriptionIdNotRegisteredWithSrs", "message": "Not registered.", "possibleCauses": "x"}
    never_used = Reply(400, {"error": {"code": "BadRequest", "message": "x", "details": [detail]}})

    async def work(azure: Azure) -> object:
        return await find_protected_item(azure, VM)

    with Wire(
        {
            ("GET", LINKS): Reply(200, {"value": [link("ASR-Protect-i", item("one"))]}),
            ("GET", item("one")): never_used,
        }
    ) as wire:
        assert within(wire.url, work) is None


def test_a_vault_that_may_not_be_read_is_no_absence() -> None:
    """A VM protected where the app cannot look is protected: enabling it again would be wrong."""

    async def work(azure: Azure) -> None:
        with pytest.raises(Rejected, match="AuthorizationFailed"):
            await find_protected_item(azure, VM)

    with Wire(
        {
            ("GET", LINKS): Reply(200, {"value": [link("ASR-Protect-i", item("one"))]}),
            ("GET", item("one")): Reply(403, {"error": {"code": "AuthorizationFailed", "message": "No."}}),
        }
    ) as wire:
        within(wire.url, work)
