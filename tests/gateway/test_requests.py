"""Who asked, in a store of its own."""

import json
from pathlib import Path

import pytest

from asr.errors import Unreadable
from asr.gateway.requests import find_requested, forget_asking, read_request, remember_request
from asr.gateway.session import Azure
from asr.model.request import NamedRequest, RememberedRequest, TagRequest
from asr.planning.naming import vm_key
from tests.gateway.sessions import within

NOWHERE = "http://127.0.0.1:9"
GROUP = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines"
VM = f"{GROUP}/web-0"
TAGGED = TagRequest({"asr-protect": "true"}, "2026-01-02T00:00:00Z")
NAMED = NamedRequest("ann@contoso.com", verified=False, at="2026-01-03T00:00:00Z", request_id="r-1", profile="gold")


def test_who_asked_is_known_to_the_next_process(tmp_path: Path) -> None:
    """Under the VM's id in any casing; until it is forgotten."""

    async def before(azure: Azure) -> None:
        assert await read_request(azure, VM) is None
        assert await find_requested(azure) == frozenset()
        await remember_request(azure, VM, TAGGED)
        assert await remember_request(azure, VM.upper(), NAMED) == RememberedRequest(VM, TAGGED, NAMED)
        both = await remember_request(azure, f"{GROUP}/db-0", TAGGED, NAMED)
        assert both == RememberedRequest(f"{GROUP}/db-0", TAGGED, NAMED)

    async def after(azure: Azure) -> None:
        assert await read_request(azure, VM.upper()) == RememberedRequest(VM, TAGGED, NAMED)
        assert await find_requested(azure) == {vm_key(VM), vm_key(f"{GROUP}/db-0")}
        await forget_asking(azure, VM, before=TAGGED.at, still_tagged=False)
        assert await read_request(azure, VM) == RememberedRequest(VM, None, NAMED)
        for _ in range(2):
            await forget_asking(azure, VM, before="2026-02-01T00:00:00Z", still_tagged=False)
            assert await read_request(azure, VM) is None
        assert await find_requested(azure) == {vm_key(f"{GROUP}/db-0")}

    within(NOWHERE, before, ASR_STORE=str(tmp_path))
    within(NOWHERE, after, ASR_STORE=str(tmp_path))


def test_a_person_reads_who_asked(tmp_path: Path) -> None:
    """The file bears the VM's name, and says it all."""
    within(NOWHERE, lambda azure: remember_request(azure, VM, NAMED), ASR_STORE=str(tmp_path))

    (path,) = (tmp_path / "requests").iterdir()
    assert path.name.startswith("web-0-")
    assert json.loads(path.read_text()) == {
        "vm_id": VM,
        "by_tag": None,
        "left": None,
        "enabled": None,
        "completed": None,
        "by_name": {
            "requested_by": "ann@contoso.com",
            "verified": False,
            "at": "2026-01-03T00:00:00Z",
            "request_id": "r-1",
            "profile": "gold",
            "overrides": {},
            "plan_hash": None,
            "fulfilled": False,
        },
    }


def test_a_record_that_cannot_be_read_is_left_for_a_person(tmp_path: Path) -> None:
    """To take it for nobody's request could end a protection."""
    path = tmp_path / f"requests/{vm_key(VM)}.json"
    path.parent.mkdir()
    path.write_text("{")

    for attempt in (lambda azure: read_request(azure, VM), lambda azure: remember_request(azure, VM, TAGGED)):
        with pytest.raises(Unreadable, match="requests/web-0"):
            within(NOWHERE, attempt, ASR_STORE=str(tmp_path))
    assert path.read_text() == "{"
