"""Which packages a worker imports from: the app's first, then the worker's own, and nothing else, as in Azure.

An app that was packed brings its packages in `.python_packages`. Azure's worker puts that folder before the standard
library, its own packages behind it and the app's folder last.
Source: github.com/Azure/azure-functions-python-worker, workers/proxy_worker/utils/dependency.py
"""

import sys
from importlib.util import find_spec
from pathlib import Path

_BROUGHT = Path(".python_packages/lib/site-packages")

_OF_THE_WORKER = ("azure_functions_runtime", "azurefunctions", "azure.functions", "werkzeug", "markupsafe")
"""The worker library and what it requires: all that Azure's worker brings of what an app can import."""


def brought(app_dir: Path) -> Path | None:
    """The folder with the packages that the app brings; None where it was not packed."""
    folder = app_dir / _BROUGHT
    return folder.resolve() if folder.is_dir() else None


def link_the_workers_own(folder: Path) -> None:
    """Make a folder from which the worker's own packages can be imported, and no other package of this environment.

    Args:
        folder: an empty one.
    """
    for name in _OF_THE_WORKER:
        spec = find_spec(name)
        for place in (spec.submodule_search_locations or []) if spec else []:
            link = folder.joinpath(*name.split("."))
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(place)


def command(packages: Path, own: Path, environment: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    """How a worker is started that imports from these two folders, apart from the standard library.

    Args:
        packages: the app's.
        own: the worker's.
        environment: the whole of its own.

    Returns:
        the interpreter with its options, and the environment.
    """
    # Without `site` no package of the interpreter's environment can be found.
    return [sys.executable, "-S"], environment | {"PYTHONPATH": f"{packages}:{own}"}
