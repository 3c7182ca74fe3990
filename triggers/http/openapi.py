"""The description of the HTTP API, made from its routes. Source: https://spec.openapis.org/oas/v3.1.0"""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from triggers.http.route import Route
from triggers.http.schemas import SCHEMAS

VERSION = "0.1.0"
"""The version of the product, whose API this is."""

_REFERENCE = "#/components/schemas/{model}"

EVERYWHERE = {
    400: "A field or parameter is missing, unknown or wrong; `field` names it.",
    500: "A defect; the stack is in the app's log.",
    502: "Azure refused, or could not be reached.",
    503: "Azure asked to wait, or the app is configured wrongly.",
}
"""Problems that every route may answer."""


def description(routes: Iterable[Route]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = dict(SCHEMAS)
    for route in routes:
        paths.setdefault(f"/api/{route.path}", {})[route.method.lower()] = _operation(route, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "asr-autoprotect", "version": VERSION},
        "security": [{"functionKey": []}, {"functionKeyInQuery": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "functionKey": {"type": "apiKey", "in": "header", "name": "x-functions-key"},
                "functionKeyInQuery": {"type": "apiKey", "in": "query", "name": "code"},
            },
        },
    }


def _operation(route: Route, schemas: dict[str, Any]) -> dict[str, Any]:
    summary, _, more = (route.function.__doc__ or "").strip().partition("\n\n")
    answers = {str(status): _content(name, "application/json") for status, name in route.answers.items()}
    problems = {**EVERYWHERE, **route.problems}
    told = {
        str(status): {**_content("Problem", "application/problem+json"), "description": words}
        for status, words in problems.items()
        if status not in route.answers
    }
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": " ".join(summary.split()),
        "parameters": _parameters(route.query, schemas),
        "responses": {**answers, "401": {"description": "The function key is missing or wrong."}, **told},
    }
    if more:
        operation["description"] = " ".join(more.split())
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _own(route.body, schemas)}},
        }
    return operation


def _parameters(query: type[BaseModel], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """The query model's fields: what is read is what is described."""
    schema = query.model_json_schema(ref_template=_REFERENCE)
    schemas.update(schema.get("$defs", {}))
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": about.pop("description", ""),
            "schema": about,
        }
        for name, about in schema.get("properties", {}).items()
    ]


def _own(body: type[BaseModel], schemas: dict[str, Any]) -> dict[str, str]:
    schema = body.model_json_schema(ref_template=_REFERENCE)
    schemas.update(schema.pop("$defs", {}))
    schemas[body.__name__] = schema
    return {"$ref": _REFERENCE.format(model=body.__name__)}


def _content(schema: str, media_type: str) -> dict[str, Any]:
    reference = {"$ref": _REFERENCE.format(model=schema)}
    return {"description": schema, "content": {media_type: {"schema": reference}}}
