"""Whether what exists can serve."""

from dataclasses import replace
from typing import Any

import pytest

from asr.model.specs import AvailabilitySetSpec, GroupSpec, NetworkSpec, StorageSpec
from asr.model.vault_facts import Account
from asr.model.vm_facts import AvailabilitySet, VirtualNetwork
from asr.planning.suitability import (
    account_drift,
    account_problems,
    availability_set_problem,
    group_problem,
    network_problem,
)

ID = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acc"
GROUP = GroupSpec("/subscriptions/s/resourceGroups/g", "eastasia")
CACHE = StorageSpec(ID, "eastasia", "StorageV2", "Standard_LRS", "cache", GROUP)
CHURN = replace(CACHE, kind="BlockBlobStorage", sku="Premium_LRS")
TARGET = replace(CACHE, purpose="target")
SOUND = Account(ID, "eastasia", "StorageV2", "Standard_LRS", "Succeeded", "TLS1_2", False, True)


@pytest.mark.parametrize(
    ("changes", "wanted", "codes"),
    [
        ({}, CACHE, []),
        ({"location": "East Asia"}, CACHE, []),
        ({"location": "westeurope"}, CACHE, ["StorageAccountInWrongRegion"]),
        ({"kind": "Storage"}, CACHE, []),
        ({"sku": "Standard_GRS"}, CACHE, []),
        ({"kind": "BlobStorage"}, CACHE, ["StorageAccountUnsuitable"]),
        ({"kind": "BlockBlobStorage", "sku": "Premium_LRS"}, CACHE, ["StorageAccountUnsuitable"]),
        ({"kind": "BlockBlobStorage", "sku": "Premium_LRS"}, CHURN, []),
        ({"sku": "Premium_LRS"}, CHURN, ["StorageAccountUnsuitable"]),
        ({}, CHURN, ["StorageAccountUnsuitable"]),
        ({"soft_delete": True}, CACHE, ["CacheAccountSoftDelete"]),
        ({"soft_delete": False}, CACHE, []),
        ({"keys_allowed": False}, CACHE, ["CacheAccountKeysDisallowed"]),
        ({"soft_delete": True, "keys_allowed": False, "kind": "BlobStorage"}, TARGET, []),
        ({"sku": "Premium_LRS"}, TARGET, ["StorageAccountUnsuitable"]),
        (
            {"location": "x", "soft_delete": True, "keys_allowed": False},
            CACHE,
            ["StorageAccountInWrongRegion", "CacheAccountSoftDelete", "CacheAccountKeysDisallowed"],
        ),
    ],
)
def test_an_account_serves_or_every_reason_is_told(
    changes: dict[str, Any], wanted: StorageSpec, codes: list[str]
) -> None:
    """Region and tier for all; kind, soft delete and keys for a cache."""
    assert [problem.code for problem in account_problems(replace(SOUND, **changes), wanted)] == codes


@pytest.mark.parametrize(
    ("changes", "drift"),
    [
        ({}, {}),
        ({"minimum_tls": "TLS1_0"}, {"minimumTlsVersion": "TLS1_2"}),
        (
            {"public_blobs": True, "https_only": False},
            {"allowBlobPublicAccess": False, "supportsHttpsTrafficOnly": True},
        ),
        ({"minimum_tls": None, "public_blobs": None, "https_only": None}, {}),
    ],
)
def test_an_account_of_our_own_is_put_right(changes: dict[str, Any], drift: dict[str, object]) -> None:
    """What was not read is not touched, and a named account never."""
    account = replace(SOUND, **changes)

    assert account_drift(account, CACHE) == drift
    assert account_drift(account, replace(CACHE, exists=True)) == {}


@pytest.mark.parametrize(
    ("location", "fits"), [("Southeast Asia", True), ("southeastasia", True), ("westeurope", False)]
)
def test_a_network_or_set_of_the_wanted_name_may_be_elsewhere(location: str, fits: bool) -> None:
    """Two recovery regions of one source group meet in one name."""
    network = network_problem(VirtualNetwork("/n", location, (), ()), NetworkSpec("/s", "/n", "southeastasia", (), ()))
    set_ = availability_set_problem(
        AvailabilitySet("/a", location, 2, 5, "Aligned"), AvailabilitySetSpec("/a", "southeastasia", 2, 5, "Aligned")
    )

    assert ((network is None), (set_ is None)) == (fits, fits)
    assert {problem.code for problem in (network, set_) if problem} == (set() if fits else {"TargetInWrongRegion"})


@pytest.mark.parametrize(
    ("present", "wanted", "fits"),
    [
        (None, None, True),
        ("/NEAR", "/near", True),
        ("/near", None, False),
        (None, "/near", False),
        ("/far", "/near", False),
    ],
)
def test_a_set_has_to_be_in_the_placement_group_of_its_vms(present: str | None, wanted: str | None, fits: bool) -> None:
    """Azure refuses the failed-over VM otherwise, when nobody can do anything about it."""
    problem = availability_set_problem(
        AvailabilitySet("/a", "southeastasia", 2, 5, "Aligned", present),
        AvailabilitySetSpec("/a", "southeastasia", 2, 5, "Aligned", placement_group_id=wanted),
    )

    assert (problem.code if problem else None) == (None if fits else "PlacementGroupsDisagree")


def test_a_recovery_group_may_be_anywhere_but_at_the_source() -> None:
    """It would be lost together with the VMs."""
    assert group_problem("/g", "westeurope", "eastasia") is None
    problem = group_problem("/g", "East Asia", "eastasia")
    assert problem is not None
    assert problem.code == "TargetInWrongRegion"
