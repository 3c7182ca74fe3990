"""The page: a shell and its files, the same for everyone and without data. What it shows it asks of the API, by key.

No key is needed for the files, and none is ever taken from an address: a page's address ends in logs and histories.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import azure.functions as func

from triggers.http.entity_tags import is_known
from triggers.http.problems import problem
from triggers.http.route import Call, Route

FOLDER = Path(__file__).parents[1] / "dashboard"
"""Where the files lie, deployed with the code."""

SHELL = "index.html"
"""What GET /api/dashboard answers; it is no file of its own."""

_TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".html": "text/html",
}

FILES: Mapping[str, str] = {
    path.name: _TYPES[path.suffix] for path in sorted(FOLDER.iterdir()) if path.suffix in _TYPES and path.name != SHELL
}
"""The files that can be asked for, each with its media type. A name is looked up here and never joined to a path."""

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-cache",
}
"""What every file is sent with. No form is ever sent by the browser itself, so that no key can end in a query.

Source: https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
"""


async def show_dashboard(call: Call) -> func.HttpResponse:
    """Show the fleet as a page in a browser. The page is the same for everyone and holds no data."""
    path = urlsplit(call.request.url).path
    if path.endswith("/"):  # its files are named beside the page, not below it
        return func.HttpResponse(status_code=308, headers={**HEADERS, "Location": "../dashboard"})
    return _sent(call, SHELL, _TYPES[".html"])


async def show_dashboard_file(call: Call) -> func.HttpResponse:
    """Give one of the page's files: styles, scripts, the icon."""
    name = call.request.route_params["file"]
    if name not in FILES:
        return problem(404, "FileNotFound", "There is no such file", f"The page has no file {name[:100]!r}.")
    return _sent(call, name, FILES[name])


def _sent(call: Call, name: str, media_type: str) -> func.HttpResponse:
    content, tag = _content(name)
    headers = {**HEADERS, "ETag": tag}
    if is_known(call.request, tag):
        return func.HttpResponse(status_code=304, headers=headers)
    return func.HttpResponse(content, mimetype=media_type, charset="utf-8", headers=headers)


@cache
def _content(name: str) -> tuple[bytes, str]:
    """A file and its entity tag. The files of a deployment never change."""
    content = (FOLDER / name).read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:32]}"'


ROUTES = (
    Route("GET", "dashboard", show_dashboard, {200: ()}, also=("text/html",), anonymous=True),
    Route(
        "GET",
        "dashboard/{file}",
        show_dashboard_file,
        {200: ()},
        problems={404: "FileNotFound."},
        also=("text/css", "text/javascript", "image/svg+xml"),
        anonymous=True,
    ),
)
