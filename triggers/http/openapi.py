"""The description of the HTTP API, made from its routes. Source: https://spec.openapis.org/oas/v3.1.0"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from asr.model.version import PRODUCT_VERSION
from asr.reporting.answers.problems import Problem
from triggers.http.route import Route

_REFERENCE = "#/components/schemas/{model}"
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")

EVERYWHERE = {
    400: "A field or parameter is missing, unknown or wrong; `field` names it.",
    500: "A defect; the stack is in the app's log.",
    502: "Azure refused, or could not be reached.",
    503: "Azure asked to wait, or the app is configured wrongly.",
}
"""Problems that every route may answer."""

type _Mode = Literal["serialization", "validation"]
type _Schemas = Mapping[Any, dict[str, Any]]


class _Untitled(GenerateJsonSchema):
    """A field's title would only say its name again."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic asks of each schema
        """None."""
        return False


def description(routes: Iterable[Route]) -> dict[str, Any]:
    """The OpenAPI document of these routes."""
    routes = tuple(routes)
    schemas, components = _schemas(routes)
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(f"/api/{route.path}", {})[route.method.lower()] = _operation(route, schemas, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "asr-autoprotect", "version": PRODUCT_VERSION},
        "servers": [{"url": "/"}],
        "security": [{"functionKey": []}, {"functionKeyInQuery": []}],
        "paths": paths,
        "components": {
            "schemas": _referred(paths, components),
            "securitySchemes": {
                "functionKey": {"type": "apiKey", "in": "header", "name": "x-functions-key"},
                "functionKeyInQuery": {"type": "apiKey", "in": "query", "name": "code"},
            },
        },
    }


def _schemas(routes: Sequence[Route]) -> tuple[_Schemas, dict[str, Any]]:
    """References by model, and what they refer to by name."""
    sent: set[type[BaseModel]] = {Problem}
    read: set[type[BaseModel]] = set()
    for route in routes:
        sent.update(model for models in route.answers.values() for model in models)
        read.update((route.query, *([route.body] if route.body else ())))
    wanted: list[tuple[type[BaseModel], _Mode]] = [
        *((model, "serialization") for model in sorted(sent, key=_name)),
        *((model, "validation") for model in sorted(read, key=_name)),
    ]
    references, whole = models_json_schema(wanted, ref_template=_REFERENCE, schema_generator=_Untitled)
    return references, whole["$defs"]


def _name(model: type[BaseModel]) -> str:
    return model.__name__


def _operation(route: Route, schemas: _Schemas, components: dict[str, Any]) -> dict[str, Any]:
    summary, _, more = (route.function.__doc__ or "").strip().partition("\n\n")
    answers = {str(status): _content(models, schemas, route) for status, models in route.answers.items()}
    problem = {"application/problem+json": {"schema": schemas[Problem, "serialization"]}}
    if route.method == "GET":
        answers["304"] = {"description": "Nothing has changed since the answer whose ETag was sent as If-None-Match."}
    told = {
        str(status): {"description": words, "content": problem}
        for status, words in {**EVERYWHERE, **route.problems}.items()
        if status not in route.answers
    }
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": " ".join(summary.split()),
        "parameters": [*_in_path(route), *_in_query(route.query, schemas, components)],
        "responses": {**answers, "401": {"description": "The function key is missing or wrong."}, **told},
    }
    if route.anonymous:
        operation["security"] = []
    if more:
        operation["description"] = " ".join(more.split())
    if route.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas[route.body, "validation"]}},
        }
    return operation


def _in_path(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "description": "From the answer that started it.",
            "schema": {"type": "string"},
        }
        for name in _PATH_PARAMETER.findall(route.path)
    ]


def _in_query(query: type[BaseModel], schemas: _Schemas, components: dict[str, Any]) -> list[dict[str, Any]]:
    """The query model's fields: what is read is what is described."""
    schema = components[schemas[query, "validation"]["$ref"].rsplit("/", 1)[-1]]
    required = schema.get("required", ())
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": about.get("description", ""),
            "schema": {word: value for word, value in about.items() if word != "description"},
        }
        for name, about in schema.get("properties", {}).items()
    ]


def _content(models: Sequence[type[BaseModel]], schemas: _Schemas, route: Route) -> dict[str, Any]:
    references = [schemas[model, "serialization"] for model in models]
    schema = references[0] if len(references) == 1 else {"anyOf": references}
    content: dict[str, Any] = {"application/json": {"schema": schema}} if references else {}
    for media_type in (*(("text/plain",) if route.text else ()), *route.also):
        content[media_type] = {"schema": {"type": "string"}}
    described = (models[0].__doc__ or "").partition("\n")[0] if models else "The same for everyone, without data."
    return {"description": described, "content": content}


def _referred(paths: dict[str, Any], components: dict[str, Any]) -> dict[str, Any]:
    """Those that the paths lead to; queries are described as parameters."""
    found: dict[str, Any] = {}
    ahead = _references(paths)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found[name] = components[name]
            ahead += _references(components[name])
    return dict(sorted(found.items()))


def _references(part: Any) -> list[str]:
    match part:
        case {"$ref": str(reference)}:
            return [reference.rsplit("/", 1)[-1]]
        case dict():
            return [name for one in part.values() for name in _references(one)]
        case list():
            return [name for one in part for name in _references(one)]
    return []
