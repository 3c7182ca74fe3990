"""What operators ask the host about itself, and make it run."""

import json

import httpx
import pytest

from local.host.server import FunctionsHost
from tests.host.conftest import Operator, until

_PLACES = ["host/status", "host/keys", "host/systemkeys", "host/systemkeys/eventgrid_extension", "functions"]


@pytest.mark.parametrize("place", [*_PLACES, "functions/tick"])
def test_the_master_key_alone_opens_administration(host: FunctionsHost, operator: Operator, place: str) -> None:
    """No key that travels to callers does."""
    url = f"{host.url}/admin/{place}"

    assert operator.http.get(url).status_code == 200
    for key in ("", host.keys.function, host.keys.eventgrid_extension):
        assert httpx.get(url, headers={"x-functions-key": key}).status_code == 401


def test_keys_are_found_where_the_documentation_looks_for_them(host: FunctionsHost, operator: Operator) -> None:
    """Function keys of the host, and the system keys of webhooks; the master key is not told."""
    shown = [operator.http.get(f"/admin/host/{scope}").json() for scope in ("keys", "functionkeys", "systemkeys")]
    one = operator.http.get("/admin/host/systemkeys/eventgrid_extension").json()

    assert shown[0]["keys"] == shown[1]["keys"] == [{"name": "default", "value": host.keys.function}]
    assert {key["name"]: key["value"] for key in shown[2]["keys"]} == host.keys.system
    assert one == {
        "name": "eventgrid_extension",
        "value": host.keys.eventgrid_extension,
        "links": [{"rel": "self", "href": f"{host.url}/admin/host/systemkeys/eventgrid_extension"}],
    }
    assert host.key not in json.dumps(shown)
    assert [operator.http.get(f"/admin/host/{place}").status_code for place in ("nothing", "systemkeys/x")] == [404] * 2


def test_one_function_is_described_as_in_the_list(operator: Operator) -> None:
    """Its name ignores case."""
    listed = {one["name"]: one for one in operator.http.get("/admin/functions").json()}

    assert operator.http.get("/admin/functions/TICK").json() == listed["tick"]
    assert operator.http.get("/admin/functions/nobody").status_code == 404


def test_a_timer_runs_by_hand(operator: Operator) -> None:
    """Without waiting for the first of January; the body is what the documentation sends."""
    before = len(operator.recorded("ticks"))

    assert operator.http.post("/admin/functions/tick", json={"input": "test"}).status_code == 202
    assert until(lambda: operator.recorded("ticks")[before:])


def test_an_event_function_runs_by_hand(operator: Operator, key: str) -> None:
    """The event is the input, as an object or as text; one that fails is a line in the log."""
    event = {"id": key, "subject": "s", "eventType": "By.Hand", "dataVersion": "1", "data": {}}
    for given in (event, json.dumps(event), event | {"eventType": "Refuse"}):
        assert operator.http.post("/admin/functions/on_event", json={"input": given}).status_code == 202

    until(lambda: sum(key in line for line in operator.recorded("events")) == 2)


def test_what_cannot_be_run_by_hand_is_said(host: FunctionsHost, operator: Operator) -> None:
    """No key, no such function, no input, an input of the wrong kind, a trigger that has none."""
    url = f"{host.url}/admin/functions"

    assert httpx.post(f"{url}/tick", json={}).status_code == 401
    assert operator.http.post(f"{url}/nobody", json={}).status_code == 404
    assert operator.http.post(f"{url}/tick").status_code == 400
    assert operator.http.post(f"{url}/on_event", json={"input": "test"}).status_code == 400
    assert "orchestrationTrigger" in operator.http.post(f"{url}/greet_all", json={"input": "test"}).text
