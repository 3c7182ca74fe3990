"""What Azure said, as a reason: under its own code, with a sentence about the case and what to do."""

import re

from asr.gateway.error_body import AzureSaid
from asr.model.outcome import Reason
from asr.reasons import reason

_FACTS = {
    "AuthorizationFailed": r"perform action '(?P<action>[^']+)' over scope '(?P<scope>[^']+)'",
    "LinkedAuthorizationFailed": (
        r"permission to perform action\(?s?\)? '(?P<action>[^']+)' on the linked scope\(s\) '(?P<scope>[^']+)'"
    ),
    "RequestDisallowedByPolicy": r"Resource '(?P<resource>[^']+)' was disallowed by policy",
    "ScopeLocked": r"scope\(s\) are locked: '(?P<scope>[^']+)'",
    "MissingSubscriptionRegistration": r"not registered to use namespace '(?P<namespace>[^']+)'",
    "AuthorizationPermissionMismatch": r"",
    "CredentialUnavailable": r"",
}
"""Azure's codes that we have words of our own for, and where in its message the facts stand that our words tell."""

_ANY_FIX = "See Azure's message; mend what it names, then start the run again."


def reason_for(said: AzureSaid) -> Reason:
    """The reason behind an error of Azure: in our words if they say more, else in Azure's."""
    told = {
        "code": said.code,
        "message": said.message,
        "possibleCauses": said.possible_causes,
        "recommendedAction": said.recommended_action,
        "correlationId": said.correlation_id,
    }
    azure = {name: value for name, value in told.items() if value}
    pattern = _FACTS.get(said.code)
    found = re.search(pattern, said.message) if pattern is not None else None
    if found is not None:
        return reason(said.code, azure=azure, **found.groupdict())
    sentence = said.message or f"Azure answered {said.code} and no more."
    return Reason(said.code, sentence, said.recommended_action or _ANY_FIX, azure)
