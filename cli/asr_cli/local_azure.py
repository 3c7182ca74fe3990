"""Commands for a local Azure without TLS, which the Azure CLI does not speak to: the same request, by curl.

`make up` exports where that Azure is, as ARM. Nothing else is changed, and no command for Azure itself.
"""

import shlex
from collections.abc import Mapping
from urllib.parse import urlsplit

from asr_cli.addresses import is_loopback

_VERSIONS = {
    "microsoft.authorization/locks": "2020-05-01",
    "microsoft.compute/disks": "2024-03-02",
    "microsoft.compute/virtualmachines": "2024-07-01",
    "microsoft.network/virtualnetworks": "2024-05-01",
    "microsoft.resources/links": "2016-09-01",
}
"""The version of its API by which a resource of a type is asked for."""

_HEADERS = "-H 'Authorization: Bearer me'"
_REQUESTS = {
    ("vm", "start"): ("POST", "/start"),
    ("vm", "deallocate"): ("POST", "/deallocate"),
    ("resource", "delete"): ("DELETE", ""),
    ("lock", "delete"): ("DELETE", ""),
}


def for_local_azure(command: str, address: str, environment: Mapping[str, str]) -> str:
    """The command as it works there; unchanged if it speaks to Azure, or is none that is known here."""
    words = shlex.split(command)
    if not is_beyond_az(command, address, environment) or "--ids" not in words:
        return command
    request = _REQUESTS.get((words[1], words[2]))
    requests = [_curl(*request, id_) for id_ in words[words.index("--ids") + 1 :]] if request else []
    return command if not requests or None in requests else " && ".join(map(str, requests))


def is_beyond_az(command: str, address: str, environment: Mapping[str, str]) -> bool:
    """Whether it is one for `az`, and the Azure that it is meant for is a local one that `az` does not speak to."""
    arm = urlsplit(environment.get("ARM", ""))
    local = arm.scheme == "http" and is_loopback(arm.hostname or "") and is_loopback(urlsplit(address).hostname or "")
    return local and command.startswith("az ")


def _curl(method: str, path: str, id_: str) -> str | None:
    version = _VERSIONS.get(_type_of(id_))
    return (
        None
        if version is None
        else f'curl -sX {method} "$ARM"{shlex.quote(f"{id_}{path}?api-version={version}")} {_HEADERS}'
    )


def _type_of(id_: str) -> str:
    parts = id_.lower().rpartition("/providers/")[2].split("/")
    return "/".join([parts[0], *parts[1::2]])
