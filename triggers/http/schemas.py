"""The answers of the HTTP API as JSON schemas. Tests hold real answers against them."""

from collections.abc import Mapping
from typing import Any

from asr.model.change import ChangeType
from asr.reasons.known import Severity
from asr.reporting.fleet import FleetState
from asr.reporting.protectable import Protectability

type Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
COUNT: Schema = {"type": "integer", "minimum": 0}
FLAG: Schema = {"type": "boolean"}
ANY_OBJECT: Schema = {"type": "object"}
TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
NUMBER_OR_NULL: Schema = {"type": ["number", "null"]}


def record(optional: Mapping[str, Schema] | None = None, /, **fields: Schema) -> Schema:
    """An object with exactly these fields; all of them are there, but for the optional ones."""
    return {
        "type": "object",
        "properties": {**fields, **(optional or {})},
        "required": list(fields),
        "additionalProperties": False,
    }


def several(schema: Schema) -> Schema:
    """A list of them."""
    return {"type": "array", "items": schema}


def counts() -> Schema:
    """Numbers by name."""
    return {"type": "object", "additionalProperties": COUNT}


def ref(name: str) -> Schema:
    """Another schema of the description."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    """It, or null."""
    return {"oneOf": [schema, {"type": "null"}]}


def choice(words: type[ChangeType | FleetState | Protectability | Severity]) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": [word.value for word in words]}


_CHECK_STATUS: dict[str, Schema] = {
    name: {"type": "string", "format": format_}
    for format_, names in (
        ("uri", ("statusQueryGetUri", "purgeHistoryDeleteUri", "restartPostUri")),
        (
            "uri-template",
            ("sendEventPostUri", "terminatePostUri", "rewindPostUri", "suspendPostUri", "resumePostUri"),
        ),
    )
    for name in names
}
"""Durable's own addresses of a run. Source: https://learn.microsoft.com/azure/azure-functions/durable/durable-functions-http-api"""

_ASKED: dict[str, Schema] = {
    "kind": TEXT,
    "cause": TEXT,
    "requestedBy": record(name=TEXT, verified=FLAG),
    "state": TEXT_OR_NULL,
    "reasons": several(TEXT),
    "count": COUNT,
    "first": TEXT,
    "last": TEXT,
}
"""What is told of a run wherever it is shown."""

