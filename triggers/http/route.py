"""One row per route of the HTTP API: what it takes, what it answers, who answers.

Functions and their description alike are made from these rows.
"""

import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import azure.functions as func
from azure.durable_functions import Blueprint, DurableFunctionsClient
from pydantic import BaseModel

from asr.settings import Settings, read_settings
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
    """A route. `answers` say for each status what the body may be; `text`: it may be asked for as a text, too."""

    method: str
    path: str
    function: Callable[[Call], Awaitable[func.HttpResponse]]
    answers: Mapping[int, tuple[type[BaseModel], ...]]
    query: type[BaseModel] = NoQuery
    body: type[BaseModel] | None = None
    problems: Mapping[int, str] = field(default_factory=dict)
    text: bool = False

    @property
    def name(self) -> str:
        """The name of the function."""
        return self.function.__name__


def register(bp: Blueprint, routes: Iterable[Route]) -> None:
    """Add a function to the blueprint for each route; all of them need a function key."""
    for route in routes:
        bp.route(route=route.path, methods=[route.method], trigger_arg_name="req")(
            bp.durable_client_input(client_name="client")(answering(_function(route)))
        )


def _function(route: Route) -> Callable[..., Awaitable[func.HttpResponse]]:
    """The worker binds by parameter names, so these two are all that the function may have."""

    async def function(req: func.HttpRequest, client) -> func.HttpResponse:  # type: ignore[no-untyped-def]
        return await route.function(Call(req, client, read_query(route.query, req)))

    function.__name__ = function.__qualname__ = route.name
    function.__doc__ = route.function.__doc__
    return function
