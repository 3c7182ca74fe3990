"""The states of a vault's jobs, read at once."""

import time
from collections.abc import Iterator

import pytest

from asr.gateway.session import Azure
from asr.gateway.site_recovery import begin_create_fabric
from asr.gateway.site_recovery.jobs import list_job_states
from asr.gateway.targets import put_group, put_vault
from asr.model.resource_id import same
from asr.model.step import JobState
from local.emulator.server import Emulator
from tests.gateway.polling import ended, succeed
from tests.gateway.sessions import within


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    """An Azure without resources."""
    with Emulator("empty") as emulator:
        yield emulator


def test_a_job_has_the_name_of_its_operation_and_only_recent_ones_are_listed(emulator: Emulator) -> None:
    """So a run knows its job in the list, and the list is as long as what somebody waits for."""
    group = f"/subscriptions/{emulator.subscription}/resourceGroups/g"
    vault = f"{group}/providers/Microsoft.RecoveryServices/vaults/vault"

    async def work(azure: Azure) -> None:
        await put_group(azure, group, "southeastasia")
        await succeed(azure, put_vault(azure, vault, "southeastasia"))
        began = time.time()
        operation = await begin_create_fabric(azure, vault, "fabric", "eastasia")
        assert operation is not None
        assert operation.job is not None
        await ended(azure, operation)

        assert same(operation.vault, vault)
        name = operation.job.rpartition("/")[2].lower()
        assert await list_job_states(azure, vault, began) == {name: JobState.SUCCEEDED}
        assert await list_job_states(azure, vault, time.time() + 60) == {}

    within(emulator.url, work)
