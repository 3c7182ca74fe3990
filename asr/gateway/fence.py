"""What leaves the app, and for where: to Azure Resource Manager alone, and writes to what is allowed alone.

Addresses come from outside: operation URLs, next pages, inputs of orchestrations that somebody starts by hand. Whoever
can change one of them must not get a token, an answer that is believed, or a write where nobody allowed one.
"""

import re
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest
from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.core.rest import AsyncHttpResponse, HttpRequest

from asr.choices.allowed_targets import is_allowed
from asr.errors import OutOfBounds
from asr.gateway.redact import path_of
from asr.model.resource_id import subscription_of
from asr.reasons import reason
from asr.settings import Settings

CLOUDS = ("management.azure.com", "management.usgovcloudapi.net", "management.chinacloudapi.cn")
"""Resource Manager of the public clouds: each also answers at `<region>.<host>`.

Source: the endpoints of Azure's clouds as `az cloud list` tells them.
"""

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_ADDRESS = re.compile(r"(?i)(?P<scheme>[a-z]+)://(?P<authority>[^/?#\\]*)(?:[/?#]|$)")
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}
_REGION = re.compile(r"[a-z][a-z0-9]{1,62}")


def is_inside(url: str, endpoint: str) -> bool:
    """Whether this is an address of the Resource Manager at `endpoint`.

    The authority is compared as text, so no two readers of addresses can differ about it: no user, no other port, no
    backslash, no host that only begins or ends like the right one.
    """
    found, home = _origin(url), _origin(endpoint)
    if found is None or home is None:
        return False
    region, _, host = found[1].partition(".")
    is_regional = home[0] == "https" and home[1] in CLOUDS and host == home[1] and _REGION.fullmatch(region) is not None
    return found == home or (found[0] == home[0] and is_regional)


def may_write(settings: Settings, id_: str) -> bool:
    """Whether the app may write this: it is in a watched subscription, or in what ASR_TARGETS or a profile names."""
    return is_allowed(id_, settings.targets)


def check_bounds(settings: Settings, vm_id: str, *targets: str) -> None:
    """What a write's body names is within bounds, too: a watched VM, and targets where the app may write.

    Raises:
        OutOfBounds: it is not.
    """
    if subscription_of(vm_id) not in settings.subscriptions:
        raise _not_allowed(f"naming {vm_id}", vm_id)
    for target in targets:
        check_target(settings, target)


def check_target(settings: Settings, target: str) -> None:
    """What a write's body names as a target is where the app may write.

    Raises:
        OutOfBounds: it is not.
    """
    if not may_write(settings, target):
        raise _not_allowed(f"naming {target}", target)


def check_link(url: str, asked: str) -> None:
    """An address that came with the answer of `asked` is one of the same Resource Manager.

    What is not is neither followed nor recorded: it may bear somebody's signature.

    Raises:
        OutOfBounds: it is another's.
    """
    if not is_inside(url, asked):
        raise _foreign(f"following the answer of {path_of(asked)}", url, _shown(asked))


class Fence(SansIOHTTPPolicy[HttpRequest, AsyncHttpResponse]):
    """Refuses a request that would pass the bounds, before it is given a token."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def on_request(self, request: PipelineRequest[HttpRequest]) -> None:
        """Check method and address.

        Raises:
            OutOfBounds: the address is not Resource Manager's, or the write is to a subscription that nobody allowed.
        """
        method, url = request.http_request.method.upper(), request.http_request.url
        what = f"{method} {path_of(url)}"
        if not is_inside(url, self._settings.arm_endpoint):
            raise _foreign(what, url, self._settings.arm_endpoint)
        path = urlsplit(url).path
        if method not in _READS and subscription_of(path) and not may_write(self._settings, path):
            raise _not_allowed(what, path)


def _foreign(request: str, url: str, endpoint: str) -> OutOfBounds:
    return OutOfBounds(request, reason("ForeignLink", origin=_shown(url), endpoint=endpoint))


def _not_allowed(request: str, id_: str) -> OutOfBounds:
    return OutOfBounds(request, reason("SubscriptionNotAllowed", subscription=subscription_of(id_) or "none"))


def _origin(url: str) -> tuple[str, str] | None:
    found = _ADDRESS.match(url)
    if found is None:
        return None
    scheme = found["scheme"].lower()
    return scheme, found["authority"].lower().removesuffix(_DEFAULT_PORTS.get(scheme, ""))


def _shown(url: str) -> str:
    """The origin without what may be a secret in it, and not longer than a sentence bears."""
    found = _ADDRESS.match(url)
    return f"{found['scheme']}://{found['authority'].rpartition('@')[2]}"[:100] if found else "no address at all"
