"""What Azure said, as a reason: its own code, a sentence about the case, and what to do."""

import re
from dataclasses import dataclass

from asr.gateway.error_body import AzureSaid
from asr.model.outcome import Reason


@dataclass(frozen=True, slots=True)
class _Known:
    """An error of Azure that we can say more about. `finds` names, in its message, what the texts refer to."""

    finds: re.Pattern[str] | None
    sentence: str
    fix: str


_KNOWN = {
    "AuthorizationFailed": _Known(
        re.compile(r"perform action '(?P<action>[^']+)' over scope '(?P<scope>[^']+)'"),
        "The app's identity may not perform {action} on {scope}.",
        "Assign the app's managed identity a role with {action} on {scope}, then start the run again.",
    ),
    "LinkedAuthorizationFailed": _Known(
        re.compile(
            r"permission to perform action\(?s?\)? '(?P<action>[^']+)' on the linked scope\(s\) '(?P<scope>[^']+)'"
        ),
        "The app's identity may not perform {action} on {scope}, which the request refers to.",
        "Assign the app's managed identity a role with {action} on {scope}, then start the run again.",
    ),
    "RequestDisallowedByPolicy": _Known(
        re.compile(r"Resource '(?P<resource>[^']+)' was disallowed by policy"),
        "An Azure Policy does not allow {resource}.",
        "Exempt the recovery resources from the policy that Azure's message names, or choose a target it allows.",
    ),
    "ScopeLocked": _Known(
        re.compile(r"scope\(s\) are locked: '(?P<scope>[^']+)'"),
        "A lock on {scope} stops the change.",
        "Remove the lock on {scope}, start the run again, and set the lock again afterwards.",
    ),
    "MissingSubscriptionRegistration": _Known(
        re.compile(r"not registered to use namespace '(?P<namespace>[^']+)'"),
        "The subscription is not registered to use {namespace}.",
        "Register the resource provider: az provider register --namespace {namespace}",
    ),
    "CredentialUnavailable": _Known(
        None,
        "The app has no identity to sign in to Azure with.",
        "Enable the function app's managed identity (or sign in with the Azure CLI on a developer's machine).",
    ),
}
"""Azure's code to what we say about it. Any other code keeps Azure's message and recommended action as they are."""

_ANY_FIX = "See Azure's message; mend what it names, then start the run again."


def reason_for(said: AzureSaid) -> Reason:
    """The reason behind an error of Azure, under Azure's own code."""
    azure = {
        "code": said.code,
        "message": said.message,
        "possibleCauses": said.possible_causes,
        "recommendedAction": said.recommended_action,
        "correlationId": said.correlation_id,
    }
    sentence, fix = _texts(said)
    return Reason(said.code, sentence, fix, {name: value for name, value in azure.items() if value})


def _texts(said: AzureSaid) -> tuple[str, str]:
    plain = said.message or f"Azure answered {said.code}.", said.recommended_action or _ANY_FIX
    known = _KNOWN.get(said.code)
    if known is None:
        return plain
    if known.finds is None:
        return known.sentence, known.fix
    found = known.finds.search(said.message)
    if found is None:
        return plain[0], known.fix if "{" not in known.fix else plain[1]
    names = found.groupdict()
    return known.sentence.format(**names), known.fix.format(**names)
