"""The examples of Microsoft's OpenAPI files: those of operations that are served, filled in for one subscription."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from local.emulator.arm.router import Router
from tests.emulator.openapi import Operation, operations
from tests.emulator.truth import SPECS

ELSEWHERE = "Microsoft.RecoveryServices.SiteRecovery"
"""Judged by a judge of its own, in tests/emulator/site_recovery."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_SUBSCRIPTION = re.compile(r"(?<=subscriptions/)[^/\"]+")


@dataclass(frozen=True, slots=True)
class Example:
    """One example of one operation.

    Attributes:
        operation: what it is an example of.
        name: the name of its file.
        parameters: parameter -> value.
        body: the name of the parameter that is the request's body, or None.
        answers: status -> the body answered, where the operation describes one.
    """

    operation: Operation
    name: str
    parameters: Mapping[str, Any]
    body: str | None
    answers: Mapping[str, Any]

    @property
    def provider(self) -> str:
        """The provider whose file it stands in."""
        return self.operation.file.partition("/")[0]

    def values(self, subscription: str) -> dict[str, Any]:
        """Return the parameters with every id in this subscription."""
        told = _SUBSCRIPTION.sub(subscription, json.dumps(dict(self.parameters)))
        values: dict[str, Any] = json.loads(told) | {"subscriptionId": subscription}
        return values

    def path(self, subscription: str, template: str = "") -> str:
        """Return its path, or another template's with its values."""
        values = self.values(subscription)
        filled = _PLACEHOLDER.sub(
            lambda found: str(values.get(found[1], found[0])), template or self.operation.template
        )
        return "/" + filled.strip("/")


def served(router: Router) -> list[Operation]:
    """Return the operations that have a route, without Site Recovery's."""
    ours = (one for one in operations() if not one.file.startswith(ELSEWHERE))
    return [one for one in ours if router.match(one.method, _PLACEHOLDER.sub("x", one.template))]


def examples(router: Router) -> list[Example]:
    """Return the examples of every served operation whose files are here."""
    return [example for operation in served(router) for example in _examples(operation)]


@cache
def _raw(file: str) -> Any:
    return json.loads((SPECS / file).read_text(encoding="utf-8"))


def _examples(operation: Operation) -> Iterator[Example]:
    described = _raw(operation.file)["paths"][operation.template][operation.method.lower()]
    body = next((one["name"] for one in described.get("parameters", ()) if one.get("in") == "body"), None)
    for reference in described.get("x-ms-examples", {}).values():
        file = (SPECS / operation.file).parent / reference["$ref"]
        if file.is_file():
            told = json.loads(file.read_text(encoding="utf-8"))
            answers = {status: one["body"] for status, one in told["responses"].items() if one and "body" in one}
            known = {status: answer for status, answer in answers.items() if status in operation.described}
            yield Example(operation, file.stem, told["parameters"], body, known)