SCHEMAS: Mapping[str, Schema] = {
    "Problem": {
        **record(type=TEXT, status=COUNT, code=TEXT, title=TEXT, detail=TEXT),
        "description": "RFC 9457. `code` is stable. Some problems carry more: `field`, `fix`, `retryAfter`, `diff`.",
        "additionalProperties": True,
    },
    "Reason": record({"azure": ANY_OBJECT}, code=TEXT, severity=choice(Severity), sentence=TEXT, fix=TEXT),
    "Outcome": record(state=TEXT, sentence=TEXT, reasons=several(ref("Reason")), itemId=TEXT_OR_NULL),
    "Decision": record(
        action=TEXT, profile=TEXT_OR_NULL, outcome=or_null(ref("Outcome")), warnings=several(ref("Reason"))
    ),
    "Started": record(
        protections=several(
            record(
                {
                    "note": TEXT,
                    "id": TEXT,
                    "queued": {"type": ["integer", "null"], "minimum": 0},
                    "outcome": or_null(ANY_OBJECT),
                    **_CHECK_STATUS,
                },
                vmId=TEXT,
            )
        )
    ),
    "CheckStatus": record(_CHECK_STATUS, id=TEXT),
    "StatusOrFleet": {"oneOf": [ref("Status"), ref("Fleet")]},
    "Status": record(
        vmId=TEXT,
        name=TEXT,
        decision=ref("Decision"),
        protectedItem=or_null(ANY_OBJECT),
        lastOutcome=or_null(ANY_OBJECT),
        activeRun=or_null(ANY_OBJECT),
        queued=COUNT,
        runs=several(record(id=TEXT, **_ASKED)),
    ),
    "Fleet": record(
        total=COUNT,
        protections=several(
            record(
                vmId=TEXT,
                name=TEXT,
                resourceGroup=TEXT,
                region=TEXT,
                exists=FLAG,
                tag=TEXT_OR_NULL,
                state=choice(FleetState),
                recoveryRegion=TEXT_OR_NULL,
                itemId=TEXT_OR_NULL,
                itemState=TEXT_OR_NULL,
                health=TEXT_OR_NULL,
                rpoSeconds=NUMBER_OR_NULL,
                percent=NUMBER_OR_NULL,
                activeRun=TEXT_OR_NULL,
                lastOutcome=TEXT_OR_NULL,
                reasons=several(TEXT),
            )
        ),
        continuation=TEXT_OR_NULL,
    ),
    "History": record(
        vmId=TEXT,
        total=COUNT,
        runs=several(
            record(
                run=TEXT,
                **_ASKED,
                requestId=TEXT_OR_NULL,
                event=or_null(ANY_OBJECT),
                choices=or_null(ANY_OBJECT),
                planHash=TEXT_OR_NULL,
                status=TEXT,
                createdAt=TEXT,
                lastUpdatedAt=TEXT,
                outcome=or_null(ANY_OBJECT),
                steps=several(
                    record(
                        step=TEXT,
                        result=TEXT,
                        detail=TEXT_OR_NULL,
                        calls=COUNT,
                        faults=several(TEXT),
                        startedAt=TEXT,
                        endedAt=TEXT_OR_NULL,
                        seconds=NUMBER_OR_NULL,
                    )
                ),
                customStatus=or_null(ANY_OBJECT),
            )
        ),
    ),
    "PlannedItem": record(
        kind=TEXT,
        action=choice(ChangeType),
        name=TEXT,
        id=TEXT,
        values=ANY_OBJECT,
        because=TEXT,
        disks={"type": "array"},
    ),
    "PlannedResource": record(
        kind=TEXT, action=choice(ChangeType), name=TEXT, id=TEXT, values=ANY_OBJECT, because=TEXT
    ),
    "Plans": record(
        hash=TEXT,
        supportMatrix=record(version=COUNT, asOf=TEXT),
        armWrites=COUNT,
        plans=several(
            record(
                vmId=TEXT,
                name=TEXT,
                decision=ref("Decision"),
                region=or_null(record(source=TEXT, recovery=TEXT, because=TEXT)),
                choices=several(ANY_OBJECT),
                resources=several(ref("PlannedResource")),
                protectedItem=or_null(ref("PlannedItem")),
                reasons=several(ref("Reason")),
                warnings=several(ref("Reason")),
                estimatedCost=or_null(ref("EstimatedCost")),
                armWrites=COUNT,
                hash=TEXT,
            )
        ),
    ),
    "EstimatedCost": record(
        currency=TEXT,
        perMonth=NUMBER,
        estimate=FLAG,
        pricesAsOf=TEXT,
        inputs=several(
            record(
                what=TEXT,
                quantity=NUMBER,
                unit=TEXT,
                price=NUMBER,
                perMonth=NUMBER,
                because=TEXT,
                basis=TEXT,
                note=TEXT,
                source=TEXT,
            )
        ),
    ),
    "Protectable": record(
        total=COUNT,
        machines=several(
            record(
                vmId=TEXT,
                name=TEXT,
                resourceGroup=TEXT,
                region=TEXT,
                tag=TEXT_OR_NULL,
                state=choice(Protectability),
                itemId=TEXT_OR_NULL,
                itemState=TEXT_OR_NULL,
                reasons=several(ref("Reason")),
            )
        ),
        summary=record(states=counts(), reasons=counts()),
        continuation=TEXT_OR_NULL,
    ),
    "Health": record({"subscriptions": several(TEXT)}, status=TEXT, problems=several(TEXT)),
    "Description": {"type": "object", "description": "This document."},
}
"""Every answer by name."""
