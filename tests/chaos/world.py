"""The running world of a plan: an emulated Azure, copies of the app in it, and everything that may happen to them."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from os import environ
from pathlib import Path
from random import Random
from typing import Any

import httpx

from local.stack import part
from tests.chaos.apps import App
from tests.chaos.plan import FOREIGN
from tests.chaos.stories import TAG, TEST_NETWORK, Story, write
from tests.chaos.thief import Thief, thief
from tests.e2e.stack import cloud_event, event

type Json = dict[str, Any]

OPERATOR = {"Authorization": "Bearer operator", "User-Agent": "operator"}
_TAGS_API, _VM_API = "2021-04-01", "2024-07-01"
HABITS = {"site_recovery.cancel_failover": "allowed"}
"""What Azure is like in every story, without trouble, too."""

_CHECK_NAME = "/providers/Microsoft.Storage/checkNameAvailability"
MOST_AT_ONCE = 260
"""Requests that are enough to empty any bucket of ARM's for one principal."""
_SILENCE_SECONDS = 0.25
_ASLEEP_SECONDS = 1.2
"""An app that has sent nothing for so long, while runs are under way, waits for a time to come."""
_LONGEST_PAUSE = 610.0
"""Seconds: what an answer of Azure's can make a run wait at most, and a little more."""
_SIZES = ("Standard_D2s_v5",)


