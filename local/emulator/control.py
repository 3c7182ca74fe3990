"""The control plane: `/_emulator/...`, for tests and for people, never part of Azure.

The paths and field names are a contract; see docs/emulator.md.
"""

import json
from collections.abc import Callable, Mapping
from functools import partial

from local.emulator.arm.cloud import Cloud
from local.emulator.arm.exchange import ArmResponse
from local.emulator.arm.pace import PaceMode
from local.emulator.arm.wire import JsonObject, timestamp

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
            ("POST", "/clock"): self._move_clock,
            ("POST", "/settings"): self._set_settings,
            **{
                route: partial(answer, self._cloud)
                for provider in cloud.providers
                for route, answer in provider.controls.items()
            },
        }

    def __call__(self, method: str, path: str, content: bytes) -> ArmResponse:
        """Answer one control request."""
        route = self.routes.get((method, path.rstrip("/")))
        if route is None:
            known = ", ".join(f"{verb} /_emulator{route}" for verb, route in self.routes)
            return ArmResponse(status=404, body={"error": f"{method} /_emulator{path}: unknown; there are {known}"})
        try:
            body = json.loads(content or b"{}")
            if not isinstance(body, dict):
                raise TypeError("body: not a JSON object")
            if method == "POST":
                self._cloud.changed()
            return ArmResponse(body=route(body))
        except (ValueError, TypeError) as error:
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
        self._reset(body)
        return self._health({})

    def _set_pace(self, body: JsonObject) -> JsonObject:
        modes = [mode.value for mode in PaceMode]
        wanted = body.get("pace", self._cloud.pace.mode.value)
        if wanted not in modes:
            raise ValueError(f"pace: {wanted!r} is not one of {', '.join(modes)}")
        durations = {kind: float(seconds) for kind, seconds in body.get("durations", {}).items()}
        for kind in durations.keys() - self._cloud.pace.durations.keys():
            known = ", ".join(sorted(self._cloud.pace.durations))
            raise ValueError(f"durations: {kind!r} is not a known kind of work; there are {known}")
        self._cloud.pace.mode = PaceMode(wanted)
        self._cloud.pace.overrides |= durations
        return {"pace": wanted, "durations": self._cloud.pace.overrides}

    def _set_faults(self, body: JsonObject) -> object:
        if body.get("clear"):
            self._cloud.faults.clear()
            return self._cloud.faults.entries()
        fault = self._cloud.faults.add(body)
        return next(entry for entry in self._cloud.faults.entries() if entry["id"] == fault.id)

    def _move_clock(self, body: JsonObject) -> JsonObject:
        self._cloud.clock.advance(float(body.get("advance_s", 0)))
        self._cloud.timeline.run_due()
        self._cloud.timeline.wake()
        return self._health({})

    def _set_settings(self, body: JsonObject) -> JsonObject:
        for name in body.keys() - self._cloud.known_settings.keys():
            raise ValueError(f"{name}: unknown switch; there are {', '.join(sorted(self._cloud.known_settings))}")
        for name, value in body.items():
            if value not in self._cloud.known_settings[name]:
                raise ValueError(f"{name}: {value!r} is not one of {', '.join(self._cloud.known_settings[name])}")
        self._cloud.settings |= body
        return dict(self._cloud.settings)
