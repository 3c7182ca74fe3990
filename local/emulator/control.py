"""The control plane: `/_emulator/...`, for tests and for people, never part of Azure.

The paths and field names are a contract; see docs/emulator.md.
"""

from collections.abc import Callable, Mapping
from functools import partial

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.content import object_in
from local.emulator.arm.errors import ArmError
from local.emulator.arm.pace import PaceMode
from local.emulator.arm.response import ArmResponse
from local.emulator.arm.schema import Each, Kind, deserialized_strictly
from local.emulator.arm.wire import JsonObject, timestamp

LONGEST_S = 100 * 365 * 86_400
"""A hundred years: more than anybody waits for, less than the calendar has."""

type Reset = Callable[[JsonObject], None]
type Traffic = Callable[[], JsonObject]


class ControlPlane:
    """Answers the control routes. Every refusal names the field, the value and the fix."""

    def __init__(self, cloud: Cloud, reset: Reset, traffic: Traffic) -> None:
        self._cloud = cloud
        self._reset = reset
        self._traffic = traffic
        self.routes: Mapping[tuple[str, str], Callable[[JsonObject], object]] = {
            ("GET", "/health"): self._health,
            ("POST", "/reset"): self._start_again,
            ("POST", "/pace"): self._set_pace,
            ("GET", "/faults"): lambda _: self._cloud.faults.entries(),
            ("POST", "/faults"): self._set_faults,
            ("GET", "/requests"): lambda _: self._cloud.request_log.entries(),
            ("GET", "/stats"): lambda _: self._cloud.request_log.stats(),
            ("GET", "/events"): lambda _: self._traffic(),
            ("GET", "/clock"): self._time,
            ("POST", "/clock"): self._move_clock,
            ("POST", "/settings"): self._set_settings,
            **{route: partial(answer, self._cloud) for route, answer in cloud.controls.items()},
        }

    def __call__(self, method: str, path: str, content: bytes) -> ArmResponse:
        """Answer one control request."""
        route = self.routes.get((method, path.rstrip("/")))
        if route is None:
            known = ", ".join(f"{verb} /_emulator{route}" for verb, route in self.routes)
            return ArmResponse(status=404, body={"error": f"{method} /_emulator{path}: unknown; there are {known}"})
        try:
            body = object_in({}, content)
            if method == "POST":
                self._cloud.environment.changed()
            return ArmResponse(body=route(body))
        except ArmError as error:
            return ArmResponse(status=400, body={"error": f"body: {error.message}"})
        except ValueError as error:
            return ArmResponse(status=400, body={"error": str(error)})

    def _health(self, _: JsonObject) -> JsonObject:
        return {
            "status": "ok",
            "pace": self._cloud.pace.mode.value,
            "now": timestamp(self._cloud.clock.now()),
            "resources": len(self._cloud.store),
            "subscriptions": list(self._cloud.subscriptions),
        }

    def _start_again(self, body: JsonObject) -> JsonObject:
        wanted = deserialized_strictly(body, {"world": Kind.TEXT, "event_subscriptions": Kind.TEXT})
        kept = wanted.get("event_subscriptions", "keep")
        if kept not in {"keep", "drop"}:
            raise ValueError(f"event_subscriptions: {kept!r}; write 'drop', or leave it out to keep them")
        self._reset(wanted)
        return self._health({})

    def _set_pace(self, body: JsonObject) -> JsonObject:
        modes = [mode.value for mode in PaceMode]
        given = deserialized_strictly(body, {"pace": Kind.TEXT, "durations": Each(Kind.NUMBER)})
        wanted = given.get("pace", self._cloud.pace.mode.value)
        if wanted not in modes:
            raise ValueError(f"pace: {wanted!r} is not one of {', '.join(modes)}")
        durations = {kind: float(seconds or 0) for kind, seconds in given.get("durations", {}).items()}
        for kind, seconds in durations.items():
            if not 0 <= seconds <= LONGEST_S:
                raise ValueError(f"durations.{kind}: {seconds}; write seconds from 0 to {LONGEST_S}")
        for kind in durations.keys() - self._cloud.pace.durations.keys():
            known = ", ".join(sorted(self._cloud.pace.durations))
            raise ValueError(f"durations: {kind!r} is not a known kind of work; there are {known}")
        self._cloud.pace.mode = PaceMode(wanted)
        self._cloud.pace.overrides |= durations
        return {"pace": wanted, "durations": self._cloud.pace.overrides}

    def _set_faults(self, body: JsonObject) -> object:
        if deserialized_strictly({"clear": body.get("clear")}, {"clear": Kind.FLAG}).get("clear"):
            self._cloud.faults.clear()
            return self._cloud.faults.entries()
        fault = self._cloud.faults.add(body)
        return next(entry for entry in self._cloud.faults.entries() if entry["id"] == fault.id)

    def _time(self, _: JsonObject) -> JsonObject:
        return {"now": timestamp(self._cloud.clock.now()), "offset_s": self._cloud.clock.offset_s}

    def _move_clock(self, body: JsonObject) -> JsonObject:
        seconds = deserialized_strictly(body, {"advance_s": Kind.NUMBER}).get("advance_s", 0)
        if not 0 <= seconds <= LONGEST_S:
            raise ValueError(f"advance_s: {seconds}; the clock only moves forward; write seconds from 0 to {LONGEST_S}")
        self._cloud.clock.advance(seconds)
        self._cloud.timeline.run_due()
        self._cloud.timeline.wake()
        return self._health({})

    def _set_settings(self, body: JsonObject) -> JsonObject:
        environment = self._cloud.environment
        for name in body.keys() - environment.switches.keys():
            raise ValueError(f"{name}: unknown switch; there are {', '.join(sorted(environment.switches))}")
        for name, value in body.items():
            if value not in environment.switches[name]:
                raise ValueError(f"{name}: {value!r} is not one of {', '.join(environment.switches[name])}")
        environment.chosen |= body
        return dict(environment.chosen)
