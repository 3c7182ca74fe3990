"""The functions of the app, indexed once: the library refuses to index an app twice in one process."""

from functools import cache
from typing import Any

from function_app import app


@cache
def functions() -> tuple[Any, ...]:
    """Every function, as a host would be told of it."""
    return tuple(app.get_functions())
