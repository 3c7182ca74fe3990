"""Resource ids: whatever casing and slashes Azure answers with, the same thing stays the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.model.resource_id import ResourceId, group_id, key, parse, resource_id, same, subscription_of

VM = "/subscriptions/S1/resourceGroups/Contoso-App/providers/Microsoft.Compute/virtualMachines/web-0"
SUBNET = f"{group_id('s1', 'net')}/providers/Microsoft.Network/virtualNetworks/contoso-vnet/subnets/web"

names = st.text(st.characters(exclude_characters="/<>%&?#\\.", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@st.composite
def ids(draw: st.DrawFn) -> ResourceId:
    """Any id of a resource inside a group, nested up to three levels deep."""
    levels = draw(st.integers(1, 3))
    parts = st.tuples(*[names] * levels)
    return ResourceId(draw(names), draw(names), draw(names), draw(parts), draw(parts))


def test_a_virtual_machine() -> None:
    """Every part keeps the casing of the text."""
    vm = parse(VM)

    assert (vm.subscription, vm.resource_group, vm.provider) == ("S1", "Contoso-App", "Microsoft.Compute")
    assert (vm.name, vm.type) == ("web-0", "Microsoft.Compute/virtualMachines")
    assert vm.is_type("microsoft.compute/VIRTUALMACHINES")
    assert not vm.is_type("Microsoft.Compute/virtualMachines/extensions")
    assert vm.group_id == vm.parent == "/subscriptions/S1/resourceGroups/Contoso-App"


def test_a_nested_resource() -> None:
    """A subnet's name and parent are the innermost ones."""
    subnet = parse(SUBNET)

    assert subnet.name == "web"
    assert subnet.type == "Microsoft.Network/virtualNetworks/subnets"
    assert subnet.parent == SUBNET.removesuffix("/subnets/web")


def test_an_id_is_built_from_its_group() -> None:
    """The reverse of taking it apart."""
    assert resource_id(group_id("S1", "Contoso-App"), "Microsoft.Compute/virtualMachines", "web-0") == VM


@given(ids())
def test_what_is_written_is_read(one: ResourceId) -> None:
    """Text and parts say the same."""
    assert parse(str(one)) == one


@given(ids())
def test_casing_and_slashes_do_not_count(one: ResourceId) -> None:
    """Site Recovery lower-cases ids, and some services double or add slashes."""
    text = str(one)

    assert same(text, f"/{text.replace('/', '//')}/")
    assert key(text) == key(text.lower())
    assert str(parse(f"/{text}/")) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "web-0",
        "/subscriptions/s1/resourceGroups/g",
        "/subscriptions/s1/providers/Microsoft.Compute/virtualMachines/web-0/a/b",
        f"{VM}/extensions",
        "/tenants/s1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web-0",
    ],
)
def test_what_is_no_id_is_refused_with_the_form(text: str) -> None:
    """The message shows what was given and what was expected."""
    with pytest.raises(ValueError, match="is not a resource id; expected /subscriptions/") as caught:
        parse(text)

    assert repr(text) in str(caught.value)


@pytest.mark.parametrize(
    "name", ["web-0?x=1", "web-0#x", "web%2d0", "web-0 ", " web-0", "..", ".", "web\\0", "web\0", "web-0\n", "x" * 261]
)
def test_a_name_that_would_change_the_url_is_refused(name: str) -> None:
    """An id becomes a URL: what ends a path or leads out of it is part of no name; the message names the part."""
    with pytest.raises(ValueError, match="cannot be part of a resource id") as caught:
        parse(f"{group_id('s1', 'g')}/providers/Microsoft.Compute/virtualMachines/{name}")

    assert repr(name) in str(caught.value)


def test_a_long_text_is_shown_in_part() -> None:
    """Errors travel into answers and histories."""
    with pytest.raises(ValueError, match="is not a resource id") as caught:
        parse("x" * 100_000)

    assert len(str(caught.value)) < 500


def test_nothing_is_the_same_as_nothing() -> None:
    """An absent id never equals another absent id: two VMs without a set are not in one set."""
    assert not same(None, None)
    assert not same(VM, None)
    assert not same(VM, f"{VM}1")


@pytest.mark.parametrize(
    ("text", "subscription"),
    [(VM, parse(VM).subscription.lower()), ("/Subscriptions/S1/resourceGroups/g", "s1"), ("", ""), ("gone/away", "")],
)
def test_the_subscription_is_told_of_whatever_has_one(text: str, subscription: str) -> None:
    """A protected item whose VM is gone may hold no id at all."""
    assert subscription_of(text) == subscription
