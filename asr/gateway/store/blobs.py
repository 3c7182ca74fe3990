"""A store in a blob container of Azure Storage, opened by the app's identity: no key, no signed URL.

The one key here is the one that everybody knows: Azurite's development account, which is used on this machine only.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from azure.core import MatchConditions
from azure.core.credentials import AzureNamedKeyCredential
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.transport import AioHttpTransport
from azure.storage.blob import ContentSettings
from azure.storage.blob.aio import ContainerClient

from asr.errors import Conflict
from asr.gateway.store.interface import MOST_BYTES, Page, Store, Stored
from asr.gateway.store.names import is_name
from asr.gateway.translate import translated
from asr.gateway.versions import BLOB_VERSION

_AZURITE_ACCOUNT = "devstoreaccount1"
_AZURITE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Published for development. Source: https://learn.microsoft.com/azure/storage/common/storage-connect-azurite"""

_THIS_MACHINE = ("127.0.0.1", "localhost")

_TYPES: Mapping[str, str] = {
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "ndjson": "application/x-ndjson",
}
"""Content types by extension, so that the portal shows a document instead of offering it."""

_MOVED = frozenset({"BlobAlreadyExists", "ConditionNotMet"})
"""Storage's codes for a condition that does not hold.

Source: https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
"""


class BlobContainer(Store):
    """Documents as block blobs in the container at `address`, which is made when the first one is put.

    Transport and credential belong to the session. As for every request, retries are durable ones.
    """

    def __init__(
        self,
        address: str,
        credential: AsyncTokenCredential,
        transport: AioHttpTransport,
        *,
        user_agent: str,
        retry_seconds: float,
    ) -> None:
        self._retry_seconds = retry_seconds
        self._client = ContainerClient.from_container_url(
            address,
            credential=_development_key(address) or credential,
            transport=transport,
            api_version=BLOB_VERSION,
            user_agent=user_agent,
            retry_total=0,
            max_single_put_size=MOST_BYTES,
            max_single_get_size=MOST_BYTES,
        )

    async def _put(self, name: str, value: bytes, if_match: str | None, *, if_none_match: bool) -> str:
        options = {
            "overwrite": not if_none_match,
            "content_settings": ContentSettings(content_type=_TYPES.get(name.rpartition(".")[2])),
            **_condition(if_match),
        }
        blob = self._client.get_blob_client(name)
        with self._calling(f"PUT {name}"):
            try:
                told = await blob.upload_blob(value, **options)
            except ResourceNotFoundError as absent:
                if _code(absent) != "ContainerNotFound":
                    raise
                await self._create_container()
                told = await blob.upload_blob(value, **options)
            return str(told["etag"])

    async def _create_container(self) -> None:
        try:
            await self._client.create_container()
        except ResourceExistsError as error:
            if _code(error) != "ContainerAlreadyExists":  # being deleted, for example
                raise

    async def _get(self, name: str) -> Stored | None:
        with self._calling(f"GET {name}"):
            try:
                blob = await self._client.download_blob(name)
                return Stored(await blob.readall(), str(blob.properties.etag))
            except ResourceNotFoundError:
                return None

    async def _list(self, prefix: str, top: int, continuation: str | None) -> Page:
        listing = self._client.list_blob_names(name_starts_with=prefix, results_per_page=top)
        pages = listing.by_page(continuation_token=continuation)
        with self._calling(f"LIST {prefix}"):
            try:
                names = [name async for name in await anext(pages)]
            except (ResourceNotFoundError, StopAsyncIteration):
                return Page((), None)
        # What somebody else has put into the container is none of our documents.
        token: str | None = getattr(pages, "continuation_token", None)
        return Page(tuple(name for name in names if is_name(name)), token or None)

    async def _delete(self, name: str, if_match: str | None) -> bool:
        with self._calling(f"DELETE {name}"):
            try:
                await self._client.delete_blob(name, **_condition(if_match))
            except ResourceNotFoundError:
                return False
        return True

    @contextmanager
    def _calling(self, request: str) -> Iterator[None]:
        """What the SDK raises leaves as one of `asr.errors`."""
        with translated(request, self._retry_seconds):
            try:
                yield
            except HttpResponseError as error:
                if error.status_code == 412 or _code(error) in _MOVED:
                    raise Conflict(request) from None
                raise


def _condition(if_match: str | None) -> dict[str, Any]:
    return {} if if_match is None else {"etag": if_match, "match_condition": MatchConditions.IfNotModified}


def _code(error: HttpResponseError) -> str:
    """Storage's own code; the SDK gives it as an enumeration where it knows it, else as text."""
    code = getattr(error, "error_code", None)
    return str(getattr(code, "value", code) or "")


def _development_key(address: str) -> AzureNamedKeyCredential | None:
    """Azurite's own key for its own account on this machine, and for nothing else."""
    url = urlsplit(address)
    local = url.scheme == "http" and url.hostname in _THIS_MACHINE
    if local and url.path.startswith(f"/{_AZURITE_ACCOUNT}/"):
        return AzureNamedKeyCredential(_AZURITE_ACCOUNT, _AZURITE_KEY)
    return None
