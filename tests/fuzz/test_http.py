"""What the app's own description allows to be sent, and what not, is answered as described; never with a 500."""

import json
from typing import Any

import httpx
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.core.result import Ok

from tests.e2e.stack import Stack, stack
from tests.fuzz.effort import effort
from tests.fuzz.event_bodies import events

SLOW = frozenset({("POST", "/api/sweeps")})
"""What starts work each time: asked for by stories, not a hundred times."""


def test_every_request_of_the_description_is_answered() -> None:
    """Valid ones and broken ones, of every operation; none of them may change anything in Azure."""
    with stack(ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as up:
        document = up.http.get(f"{up.host}/api/openapi.json", headers={"x-functions-key": up.key}).json()
        schema = schemathesis.openapi.from_dict(document)
        operations = [one.ok() for one in schema.get_all_operations() if isinstance(one, Ok)]
        assert len(operations) > 10

        @effort(45)
        @given(st.data())
        def ask(data: st.DataObject) -> None:
            operation = data.draw(st.sampled_from(operations))
            if (operation.method.upper(), operation.path) in SLOW:
                return
            mode = data.draw(st.sampled_from(list(GenerationMode)))
            answered(up, data.draw(operation.as_strategy(generation_mode=mode)))

        ask()
        assert up.writes() == []


def test_every_event_is_taken() -> None:
    """Whatever it holds: one that is refused comes again for a day. None is about a VM that asks for anything."""
    with stack(ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as up:

        @effort(50)
        @given(events(up.group("nobodys")))
        def deliver(told: Any) -> None:
            content = json.dumps([told]).encode("utf-8", "surrogatepass")
            answer = up.http.post(
                f"{up.host}/runtime/webhooks/eventgrid",
                params={"functionName": "on_vm_event", "code": up.key},
                content=content,
                headers={"aeg-event-type": "Notification", "content-type": "application/json"},
            )
            assert answer.status_code < 500, (told, answer.text[:500])

        deliver()
        headers = {"x-functions-key": up.key}
        runs = up.http.get(f"{up.host}/runtime/webhooks/durabletask/instances", headers=headers).json()
        assert [one for one in runs if not one["instanceId"].startswith("@")] == []
        assert up.writes() == []


def answered(up: Stack, case: Any) -> None:
    """Send it, with the key, and hold the answer against the description."""
    answer = case.call(base_url=up.host, headers={"x-functions-key": up.key}, timeout=60)
    assert answer.status_code < 500, f"{case.as_curl_command()}\n{answer.text[:500]}"
    request = up.http.build_request(case.method, str(answer.request.url))
    headers = [(name, value) for name, values in answer.headers.items() for value in values]
    up.described(httpx.Response(answer.status_code, headers=headers, content=answer.content, request=request))
