"""What Azure said, as a reason under its own code."""

import re

from asr.gateway.error_body import AzureSaid
from asr.model.outcome import Reason
from asr.reasons import of_azure, reason

LOCKED = "ScopeLocked"
"""Azure's code for what a lock forbids: to try it again is of no use."""

_FACTS = {
    "AuthorizationFailed": r"perform action '(?P<action>[^']+)' over scope '(?P<scope>[^']+)'",
    "LinkedAuthorizationFailed": (
        r"permission to perform action\(?s?\)? '(?P<action>[^']+)' on the linked scope\(s\) '(?P<scope>[^']+)'"
    ),
    "RequestDisallowedByPolicy": r"Resource '(?P<resource>[^']+)' was disallowed by policy",
    LOCKED: r"scope\(s\) are locked: '(?P<scope>[^']+)'",
    "MissingSubscriptionRegistration": r"not registered to use namespace '(?P<namespace>[^']+)'",
    "AuthorizationPermissionMismatch": r"",
    "CredentialUnavailable": r"",
    "150144": r"",
    "151141": r"",
    "151273": r"",
}
"""Azure's codes that we have words of our own for, and where in its message the facts stand that our words tell."""


def reason_for(said: AzureSaid) -> Reason:
    """The reason behind an error of Azure, with the facts for words of ours where they say more than Azure's."""
    words = {
        "message": said.message,
        "possibleCauses": said.possible_causes,
        "recommendedAction": said.recommended_action,
        "correlationId": said.correlation_id,
    }
    told = of_azure(said.code, words)
    pattern = _FACTS.get(said.code)
    found = re.search(pattern, said.message) if pattern is not None else None
    return reason(said.code, azure=told.azure, **found.groupdict()) if found else told
