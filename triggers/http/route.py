"""One row per route of the HTTP API: what it takes, what it answers, who answers.

`function_app` registers a function for each; what it does and how it is described are made from these rows.
"""

import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import azure.functions as func
from azure.durable_functions import DurableFunctionsClient
from pydantic import BaseModel

from asr.settings import Settings, read_settings
from triggers.http.entity_tags import tagged
from triggers.http.models import NoQuery
from triggers.http.problems import answering
from triggers.http.reading import read_body, read_query


@dataclass(frozen=True, slots=True)
class Call:
    """One request, with its query parameters read and checked. `client` reaches the task hub."""

    request: func.HttpRequest
    client: DurableFunctionsClient
    query: Any

    @property
    def settings(self) -> Settings:
        """The app's settings.

        Raises:
            BadSetting: they cannot be used.
        """
        return read_settings(os.environ)

    def body[Body: BaseModel](self, type_: type[Body]) -> Body:
        """The body.

        Raises:
            BadRequest: it is not of this type.
        """
        return read_body(type_, self.request.get_body())

    @property
    def wants_text(self) -> bool:
        """Whether the caller accepts text for people, and no JSON."""
        accepted = self.request.headers.get("accept", "").lower()
        return "text/plain" in accepted and "json" not in accepted


@dataclass(frozen=True, slots=True)
class Route:
    """A route. `answers` say for each status what the body may be; `text`: it may be asked for as a text, too.

    `also` are further media types that may be asked for; where no model is an answer, they are all there is. An
    `anonymous` route needs no key, and does not reach the task hub.
    """

    method: str
    path: str
    function: Callable[[Call], Awaitable[func.HttpResponse]]
    answers: Mapping[int, tuple[type[BaseModel], ...]]
    query: type[BaseModel] = NoQuery
    body: type[BaseModel] | None = None
    problems: Mapping[int, str] = field(default_factory=dict)
    text: bool = False
    also: tuple[str, ...] = ()
    anonymous: bool = False

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.__name__


def serving(route: Route) -> Callable[[func.HttpRequest, DurableFunctionsClient], Awaitable[func.HttpResponse]]:
    """What answers a request to this route; expected errors are problems. What is read bears an entity tag."""

    async def serve(req: func.HttpRequest, client: DurableFunctionsClient) -> func.HttpResponse:
        response = await route.function(Call(req, client, read_query(route.query, req)))
        return tagged(req, response) if route.method == "GET" else response

    serve.__name__ = route.name
    return answering(serve)
