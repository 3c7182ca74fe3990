"""Whatever is sent, the answer is one that the description knows: never a 500, always short, always soon."""

import json
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.e2e.stack import Stack, stack

TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", " ", "..", "%00", "\x00", "db-0", "web-0/../db-0", "a" * 5000, "true", "null", "-1", "1e999", "ÿ", "@x@y"]
    ),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXTS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
CHOICES = st.sampled_from(["recoveryRegion", "vault", "exclude-disks", "multiVmSync", "recovery-disk-sku", "asr-x", ""])
FIELDS = [
    *("vmIds", "names", "resourceGroup", "scope", "profile", "overrides", "wait", "planHash", "requestId"),
    *("requestedBy", "replace", "confirm", "operation"),
]
BODIES = st.one_of(
    VALUES,
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=4),
    st.fixed_dictionaries({"names": st.just(["db-0"]), "overrides": st.dictionaries(CHOICES, VALUES, max_size=3)}),
    st.fixed_dictionaries({"names": st.lists(TEXTS, min_size=1, max_size=3), "scope": VALUES}),
)
RAW = [b"", b"{", b"[" * 100_000, b'{"a":' * 50_000, b"\xff\xfe", b"NaN", b'{"names": ["\\ud800"]}', b" " * 300_000]
QUERIES = {
    "protections": ["vmId", "name", "resourceGroup", "state", "region", "top", "continuation", "x"],
    "protections/history": ["vmId", "name", "resourceGroup", "limit"],
    "targets": ["vmId", "name", "kind"],
    "protectable": ["subscription", "resourceGroup", "location", "top", "continuation"],
}


def check(up: Stack, answer: httpx.Response, sent: object) -> None:
    """A problem of the caller's, or an answer; as described."""
    up.described(answer)
    assert answer.status_code < 500, (sent, answer.text[:500])
    assert answer.status_code < 400 or len(answer.content) < 4000, (sent, len(answer.content))


def test_no_request_is_a_defect() -> None:
    """Bodies, queries and run ids, from the merely odd to the hostile. Nothing in them is meant to start anything."""
    with stack(ASR_SWEEP_SCHEDULE="0 0 0 1 1 *") as up:
        headers = {"x-functions-key": up.key, "content-type": "application/json"}

        def post(path: str, content: bytes) -> None:
            check(up, up.http.post(f"{up.host}/api/{path}", content=content, headers=headers), content[:300])

        for raw in RAW:
            post("plans", raw)
            post("protections", raw)

        @settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(BODIES)
        def bodies(body: Any) -> None:
            content = json.dumps(body).encode("utf-8", "surrogatepass")
            post("plans", content)
            if not isinstance(body, dict) or body.get("names") != ["db-0"]:
                post("protections", content)

        @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(st.data())
        def queries(data: st.DataObject) -> None:
            path = data.draw(st.sampled_from(sorted(QUERIES)))
            query = data.draw(st.dictionaries(st.sampled_from(QUERIES[path]), TEXTS, max_size=3))
            answer = up.http.get(f"{up.host}/api/{path}", params=query, headers=headers)
            check(up, answer, (path, query))

        @settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
        @given(TEXTS.filter(lambda text: text.strip("./ ")))
        def runs(run: str) -> None:
            check(up, up.http.get(f"{up.host}/api/runs/{quote(run[:1000], safe='')}", headers=headers), run)

        bodies()
        queries()
        runs()
        assert up.writes() == []
