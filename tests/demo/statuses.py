"""Answers of the app's status route, as the app gives them while a machine is on its way."""

from typing import Any

type Json = dict[str, Any]

FRESH: Json = {"lastOutcome": None, "protectedItem": None, "activeRun": None}


def running(step: str, *ensuring: str) -> Json:
    """A run is under way and nothing is known of the past."""
    custom = {"step": step, "ensuring": list(ensuring)} if ensuring else {"step": step}
    return {**FRESH, "activeRun": {"run": "web-0-1", "status": "RUNNING", "customStatus": custom}}


def replicating(percent: float | None) -> Json:
    """The enabling run is over and initial replication goes on."""
    item = {
        "state": "InitialReplicationInProgress",
        "stateDescription": "Initial replication is in progress",
        "percent": percent,
    }
    return {**FRESH, "lastOutcome": {"state": "enabling", "sentence": "Enabled.", "reasons": []}, "protectedItem": item}


def protected(state: str = "protected") -> Json:
    """The completing run is over."""
    item = {"state": "Protected", "stateDescription": "Protected", "percent": None}
    return {**FRESH, "lastOutcome": {"state": state, "sentence": "Protected.", "reasons": []}, "protectedItem": item}


def ended_badly(state: str, code: str = "AzureVmIsNotInDesiredPowerState") -> Json:
    """The run ended in a refusal or a failure."""
    reason = {"code": code, "sentence": "The machine is not running.", "fix": "Start it.", "azure": None}
    return {**FRESH, "lastOutcome": {"state": state, "sentence": "Refused.", "reasons": [reason], "itemId": None}}
