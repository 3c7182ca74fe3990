"""Whether the app's answers are as its own description says."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
from jsonschema import Draft202012Validator


class Description:
    """The OpenAPI document of an app."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._components = document["components"]
        self._operations = [
            (method.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path)), operation)
            for path, operations in document["paths"].items()
            for method, operation in operations.items()
        ]

    def violations(self, answer: httpx.Response) -> list[str]:
        """What does not fit, each with its place: an undescribed status or type, or a body of another shape."""
        operation = self._operation(answer.request)
        if operation is None:
            return []  # no route of the app: the host answers
        described = operation["responses"].get(str(answer.status_code))
        if described is None:
            return [f"status {answer.status_code} is not described"]
        type_ = answer.headers.get("content-type", "").partition(";")[0]
        content = described.get("content", {})
        if not content and not answer.content:
            return []
        if type_ not in content:
            return [f"{type_ or 'no type'} is not described for {answer.status_code}"]
        has_schema = type_ in ("application/json", "application/problem+json")
        return list(self._unfitting(answer.json(), content[type_]["schema"])) if has_schema else []

    def _operation(self, request: httpx.Request) -> dict[str, Any] | None:
        found = (
            operation
            for method, path, operation in self._operations
            if method == request.method and path.fullmatch(request.url.path)
        )
        return next(found, None)

    def _unfitting(self, value: Any, schema: dict[str, Any]) -> Iterator[str]:
        whole = Draft202012Validator({**schema, "components": self._components})
        for error in whole.iter_errors(value):
            deepest = max(error.context or [error], key=lambda one: len(one.absolute_path))
            yield f"{deepest.json_path}: {deepest.message[:300]}"
