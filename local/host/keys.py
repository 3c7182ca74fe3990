"""The keys that guard functions and webhooks."""

import hmac
import secrets
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.requests import Request


def _new_key() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one running host, named as Azure names them.

    The system keys travel in URLs that functions hand out to their callers, so they are not the master key.
    """

    master: str = field(default_factory=_new_key, repr=False)
    function: str = field(default_factory=_new_key, repr=False)
    durabletask_extension: str = field(default_factory=_new_key, repr=False)
    eventgrid_extension: str = field(default_factory=_new_key, repr=False)

    @property
    def system(self) -> dict[str, str]:
        """The system keys by name: each opens one extension's webhook."""
        return {name: getattr(self, name) for name in ("durabletask_extension", "eventgrid_extension")}

    def admits(self, request: Request, *accepted: str) -> bool:
        """Whether the request carries the master key or one of `accepted` in `x-functions-key` or `?code=`."""
        given = request.headers.get("x-functions-key") or parse_qs(request.url.query).get("code", [""])[0]
        return any(hmac.compare_digest(given.encode(), key.encode()) for key in (self.master, *accepted))

    def admits_function(self, request: Request, auth_level: str) -> bool:
        """Whether the request may call a function of that `authLevel`."""
        match auth_level.lower():
            case "anonymous":
                return True
            case "function":
                return self.admits(request, self.function)
            case _:
                return self.admits(request)
