"""The resource providers. A module or package here that has a `PROVIDER` is one; adding it is adding the file."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from local.emulator.arm.provider import Provider


@cache
def all_providers() -> tuple[Provider, ...]:
    """Return every provider of this emulator, in the order of module names."""
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    return tuple(module.PROVIDER for module in modules if hasattr(module, "PROVIDER"))
