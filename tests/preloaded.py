"""Run by the tests, never by hand: import what the processes of a local Azure import, then fork them from here.

Nothing of it is called here, so a forked process finds every module as it is after its import. That importing reads
nothing of the environment, starts no thread and costs a worker little is held by other tests.
"""

import atexit
import gc
import os
import pkgutil
import runpy
import sys
import threading
from collections.abc import Iterator
from importlib import import_module

from local.fork_server import serve

_PACKAGES = ("local", "asr", "activities", "entities", "orchestrators", "triggers")
_AT_FIRST_USE = (
    "anyio._backends._asyncio",
    "azure.core.rest._aiohttp",
    "azure.identity._credentials.app_service",
    "azure.identity.aio",
    "azure.identity.aio._internal.managed_identity_client",
    "azure.mgmt.resourcegraph.aio",
    "httpcore",
    "uvicorn.lifespan.off",
    "uvicorn.protocols.http.auto",
    "uvicorn.protocols.websockets.auto",
)
"""What packages import when they are used for the first time."""


def _modules() -> Iterator[str]:
    for name in _PACKAGES:
        yield name
        yield from (found.name for found in pkgutil.walk_packages(import_module(name).__path__, f"{name}."))


def main() -> None:
    """Serve on the listening socket whose descriptor is the only argument; a forked process goes on from here."""
    for name in (*_modules(), *_AT_FIRST_USE):
        import_module(name)
    if (threads := threading.active_count()) != 1:
        raise SystemExit(f"{threads} threads run, so a fork would not be like a fresh process")
    gc.collect()
    gc.freeze()
    module, arguments = serve(int(sys.argv[1]))
    sys.argv = [module, *arguments]
    status = 0
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        if not isinstance(ended.code, int | None):
            raise
        status = ended.code or 0
    # The interpreter is not taken apart: that would touch, and so copy, nearly all that is shared with the server.
    threading._shutdown()  # type: ignore[attr-defined] # waits for threads, as every end of a program does
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
