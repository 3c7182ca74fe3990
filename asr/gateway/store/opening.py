"""The store that the settings name. Each kind is imported when it is opened: the blob client takes 0.1 s to import."""

from importlib import import_module
from pathlib import Path

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline.transport import AioHttpTransport

from asr.gateway.store.interface import Store
from asr.settings import Settings

_APP = Path(__file__).parents[3]
"""The app's own folder, from which a relative folder is taken wherever the process was started."""


def open_store(
    settings: Settings, credential: AsyncTokenCredential, transport: AioHttpTransport, user_agent: str
) -> Store:
    """The store at ASR_STORE. Nothing is made before the first put; credential and transport stay the caller's."""
    if "://" in settings.store:
        blobs = import_module("asr.gateway.store.blobs")
        store: Store = blobs.BlobContainer(
            settings.store, credential, transport, user_agent=user_agent, retry_seconds=settings.retry_seconds
        )
    else:
        store = import_module("asr.gateway.store.folder").Folder(_APP / settings.store)
    return store
