"""A signed URL of an operation lies in the store, and the history of its run does not show it."""

import json
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from activities.operation import begun
from activities.poll_operation import poll_operation
from asr.codec import encode_compact
from asr.gateway.resources import put, put_group
from asr.gateway.session import Azure, connect
from asr.model.step import Ended, Operation
from asr.services.operations import is_signed, keep_operation, whole_operation
from asr.services.run_plans import delete_run_plans
from local.emulator.server import Emulator
from tests.gateway.sessions import within

URL = "https://management.azure.com/subscriptions/s/operations/1"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", False),
        ("?api-version=2024-07-01", False),
        ("?monitor=true&api-version=2024-07-01", False),
        ("?api-version=2024-07-01&t=1&c=X&s=Y&h=Z", True),
        ("?API-VERSION=1&sig=", True),
    ],
)
def test_what_is_signed(query: str, expected: bool) -> None:
    """Whatever is not known to be no secret counts as one."""
    assert is_signed(URL + query) == expected


def test_a_signed_url_lies_in_the_store() -> None:
    """Under the run, with which it goes; the job that it tells of is known all the same."""
    operation = Operation(f"{URL}/replicationOperationStatus/j?api-version=1&s=SECRET", "status", 1.0)

    async def work(azure: Azure) -> None:
        kept = await keep_operation(azure, "run-1", operation)
        assert "SECRET" not in json.dumps(encode_compact(kept))
        assert kept.job == operation.job
        assert await whole_operation(azure, kept) == operation
        await delete_run_plans(azure, "run-1")
        assert await whole_operation(azure, kept) is None
        plain = replace(operation, url=URL)
        assert await keep_operation(azure, "run-1", plain) == plain

    within("http://127.0.0.1:9", work)


def test_an_operation_is_polled_as_azure_gave_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the activities: what crosses the durable boundary has no signature, the request has it."""
    with Emulator(pace="instant") as emulator:
        settings = httpx.post(f"{emulator.url}/_emulator/settings", json={"operation_urls": "signed"})
        settings.raise_for_status()
        group = f"/subscriptions/{emulator.subscription}/resourceGroups/g"
        vault = f"{group}/providers/Microsoft.RecoveryServices/vaults/vault"
        environment = {"ASR_SUBSCRIPTIONS": emulator.subscription, "ASR_ARM_ENDPOINT": emulator.url}
        environment |= {"ASR_STORE": str(tmp_path), "IDENTITY_ENDPOINT": f"{emulator.url}/msi/token"}
        for name, value in (environment | {"IDENTITY_HEADER": "x"}).items():
            monkeypatch.setenv(name, value)

        async def work(_: Azure) -> None:
            async with await connect() as azure:
                await put_group(azure, group, "eastasia")
                operation = await put(azure, vault, {"location": "eastasia", "sku": {"name": "RS0"}, "properties": {}})
                assert operation is not None
                wait = encode_compact(await begun(azure, "run-1", operation))
                assert "&s=" not in json.dumps(wait)
                assert await poll_operation(wait["operation"]) == Ended()
                await delete_run_plans(azure, "run-1")
                lost = await poll_operation(wait["operation"])
                assert lost == Ended(is_lost=True), "its step finds out what came of it"

        within(emulator.url, work)
        log = httpx.get(f"{emulator.url}/_emulator/requests").json()
    polls = [one for one in log if "operation" in one["path"].lower()]
    assert len(polls) == 1
    assert "&s=" in polls[0]["query"]
