"""A payload store in a folder."""
# mypy: ignore-errors
# ruff: noqa: ARG002 - the store's interface

import hashlib

from durabletask.payload import LargePayloadStorageOptions, PayloadStore


class PayloadFolder(PayloadStore):
    """One file per payload, named by its content."""

    def __init__(self, folder):
        """Keep the folder."""
        self._folder = folder

    @property
    def options(self):
        """Everything above 64 KiB goes to the folder."""
        return LargePayloadStorageOptions(threshold_bytes=65_536, max_stored_payload_bytes=50_000_000)

    def upload(self, data, *, instance_id=None):
        """Write a file."""
        self._folder.mkdir(exist_ok=True)
        name = hashlib.sha256(data).hexdigest()
        (self._folder / name).write_bytes(data)
        return f"folder:{name}"

    async def upload_async(self, data, *, instance_id=None):
        """The same."""
        return self.upload(data)

    def download(self, token):
        """Read a file."""
        return (self._folder / token.removeprefix("folder:")).read_bytes()

    async def download_async(self, token):
        """The same."""
        return self.download(token)

    def is_known_token(self, value):
        """Whether `upload` made it."""
        return value.startswith("folder:")
