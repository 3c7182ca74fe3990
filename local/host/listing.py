"""The list of functions that `func start` prints."""

from collections.abc import Iterator

from local.host.catalogue import HTTP, Catalogue
from local.host.http.routes import Route


def listing(catalogue: Catalogue, routes: list[Route], url: str) -> Iterator[str]:
    """One line per function: HTTP functions with methods and URL, the others with their trigger."""
    by_name = {route.function.name: route for route in routes}
    yield ""
    yield "Functions:"
    yield ""
    for function in sorted(catalogue.functions, key=lambda one: (one.trigger_type != HTTP, one.name)):
        if function.name in catalogue.disabled:
            yield f"\t{function.name}: [disabled] {function.trigger_type}"
        elif function.trigger_type == HTTP:
            route = by_name[function.name]
            declared = function.trigger.get("methods")
            methods = f"[{','.join(sorted(route.methods))}] " if declared else ""
            yield f"\t{function.name}: {methods}{url}{route.template}"
        else:
            yield f"\t{function.name}: {function.trigger_type}"
        yield ""