class World:
    """What the actions of a plan are methods of.

    Attributes:
        answers: texts that the apps answered to people, for those who look for secrets in them.
        defects: what was wrong at the time, in a sentence each.
    """

    def __init__(self, arm: str, story: Story, apps: list[App], stranger: Thief, seed: int) -> None:
        self.arm = arm
        self.story = story
        self.apps = apps
        self.stranger = stranger
        self.answers: list[str] = []
        self.defects: list[str] = []
        self.http = httpx.Client(base_url=arm, headers=OPERATOR, timeout=120)
        self._rng = Random(f"events {seed}")
        self._bag: list[Json] = []
        self._events = 0
        self.troubled = False

    # -- Azure, as an operator ------------------------------------------------------------------------------------

    def ask(self, method: str, path: str, api: str, body: object = None) -> httpx.Response:
        """Any call to ARM."""
        return self.http.request(method, path, params={"api-version": api}, json=body).raise_for_status()

    def control(self, route: str, body: object) -> Json:
        """A call to one of the emulator's control routes."""
        answer: Json = self.http.post(f"/_emulator/{route}", json=body).raise_for_status().json()
        return answer

    def requests(self) -> list[Json]:
        """What the apps have asked Azure for."""
        logged: list[Json] = self.http.get("/_emulator/requests").json()
        return [one for one in logged if "operator" not in (one["client"] or "")]

    def settle(self, after: int = 0) -> None:
        """Wait until the apps have sent so many further requests or have fallen silent."""
        first = last = self._total()
        since = time.monotonic()
        while last - first < after and time.monotonic() - since < _SILENCE_SECONDS:
            time.sleep(0.05)
            if (now := self._total()) != last:
                last, since = now, time.monotonic()

    def _total(self) -> int:
        return int(self.http.get("/_emulator/stats").json()["total"])

    # -- what happens ---------------------------------------------------------------------------------------------

    def tag(self, vm: str, value: str, events: int) -> None:
        """Somebody writes the tag; `events` events of it will be delivered, some time."""
        body = {"operation": "Merge", "properties": {"tags": {TAG: value}}}
        self.ask("PATCH", f"{self.story.vm_id(vm)}/providers/Microsoft.Resources/tags/default", _TAGS_API, body)
        self.event(vm, events, "Microsoft.Resources/tags/write")

    def event(self, vm: str, copies: int, operation: str = "Microsoft.Compute/virtualMachines/write") -> None:
        """An event will be delivered so often; those that wait arrive in any order, and not all of them yet."""
        self._events += 1
        told = event(self.story.vm_id(vm), operation, self._events)
        self._bag += [told if self._rng.random() < 0.7 else cloud_event(told)] * copies
        self._rng.shuffle(self._bag)
        self._deliver(self._rng.randint(0, len(self._bag)))

    def flush(self) -> None:
        """Every event that waits arrives."""
        self._deliver(len(self._bag))

    def _deliver(self, count: int) -> None:
        for _ in range(count):
            one = self._bag.pop()
            for app in self.apps:
                with suppress(httpx.TransportError):  # it is lost, then
                    app.deliver(one)

    def command(self, vm: str, request_id: str) -> None:
        """Somebody asks the first copy for the VM's protection by name; the same `request_id` is the same request."""
        body = {"vmIds": [self.story.vm_id(vm)], "requestId": request_id}
        answer = self.apps[0].api("POST", "protections", body)
        self._heard(answer)
        for _ in range(6):
            if answer.status_code < 500:
                break
            time.sleep(0.3)  # Azure refuses to be read, so nothing was started; people try again
            answer = self.apps[0].api("POST", "protections", body)
            self._heard(answer)

    def failover(self, vm: str, kind: str = "", step: str = "") -> httpx.Response:
        """Somebody fails a machine over, or goes a step further with it."""
        body: Json = {"vmIds": [self.story.vm_id(vm)]}
        if kind:
            body |= {"kind": kind, **({"testNetworkId": TEST_NETWORK} if kind == "test" else {"confirm": vm})}
        elif step != "cleanup":
            body |= {"confirm": vm}
        return self._said("POST", f"failovers/{step}" if step else "failovers", body)

    def drill(self, vm: str) -> httpx.Response:
        """Somebody wants to know whether a machine can be failed over."""
        return self._said("POST", "drills", {"vmIds": [self.story.vm_id(vm)], "testNetworkId": TEST_NETWORK})

    def end(self, vm: str) -> httpx.Response:
        """Somebody ends a protection by name."""
        return self._said("DELETE", "protections", vmId=self.story.vm_id(vm), untag="true")

    def _said(self, method: str, path: str, body: object = None, **query: str) -> httpx.Response:
        """A command to the first copy. Where Azure cannot be read nothing is started, and people try again."""
        for _ in range(4):
            answer = self.apps[0].api(method, path, body, **query)
            self._heard(answer)
            if answer.status_code < 500:
                break
            time.sleep(0.3)
        return answer

    def delete(self, vm: str) -> None:
        """Somebody deletes a machine, and an event tells of it, maybe."""
        if self.http.delete(self.story.vm_id(vm), params={"api-version": _VM_API}).status_code < 300:
            self.event(vm, 1, "Microsoft.Compute/virtualMachines/delete")

    def neighbour(self, method: str) -> None:
        """Another program under the app's identity uses up what Azure gives that identity at once."""
        settings = self.apps[0].settings
        query = {"resource": "https://management.azure.com/", "api-version": "2019-08-01"}
        header = {"X-IDENTITY-HEADER": settings["IDENTITY_HEADER"]}
        told = self.http.get(settings["IDENTITY_ENDPOINT"], params=query, headers=header)
        if told.status_code != 200:
            return  # the identity endpoint has trouble of its own
        headers = {"Authorization": f"Bearer {told.json()['access_token']}", "User-Agent": "operator's other program"}
        path = f"/subscriptions/{self.story.subscription}" + ("/resourcegroups" if method == "GET" else _CHECK_NAME)
        for _ in range(MOST_AT_ONCE):
            with suppress(httpx.TransportError):
                answer = self.http.request(method, path, params={"api-version": _TAGS_API}, headers=headers)
                if answer.status_code == 429:
                    break

    def power(self, vm: str, state: str) -> None:
        """Somebody stops or starts a machine."""
        self.ask("POST", f"{self.story.vm_id(vm)}/{state}", _VM_API)

    def capacity(self, has_sizes: bool) -> None:
        """Azure has no machines of that size in the regions of recovery, for a while."""
        without = [] if has_sizes else list(_SIZES)
        self.control("compute/capacity", {"southeastasia": {"without": without}})

    def switch(self, switches: Json) -> None:
        """Azure has another of its habits."""
        self.control("settings", switches)

    def faults(self, faults: list[Json]) -> None:
        """Requests meet trouble."""
        for one in faults:
            body = json.loads(json.dumps(one).replace(FOREIGN, self.stranger.url))
            del body["about"]
            self.control("faults", body)

    def troubles(self, troubles: list[Json]) -> None:
        """Jobs of Site Recovery meet trouble."""
        self.control("site-recovery/troubles", {"troubles": troubles})

    def kill_worker(self, copy: int) -> None:
        """The app's process dies."""
        self.apps[copy].kill_worker()

    def kill_host(self, copy: int) -> None:
        """The host dies, and its task hub with it; a sweep builds the same state anew."""
        self.apps[copy].kill()
        self.sweep(copy)

    def sweep(self, copy: int) -> None:
        """Somebody asks for a sweep, and does not wait for it."""
        self._heard(self.apps[copy].api("POST", "sweeps"))

    def clock(self, seconds: float) -> None:
        """Time passes."""
        self.control("clock", {"advance_s": seconds})

    def look(self, copy: int, vm: str) -> None:
        """Somebody looks at everything there is to be seen."""
        app, id_ = self.apps[copy], self.story.vm_id(vm)
        for path, query in (
            ("protections", {"vmId": id_}),
            ("protections", {}),
            ("protections/history", {"vmId": id_}),
            ("protectable", {}),
            ("drills", {}),
            ("summary", {}),
            ("health", {}),
        ):
            self._heard(app.api("GET", path, **query))
        self._heard(app.api("POST", "plans", {"vmIds": [id_]}))
        self._heard(app.api("POST", "plans", {"vmIds": [id_], "operation": "unprotect"}))

    def _heard(self, answer: httpx.Response) -> None:
        self.answers.append(answer.text)
        if answer.status_code == 500 and answer.content:  # without a word: the host says so of a worker that was killed
            self.defects.append(f"{answer.request.method} {answer.request.url.path} answered 500: {answer.text[:300]}")

    def stored(self) -> list[Path]:
        """Every file of the apps' stores."""
        return [file for app in self.apps for file in Path(app.settings["ASR_STORE"]).rglob("*") if file.is_file()]

    # -- afterwards -----------------------------------------------------------------------------------------------

    def running(self) -> list[Json]:
        """The orchestrations that have not ended, of all copies."""
        return [
            one | {"app": number}
            for number, app in enumerate(self.apps)
            for one in app.instances()
            if one["runtimeStatus"] not in ("Completed", "Failed", "Terminated")
        ]

    def rest(self, seconds: float) -> list[Json]:
        """Wait until every orchestration has ended; what waits for a later hour gets it. Those left are returned.

        An entity that was told something may start the next one a moment later, so they have to be over three times.
        """
        deadline = time.monotonic() + seconds
        calm, asleep_since, seen = 0, time.monotonic(), -1
        while calm < 3:
            left = self.running()
            calm = 0 if left else calm + 1
            now, total = time.monotonic(), self._total()
            if total != seen:
                asleep_since, seen = now, total
            elif left and now - asleep_since > _ASLEEP_SECONDS:
                self.clock(_LONGEST_PAUSE)
                asleep_since = now
            if now > deadline:
                return left
            time.sleep(0.2)
        return []

    def until(self, condition: Callable[[], Any], seconds: float) -> bool:
        """Wait until the condition holds; whether it did in time."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def calm_down(self) -> None:
        """Faults and troubles stop, every size is to be had, and the events that still wait are lost."""
        self.http.post("/_emulator/faults", json={"clear": True}).raise_for_status()
        self.control("site-recovery/troubles", {"clear": True})
        self.capacity(has_sizes=True)
        self._bag.clear()


@contextmanager
def world(story: Story, copies: int, folder: Path, seed: int = 0, **settings: str) -> Iterator[World]:
    """A running world, with nothing tagged yet. Logs are left in the folder."""
    with ExitStack() as parts:
        stranger = parts.enter_context(thief())
        log = parts.enter_context((folder / "emulator.log").open("ab"))
        options = ("--world", str(write(story, folder)), "--pace", "instant")
        emulator = parts.enter_context(part("emulator", *options, environment=environ, log=log))
        apps = []
        for number in range(copies):
            app = App(emulator.ready, folder, number, settings)
            parts.callback(app.close)
            app.start()
            apps.append(app)
        running = World(emulator.ready["arm"], story, apps, stranger, seed)
        parts.callback(running.http.close)
        running.switch(HABITS)
        yield running
